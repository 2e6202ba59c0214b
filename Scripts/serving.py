"""Starts foal-serve for the scripts that measure it: on a free port of loopback, in a temporary home."""

import contextlib
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Server:
    """A server that runs: its process and where it listens."""

    def __init__(self, process, url, home):
        self.process = process
        self.url = url
        self.home = home
        self.host, self.port = "127.0.0.1", urllib.parse.urlsplit(url).port
        self._connection = http.client.HTTPConnection(self.host, self.port, timeout=10)

    def is_alive(self):
        return self.process.poll() is None

    def ask(self, method, path, body=None):
        """A reply's status and JSON, by a connection that is kept; for one thread.

        A connection that was idle for long has been closed by the server: then it is opened anew.
        """
        try:
            return self._ask(method, path, body)
        except http.client.RemoteDisconnected:
            return self._ask(method, path, body)

    def _ask(self, method, path, body):
        data = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, data, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def open_session(self, **settings):
        status, reply = self.ask("POST", "/v1/sessions", settings)
        if status != 201:
            raise RuntimeError(f"a session was not opened: {status} {reply}")
        return reply["session"]

    def resident_bytes(self):
        """The memory that the process holds, in bytes."""
        pid = str(self.process.pid)
        done = subprocess.run(["ps", "-o", "rss=", "-p", pid], capture_output=True, text=True)
        return int(done.stdout) * 1024


@contextlib.contextmanager
def serve(programs, *arguments):
    """Runs a server until the block ends.

    programs: the folder that holds foal-serve.
    arguments: what to serve and its options, beside --home, --port and --json.
    """
    program = pathlib.Path(programs) / "foal-serve"
    if not program.exists():
        sys.exit(f"{program} is missing: swift build -c release --product foal-serve")
    # Told to end, the script ends the server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as log:
        command = [str(program), *map(str, arguments), "--home", home, "--port", "0", "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = process.stdout.readline()
            if not line:
                log.seek(0)
                sys.exit(f"foal-serve ended before it listened: {log.read().strip()}")
            yield Server(process, json.loads(line)["url"], pathlib.Path(home))
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def add_programs(parser):
    """Adds the option that says where foal-serve is."""
    parser.add_argument(
        "--programs", type=pathlib.Path, default=ROOT / ".build" / "release", metavar="FOLDER",
        help="the folder that holds foal-serve (default: .build/release)")


def finish(name, misses):
    """Ends the script: well, or naming what was missed."""
    for miss in misses:
        print(f"{name}: missed: {miss}", file=sys.stderr)
    sys.exit(1 if misses else 0)
