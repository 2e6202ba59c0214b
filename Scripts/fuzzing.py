"""Requests that a server should refuse: seeded, most of them wrong in one place, some in all."""

import json
from dataclasses import dataclass

STEP = {"step": 0, "observation": [0.0, 0.1, 0.02, -0.1], "reward": 1.0, "terminated": False}
ROUTES = [
    ("POST", "/v1/sessions", {"seed": 1, "deterministic": True, "ttl_s": 60}),
    ("POST", "/v1/sessions/SESSION/act", STEP),
    ("POST", "/v1/sessions/SESSION/trial", {"reward": 1.0, "truncated": True}),
    ("POST", "/v1/sessions/SESSION/feedback", {"step": 0, "reward": 1.0, "source": "a person"}),
    ("PUT", "/v1/sessions/SESSION/state", {
        "policy": "cartpole", "version": "1", "next_step": 0, "trial": 0, "begins_try": True,
        "try_ended": False, "memory": [0.0] * 64, "last_action": [0, 0], "last_reward": None,
        "random": {"key": 1, "position": 0}}),
    ("POST", "/v1/act", {"items": [{"observation": [0.0, 0.1, 0.02, -0.1]}], "seed": 1}),
    # Never right, so that the tool is not started.
    ("POST", "/v1/adapt", {"task": "cartpole:1", "tries": 2, "way": "sideways"}),
    ("POST", "/v2/models/cartpole/infer", {
        "inputs": [{"name": "observation", "shape": [1, 8], "datatype": "FP32",
                    "data": [0, 0, 0.1, 0, 0, 0, 0, 1]}], "outputs": [{"name": "action"}]}),
    ("POST", "/v2/models/cartpole/versions/1/infer", {"inputs": [], "id": "x"}),
    ("DELETE", "/v1/sessions/0123456789abcdef0123456789abcdef", None),
    ("GET", "/v1/sessions/SESSION/stream", None),
    ("GET", "/v2/models/cartpole/versions/7", None),
    ("GET", "/v1/triggers?policy=nobody", None),
    ("GET", "/v1/report?run=..", None),
    ("GET", "/dashboard/run?name=nobody", None),
    ("GET", "/dashboard/data/run?name=nobody&x=wall", None),
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW"]
# What JSON may hold in a number's place, as text: some of it is no JSON.
NUMBERS = [
    "1e999", "-1e999", "1e-999", "NaN", "Infinity", "-Infinity", "-0", "01", "1.", ".5", "+1", "1e",
    "0x10", "9" * 400, "1" + "0" * 40, "9223372036854775807", "9223372036854775808", "-1",
    "18446744073709551616", "3.4028236e38", "1e308", "0." + "0" * 500 + "1", "2147483648", "1e19"]
VALUES = NUMBERS + [
    "null", "true", "false", '""', '"x"', "[]", "{}", "[[]]", "[null]", '["1"]', "nul", "'x'",
    '"\\ud800"', '"\\u0000"', '"\\x"', '"' + "a" * 5000 + '"', "[" * 40 + "]" * 40,
    "[" * 3000 + "]" * 3000, '{"a":' * 200 + "1" + "}" * 200, "[1,]", "[,1]", '{"a":1,}', "[1 2]",
    "[" + "0," * 3000 + "0]"]
PATHS = [
    "/v1", "/v2/models", "/v2/models/nobody", "/v2/models/../models", "//v1/act", "/v1//act",
    "/v1/act/", "/v1/%61ct", "/v1/sessions/", "/v1/sessions/x/act", "/v1/sessions/../act",
    "/v1/sessions/x/y/act", "/../../etc/passwd", "/..%2f..%2fetc/passwd", "/dashboard/../foal.js",
    "/dashboard/%2e%2e/x", "/.git/config", "*", "v1/act", "http://127.0.0.1/v1/act", "/\\v1",
    "/v1/act#x", "/" + "a" * 3000, "/" + "a/" * 400 + "b", "/v1/sessions/" + "f" * 32 + "/state",
    "/v2/models/cartpole/versions/99999999999999999999", "/v1/act?" + "x=1&" * 200, "/\u00e9",
    "/v2/models/" + "m" * 900 + "/infer", "/v1/triggers?policy=%ff%00", "/?" + "%" * 20]
HEADERS = [
    ["Host: example.org"], ["Host: 127.0.0.1", "Host: 127.0.0.1"], [], ["Host:"],
    ["Host: 127.0.0.1", "Origin: http://example.org"], ["Host: 127.0.0.1", "Origin: null"],
    ["Host: 127.0.0.1"] + [f"X-{number}: 1" for number in range(120)],
    ["Host: 127.0.0.1", "X-Long: " + "x" * 20_000], ["Host: 127.0.0.1", "X Y: 1"],
    ["Host: 127.0.0.1", ": empty"], ["Host: 127.0.0.1", "no colon"],
    ["Host: 127.0.0.1", "X: \x01\x02"], ["Host: 127.0.0.1", "Content-Encoding: gzip"],
    ["Host: 127.0.0.1", "Expect: 200-maybe"], ["Host: [::1", "X: 1"]]
TYPES = [
    "text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "", "json",
    "multipart/form-data; boundary=x", "application/json;charset=utf-16", "APPLICATION/PICKLE"]


@dataclass
class Attempt:
    """What is sent, and what may come back."""

    data: bytes
    method: str = "GET"
    #: Whether it is all there: then it is answered. What is cut off may not be.
    is_whole: bool = True
    #: Whether the connection holds rests that would be read as another request.
    spoils: bool = False


def request(draw, sessions):
    """One request from a random source; `sessions` are some that are open."""
    kinds = [
        (_wrong_body, 50), (_wrong_path, 14), (_wrong_method, 8), (_wrong_headers, 9),
        (_wrong_type, 5), (_wrong_length, 5), (_wrong_chunks, 3), (_wrong_upgrade, 3), (_noise, 3)]
    kind = draw.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    method, path, body = draw.choice(ROUTES)
    return kind(draw, method, path.replace("SESSION", draw.choice(sessions)), body)


def _text(method, path, headers, body=b"", version="HTTP/1.1"):
    return "\r\n".join([f"{method} {path} {version}", *headers, "", ""]).encode() + body


def _plain(method, path, body):
    headers = ["Host: 127.0.0.1"]
    if body:
        headers += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return _text(method, path, headers, body)


def _encoded(body):
    return b"" if body is None else json.dumps(body).encode()


def _places(value, path=()):
    """The paths to everything that a JSON value holds."""
    yield path
    items = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _exchanged(value, path, text):
    """The value as JSON, with a text in one place."""
    if not path:
        return text
    if isinstance(value, dict):
        members = (
            f"{json.dumps(key)}:"
            + (_exchanged(inner, path[1:], text) if key == path[0] else json.dumps(inner))
            for key, inner in value.items())
        return "{" + ",".join(members) + "}"
    members = (
        _exchanged(inner, path[1:], text) if index == path[0] else json.dumps(inner)
        for index, inner in enumerate(value))
    return "[" + ",".join(members) + "]"


def _wrong_body(draw, method, path, body):
    if body is None:
        body = {}
    way = draw.randrange(6)
    if way < 3:
        place = draw.choice(list(_places(body)))
        data = _exchanged(body, place, draw.choice(VALUES)).encode()
    elif way == 3:
        changed = dict(body)
        if changed and draw.random() < 0.5:
            del changed[draw.choice(list(changed))]
        else:
            changed[draw.choice(["x", "__proto__", "observation", "items", "Step"])] = 1
        data = _encoded(changed)
    elif way == 4:
        data = bytearray(_encoded(body))
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        data = bytes(data)
    else:
        data = _encoded(body)
        data = data[:draw.randrange(len(data))] if draw.random() < 0.5 else data + b"]"
    return Attempt(_plain(method, path, data), method)


def _wrong_path(draw, method, path, body):
    if draw.random() < 0.5:
        path = draw.choice(PATHS)
    else:
        at = draw.randrange(1, len(path) + 1)
        path = path[:at] + draw.choice("/.%~!$&'()*+,;=:@\\^`{|}\"<>x9\x7f") + path[at:]
    return Attempt(_plain(method, path, _encoded(body)), method, spoils=True)


def _wrong_method(draw, method, path, body):
    method = draw.choice([other for other in METHODS if other != method])
    return Attempt(_plain(method, path, _encoded(body)), method, spoils=method == "CONNECT")


def _wrong_headers(draw, method, path, body):
    headers = draw.choice(HEADERS)
    version = draw.choice(["HTTP/1.1"] * 6 + ["HTTP/3.7", "HTTP/1.1x", "FTP/1.1", "HTTP/2.0"])
    return Attempt(_text("GET", "/v1/nothing", headers, version=version), spoils=True)


def _wrong_type(draw, method, path, body):
    data = _encoded(body if body is not None else STEP)
    headers = [
        "Host: 127.0.0.1", f"Content-Type: {draw.choice(TYPES)}", f"Content-Length: {len(data)}"]
    return Attempt(_text("POST", path, headers, data), "POST")


def _wrong_length(draw, method, path, body):
    length = draw.choice([
        "-1", "x", "1e3", "99999999999999999999", "9223372036854775807", "5, 6", "0x5", "2000000000",
        "", "10", "100000"])
    headers = ["Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {length}"]
    if draw.random() < 0.2:
        headers.append(draw.choice(["Content-Length: 3", "Transfer-Encoding: chunked"]))
    data = _text("POST", path, headers, _encoded(STEP))
    return Attempt(data, "POST", is_whole=False, spoils=True)


def _wrong_chunks(draw, method, path, body):
    headers = ["Host: 127.0.0.1", "Content-Type: application/json", "Transfer-Encoding: chunked"]
    chunks = draw.choice([
        b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n{}\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}x\r\n0\r\n\r\n", b"5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n", b"1\r\n{\r\n0\r\n\r\n",
        b"2;x=" + b"y" * 3000 + b"\r\n{}\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nX: 1\r\n\r\n"])
    return Attempt(_text("POST", path, headers, chunks), "POST", is_whole=False, spoils=True)


def _wrong_upgrade(draw, method, path, body):
    headers = ["Host: 127.0.0.1", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    headers.append("Upgrade: " + draw.choice(["websocket", "h2c", "x", "websocket, h2c"]))
    headers.append("Sec-WebSocket-Key: " + draw.choice(["x", "", "AAAA", "A" * 500]))
    return Attempt(_text("GET", path, headers[draw.randrange(2):]), spoils=True)


def _noise(draw, method, path, body):
    data = draw.choice([
        draw.randbytes(draw.randint(1, 400)), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n" * 40, b"GET", b"GET / HTTP/1.1\r\nHost",
        b"\0" * 100, _plain(method, path, _encoded(body))[::-1]])
    return Attempt(data, is_whole=False, spoils=True)
