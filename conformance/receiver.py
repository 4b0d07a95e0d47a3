"""A receiver of webhooks on loopback: keeps what arrives as it came, and answers as it is told."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from conformance.exchange import Pairs

MOST_BYTES = 1_000_000
SECONDS_TO_ARRIVE = 5.0
SECONDS_TO_HANG = 40.0
QUIET = 0.15
"""Seconds of real time after which what has not arrived is taken not to have been sent."""
_TURN = 0.05
"""Seconds at a time that are waited: a machine that stalls for long takes one turn, not all."""
_NO_LINGER = struct.pack("ii", 1, 0)


class Ending(StrEnum):
    """How a request ends."""

    ANSWERED = "answered"
    HELD = "held"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver does with a request: answers after so many seconds, hangs, or breaks off."""

    status: int = 204
    headers: Pairs = ()
    body: bytes = b""
    delay: float = 0.0
    ending: Ending = Ending.ANSWERED


HANG = Reply(ending=Ending.HELD)
"""Says nothing until the sender gives up."""
RESET = Reply(ending=Ending.RESET)
"""Reads the request, then resets the connection."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came. `target` has path and query; `arrived` is of a monotonic clock.

    `moment` is what the receiver was told about the time, in seconds of the target's clock.
    """

    method: str
    target: str
    headers: Pairs
    body: bytes
    arrived: float
    moment: float = 0.0

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    def all(self, name: str) -> list[str]:
        """Every value of a header, by its name in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """The first value of a header; empty where there is none."""
        return next(iter(self.all(name)), "")


@dataclass(slots=True)
class Receiver:
    """What has arrived, and what each path answers: its replies in turn, the last from then on."""

    url: str
    moment: float = 0.0
    """Goes with what arrives from now on."""
    received: list[Received] = field(default_factory=list)
    released: dict[str, float] = field(default_factory=dict)
    """Path → when a request that was held was given up, or let go."""
    _replies: dict[str, tuple[Reply, ...]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _closing: threading.Event = field(default_factory=threading.Event, repr=False)

    def reply(self, path: str, *replies: Reply) -> str:
        """Have a path answer so; return its URL."""
        self._replies[path] = replies
        return self.url + path

    def at(self, path: str) -> tuple[Received, ...]:
        """What has arrived at a path, in order."""
        with self._changed:
            return tuple(one for one in self.received if one.path == path)

    def wait(self, condition: Callable[[], bool], seconds: float = SECONDS_TO_ARRIVE) -> bool:
        """Wait until something is so; return whether it came to be."""
        silent, latest = 0, time.monotonic() + 10 * seconds
        with self._changed:
            while not condition() and silent < _turns(seconds) and time.monotonic() < latest:
                silent += not self._changed.wait(_TURN)
            return condition()

    def arrived(self, path: str, count: int) -> bool:
        """Whether so many requests have arrived at a path."""
        return len(self.at(path)) >= count

    def settle(self, seconds: float = QUIET) -> None:
        """Wait until nothing has arrived for so many seconds."""
        with self._changed:
            while any(self._changed.wait(_TURN) for _ in range(_turns(seconds))):
                pass

    def take(self, request: Received) -> Reply:
        """Keep a request, and say how it is answered."""
        with self._changed:
            before = len([one for one in self.received if one.path == request.path])
            self.received.append(request)
            self._changed.notify_all()
            replies = self._replies.get(request.path) or (Reply(404),)
            return replies[min(before, len(replies) - 1)]

    def hold(self, path: str, connection: socket.socket) -> None:
        """Say nothing until the sender hangs up, the receiver closes or a long time has passed."""
        until = time.monotonic() + SECONDS_TO_HANG
        connection.settimeout(0.05)
        while time.monotonic() < until and not self._closing.is_set():
            try:
                if not connection.recv(1_024):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        with self._changed:
            self.released[path] = time.monotonic()
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of what is held."""
        self._closing.set()


def _turns(seconds: float) -> int:
    return max(1, round(seconds / _TURN))


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receive on a free port of loopback for as long as the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.close()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender may break off whenever it likes."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def handle_one_request(self) -> None:
        """Read one request of any method, and do with it what its path says."""
        self.raw_requestline = self.rfile.readline(65_537)
        understood = self.raw_requestline and self.parse_request()
        self.close_connection = True
        if not understood:
            return
        arrived, body = time.monotonic(), self._body()
        if body is None:
            return
        headers = tuple(self.headers.items())
        moment = self.server.receiver.moment
        request = Received(self.command, self.path, headers, body, arrived, moment)
        reply = self.server.receiver.take(request)
        match reply.ending:
            case Ending.HELD:
                self.server.receiver.hold(request.path, self.connection)
            case Ending.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                self.connection.close()
            case Ending.ANSWERED:
                time.sleep(reply.delay)
                self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        empty = reply.status == 204 or self.command == "HEAD"
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"" if empty else reply.body)

    def _body(self) -> bytes | None:
        """The whole body; None where it was cut off, is too large or has no end."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return None
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else None

    def _chunks(self) -> bytes | None:
        """A body in chunks (RFC 9112 §7.1)."""
        body = b""
        while len(body) <= MOST_BYTES:
            try:
                size = int(self.rfile.readline(1_024).partition(b";")[0], 16)
            except ValueError:
                return None
            if not size:
                while self.rfile.readline(65_537).strip():
                    pass
                return body
            chunk = self.rfile.read(min(size, MOST_BYTES + 1))
            if len(chunk) < size:
                return None
            body += chunk
            self.rfile.readline(1_024)
        return None

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
        """Say nothing."""
