"""Steps over WebSockets: as many sessions, each on a connection of its own, each step after the reply to
the one before, from one process."""

import base64
import os
import selectors
import socket
import time

OBSERVATIONS = ("[0.01,0.02,0.03,-0.04]", "[0.02,-0.17,0.03,0.26]", "[-0.03,-0.18,0.02,0.31]")


def _frame(text):
    """A text message. Its mask is zeros, which RFC 6455 allows and which leaves the text as it is."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + data


class Stream:
    """A session on a WebSocket."""

    def __init__(self, server, session):
        self.socket = socket.create_connection((server.host, server.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /v1/sessions/{session}/stream HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        reply = b""
        while b"\r\n\r\n" not in reply:
            more = self.socket.recv(4096)
            if not more:
                break
            reply += more
        if not reply.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"no stream: {reply[:80]!r}")
        self.step = 0
        self.unread = b""
        self.sent_at = 0.0

    def send(self):
        text = f'{{"step":{self.step},"observation":{OBSERVATIONS[self.step % 3]}'
        self.socket.send(_frame(text + (',"reward":1}' if self.step else "}")))
        self.step += 1
        self.sent_at = time.perf_counter()

    def receive(self):
        """The reply to the last step; None if it is not all there."""
        data = self.unread + self.socket.recv(4096)
        if not data:
            raise RuntimeError("the server ended a stream")
        start, length = 2, data[1] if len(data) > 1 else 0
        if length == 126:
            start, length = 4, int.from_bytes(data[2:4], "big")
        if len(data) < start + max(length, 1):
            self.unread = data
            return None
        self.unread = b""
        return data[start:start + length]


def run(server, sessions, seconds):
    """Steps for so many seconds; returns the steps, the seconds, the delays in ms and the errors."""
    selector = selectors.DefaultSelector()
    streams = [Stream(server, session) for session in sessions]
    for stream in streams:
        selector.register(stream.socket, selectors.EVENT_READ, stream)
        stream.send()
    steps, refused, delays = 0, 0, []
    start = time.perf_counter()
    end = start + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(1):
            reply = key.data.receive()
            if reply is None:
                continue
            steps += 1
            refused += b'"error"' in reply
            delays.append((time.perf_counter() - key.data.sent_at) * 1e3)
            key.data.send()
    elapsed = time.perf_counter() - start
    for stream in streams:
        stream.socket.close()
    return steps, elapsed, sorted(delays), refused
