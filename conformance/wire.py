"""One HTTP/1.1 exchange over a connection of its own, byte for byte (RFC 9112).

For what a well-behaved client refuses to send or does not tell: headers that are not text, bodies
in pieces or of another length than they say, and what follows an answer that has ended.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11

from conformance.exchange import Answer, Request

MOST_BYTES = 10_000_000
LINGER = 0.3
"""How long, in seconds, more is waited for after an answer that has ended."""


@dataclass(slots=True)
class _Reader:
    """Feeds what a connection brings into an h11 state machine, until a moment."""

    connection: socket.socket
    ends: float
    machine: h11.Connection = field(
        default_factory=lambda: h11.Connection(h11.CLIENT, max_incomplete_event_size=100_000)
    )
    taken: int = 0

    def next_event(self) -> h11.Event | type[h11.PAUSED]:
        """The next event; raises TimeoutError, OSError, h11.RemoteProtocolError."""
        while (event := self.machine.next_event()) is h11.NEED_DATA:
            self.machine.receive_data(self._piece(self.ends - time.monotonic()))
        return event  # type: ignore[return-value] # NEED_DATA is dealt with

    def rest(self) -> bytes:
        """What comes after the answer, soon."""
        early, closed = self.machine.trailing_data
        found = bytearray(early)
        ends = min(time.monotonic() + LINGER, self.ends)
        with suppress(OSError):
            while not closed and (more := self._piece(ends - time.monotonic())):
                found += more
        return bytes(found)

    def _piece(self, seconds: float) -> bytes:
        if seconds <= 0:
            raise TimeoutError("the answer did not end")
        self.connection.settimeout(seconds)
        piece = self.connection.recv(65536)
        self.taken += len(piece)
        if self.taken > MOST_BYTES:
            raise ConnectionError(f"more than {MOST_BYTES} bytes came")
        return piece


def exchange(request: Request, timeout: float, *, verify: bool = True) -> Answer:
    """Send a request on a connection of its own and read the answer, within `timeout` seconds.

    Host, Connection and Content-Length are added where the request does not have them. Raises
    OSError and h11.ProtocolError where there is no whole answer.
    """
    start = time.monotonic()
    with _connected(request, timeout, verify=verify) as connection:
        _send(connection, written(request))
        answer = _answer(_Reader(connection, start + timeout), request.method)
    return Answer(answer.status, answer.headers, answer.body, time.monotonic() - start, answer.rest)


def written(request: Request) -> bytes:
    """A request as it goes over the wire, headers as Latin-1 (RFC 9110 §5.5)."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = {name.lower() for name, _ in request.headers}
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"Host: {parts.netloc}"] if "host" not in named else []
    lines += ["Connection: close"] if "connection" not in named else []
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body and not named & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(request.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + request.body


def _answer(reader: _Reader, method: str) -> Answer:
    asked = "HEAD" if method == "HEAD" else "GET"
    reader.machine.send(h11.Request(method=asked, target="/", headers=[("Host", "-")]))
    reader.machine.send(h11.EndOfMessage())
    status, body = 0, bytearray()
    headers: tuple[tuple[str, str], ...] = ()
    while True:
        event = reader.next_event()
        if isinstance(event, h11.Response):
            status = event.status_code
            headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers
            )
        elif isinstance(event, h11.Data):
            body += event.data
        elif not isinstance(event, h11.InformationalResponse):
            break
    return Answer(status, headers, bytes(body), rest=reader.rest())


@contextmanager
def _connected(request: Request, timeout: float, *, verify: bool) -> Iterator[socket.socket]:
    parts = urlsplit(request.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.create_connection((parts.hostname or "", port), timeout) as plain:
        if parts.scheme != "https":
            yield plain
            return
        context = ssl.create_default_context()
        if not verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(plain, server_hostname=parts.hostname) as secure:
            yield secure


def _send(connection: socket.socket, message: bytes) -> None:
    """Send all of a message, or as much as the other side takes before it answers and hangs up."""
    try:
        connection.sendall(message)
    except (BrokenPipeError, ConnectionResetError):
        return
