"""Asks an agent that `foal serve` serves what to do, with nothing but Python's standard library.

    from foal_client import FoalClient

    with FoalClient() as foal, foal.session(seed=1) as session:
        decision = session.act(observation)
        while True:
            observation, reward, terminated, truncated = step(decision.action)
            decision = session.act(observation, reward, terminated, truncated)
            if terminated or truncated:
                session.trial()      # the next try, with what the agent has learned in this one

One file: copy it beside your program. Python 3.9 or newer. A client keeps one connection and is for
one thread; threads take one each.
"""

from __future__ import annotations

import http.client
import json
import urllib.parse
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

__all__ = ["Decision", "FoalClient", "FoalError", "Session"]

#: An index, or a list of numbers for an agent that acts in a box.
Action = Union[int, "list[float]"]


class FoalError(Exception):
    """The server refused a request, or could not be asked.

    status: the HTTP status, such as 409 for a gap in the steps; 0 if there was no reply.
    message: one line that says what is wrong.
    """

    def __init__(self, status: int, message: str):
        super().__init__(f"{message} ({status})" if status else message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Decision:
    """What the agent does at a step.

    action: what to do; None for an observation that ended a try.
    log_prob: the logarithm of the action's probability; a density's for a box.
    value: what the agent expects to earn from here on, discounted.
    policy_version: the version that decided.
    step: the number of the step, from 0 through all tries.
    trial: the number of the try, from 0.
    """

    action: Optional[Action]
    log_prob: Optional[float]
    value: Optional[float]
    policy_version: str
    step: int
    trial: int


class FoalClient:
    """A connection to a server; use it as a context manager, or call `close`."""

    def __init__(
        self, url: str = "http://127.0.0.1:8080", token: Optional[str] = None, timeout: float = 30
    ):
        """Prepares a client; nothing is sent yet.

        url: where the server is.
        token: what the server asks for off the machine's own address.
        timeout: the seconds that a reply may take.
        """
        parts = urllib.parse.urlsplit(url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if parts.scheme not in kinds or not parts.hostname:
            raise ValueError(f"url: expected one such as http://127.0.0.1:8080, got {url!r}")
        self._url = url
        self._prefix = parts.path.rstrip("/")
        self._connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=timeout)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> FoalClient:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; another request opens it again."""
        self._connection.close()

    def session(
        self,
        policy: Optional[str] = None,
        version: Union[str, int, None] = None,
        goal: Optional[Iterable[float]] = None,
        instruction: Optional[str] = None,
        seed: Optional[int] = None,
        deterministic: bool = True,
        ttl_s: Optional[int] = None,
    ) -> Session:
        """Opens a session: one agent that meets one task.

        policy: the policy's name; needed where more than one is served.
        version: the version to stay with; the current one if not said.
        goal: what is wanted, as numbers, for an agent with goals.
        instruction: what is wanted, as a sentence, for an agent that takes one.
        seed: names all draws; drawn by the server if not said.
        deterministic: whether the most probable action is taken rather than one that is drawn.
        ttl_s: the seconds without a request after which the session ends; 900 if not said.
        """
        settings = _stated(
            policy=policy, version=version, goal=None if goal is None else _numbers(goal),
            instruction=instruction, seed=seed, deterministic=deterministic, ttl_s=ttl_s)
        return Session(self, self.request("POST", "/v1/sessions", settings))

    def act(
        self, items: Sequence[Mapping[str, Any]], policy: Optional[str] = None, **settings: Any
    ) -> dict[str, Any]:
        """Decides for many observations at once, without a session.

        items: for each, `observation` and, from the last reply, `memory`, `last_action` and
            `last_reward`.
        policy: the policy's name; needed where more than one is served.
        settings: `version`, `deterministic` and `seed`, as for a session.
        Returns `policy`, `policy_version` and `results`: for each item a decision with its memory, or
        an `error` with its `status`.
        """
        items = [{key: _plain(value) for key, value in item.items()} for item in items]
        body = _stated(policy=policy, items=items, **settings)
        return self.request("POST", "/v1/act", body, repeatable=True)

    def policies(self) -> list[dict[str, Any]]:
        """Lists what is served: names, versions, what each policy sees and does."""
        return self.request("GET", "/v1/policies")["policies"]

    def request(
        self, method: str, path: str, body: Optional[Mapping[str, Any]] = None,
        repeatable: bool = False,
    ) -> dict[str, Any]:
        """Asks for any path of `/openapi.json` and returns the reply's JSON.

        repeatable: whether a POST whose connection was lost is sent a second time; other methods are.
        Raises FoalError if the server refuses or cannot be reached, ValueError if the body holds what
        JSON cannot say, NaN for one.
        """
        data = None if body is None else json.dumps(body, allow_nan=False, separators=(",", ":"))
        attempts = 2 if repeatable or method in ("GET", "PUT", "DELETE") else 1
        status, text = self._send(method, self._prefix + path, data, attempts)
        try:
            reply = json.loads(text)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise FoalError(status, f"{method} {path}: expected a JSON object, got {text[:80]!r}")
        if status >= 400:
            raise FoalError(status, str(reply.get("error", text)))
        return reply

    def _send(
        self, method: str, path: str, data: Optional[str], attempts: int
    ) -> tuple[int, str]:
        for attempt in range(1, attempts + 1):
            try:
                self._connection.request(method, path, data, self._headers)
                response = self._connection.getresponse()
                return response.status, response.read().decode()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                # A refused connection is refused again; a timeout has waited long enough.
                is_lost = not isinstance(error, (ConnectionRefusedError, TimeoutError))
                if attempt == attempts or not is_lost:
                    reason = str(error) or type(error).__name__
                    raise FoalError(0, f"{self._url}: {reason}") from error
        raise AssertionError("a request is sent at least once")


class Session:
    """An agent's memory over the steps and tries of one task; open it with `FoalClient.session`.

    As a context manager it is closed at the end.
    """

    def __init__(self, client: FoalClient, opened: Mapping[str, Any]):
        self._client = client
        self._path = f"/v1/sessions/{opened['session']}"
        self.id: str = opened["session"]
        self.policy: str = opened["policy"]
        self.policy_version: str = opened["policy_version"]
        self.seed: int = opened["seed"]
        #: The number of the step that comes next, from 0 through all tries.
        self.next_step: int = opened["next_step"]

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: Optional[type], *error: object) -> None:
        try:
            self.close()
        except FoalError:
            # What went wrong first is what the caller should see; an ended session is closed.
            pass

    def act(
        self,
        observation: Any,
        reward: Optional[float] = None,
        terminated: bool = False,
        truncated: bool = False,
        mask: Optional[Iterable[float]] = None,
    ) -> Decision:
        """Shows the agent what it sees and returns what it does.

        observation: numbers, flat or nested, an array too.
        reward: what the action before earned; None if that is not known yet, which is not 0.
        terminated: whether the task ended the try with this observation.
        truncated: whether a limit did.
        mask: 1 for each action that is allowed, for an agent with masks.
        A step whose reply was lost may be sent again: it is answered as before.
        """
        body = _stated(
            step=self.next_step, observation=_plain(observation), reward=_number(reward),
            terminated=bool(terminated) or None, truncated=bool(truncated) or None,
            mask=None if mask is None else _numbers(mask))
        reply = self._client.request("POST", f"{self._path}/act", body, repeatable=True)
        self.next_step = reply["step"] + 1
        return Decision(
            reply["action"], reply["log_prob"], reply["value"], reply["policy_version"],
            reply["step"], reply["trial"])

    def trial(
        self, reward: Optional[float] = None, terminated: bool = False, truncated: bool = False
    ) -> int:
        """Begins the next try, with the memory kept, and returns its number, from 0.

        reward, terminated, truncated: how the try before ended, if its last observation was not shown.
        """
        body = _stated(
            reward=_number(reward), terminated=bool(terminated) or None,
            truncated=bool(truncated) or None)
        return self._client.request("POST", f"{self._path}/trial", body)["trial"]

    def feedback(self, step: int, reward: float, source: Optional[str] = None) -> None:
        """Says what the action of a step earned, when it becomes known later.

        source: who or what says so.
        """
        body = _stated(step=step, reward=_number(reward), source=source)
        self._client.request("POST", f"{self._path}/feedback", body)

    def state(self) -> dict[str, Any]:
        """Returns all that the session holds, to be put into another."""
        return self._client.request("GET", f"{self._path}/state")

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from a state that `state` returned, of this session or of another."""
        self.next_step = self._client.request("PUT", f"{self._path}/state", state)["next_step"]

    def close(self) -> None:
        """Ends the session."""
        self._client.request("DELETE", self._path)


def _stated(**members: Any) -> dict[str, Any]:
    """The members that say something."""
    return {key: value for key, value in members.items() if value is not None}


def _plain(value: Any) -> Any:
    """A value as JSON can say it: arrays of NumPy and its like as lists."""
    return value.tolist() if hasattr(value, "tolist") else value


def _number(value: Any) -> Optional[float]:
    return None if value is None else float(value)


def _numbers(values: Iterable[float]) -> list[float]:
    return [float(value) for value in values]
