"""HTTP/1.1 over connections that are used again, with one deadline for an answer as a whole.

Timeouts of single reads do not end an answer that trickles: a server may send a byte now and then,
or interim answers (RFC 9110 §15.2), for ever.

It stands on h11 alone: a run sends thousands of small requests, and what a client for all purposes
does around each of them takes longer than to write it and to read its answer.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

import h11
import httpx2

from conformance.exchange import Pairs, Request

MOST_RAW_BYTES = 40_000_000
"""More than any answer that is read needs, however it is encoded."""
MOST_HEAD_BYTES = 100_000
IDLE_SECONDS = 4.0
"""How long a connection is kept that nobody uses: servers close theirs after five and more."""
_READ_BYTES = 65_536
_PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<authority>(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]+))?)"
    r"(?P<target>/[!$-;=?-_a-z|~]*)"
)
"""A URL in which nothing is left to be encoded."""
_PORTS = {"http": 80, "https": 443}
_IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}
"""Methods whose requests may be sent twice to the effect of once (RFC 9110 §9.2.2)."""
_TAKE_BODIES = {"POST", "PUT", "PATCH"}
"""Methods whose requests say so where they have no body (RFC 9110 §8.6)."""


class Origin(NamedTuple):
    """What a connection leads to."""

    scheme: str
    host: str
    port: int


@dataclass(slots=True)
class Patience:
    """The seconds that one step may take, when all must have ended, how many bytes may come."""

    step: float
    ends: float
    left: int = MOST_RAW_BYTES

    def remaining(self) -> float:
        """The seconds that the next step may take; raises TimeoutError where none is left."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the answer did not end")
        return min(self.step, seconds)


class Connection:
    """One connection, for one exchange after the other."""

    def __init__(self, origin: Origin, patience: Patience, context: ssl.SSLContext) -> None:
        """Connect; raises OSError."""
        self.unused_since = 0.0
        self._socket = socket.create_connection(origin[1:], patience.remaining())
        self._machine = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD_BYTES)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.scheme == "https":
                self._socket.settimeout(patience.remaining())
                self._socket = context.wrap_socket(self._socket, server_hostname=origin.host)
        except BaseException:
            self._socket.close()
            raise

    @property
    def is_fresh(self) -> bool:
        """Whether it can be used again: not idle for long, nothing came, nobody hung up."""
        if time.monotonic() - self.unused_since > IDLE_SECONDS:
            return False
        self._socket.setblocking(False)
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def ask(self, head: h11.Request, body: bytes, patience: Patience) -> h11.Response:
        """Send a request and return the head of its answer.

        A target may answer before it was sent all, and hang up. Raises OSError, h11.ProtocolError.
        """
        message = self._machine.send(head) or b""
        if body:
            message += self._machine.send(h11.Data(data=body)) or b""
        message += self._machine.send(h11.EndOfMessage()) or b""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.settimeout(patience.remaining())
            self._socket.sendall(message)
        while not isinstance(event := self._next(patience), h11.Response):
            if event is h11.PAUSED:
                raise h11.RemoteProtocolError("the answer is of another protocol")
        return event

    def body(self, patience: Patience) -> Iterator[bytes]:
        """What follows the head, piece by piece; raises as `ask` does."""
        while isinstance(event := self._next(patience), h11.Data):
            yield bytes(event.data)

    def renewed(self) -> bool:
        """Make ready for another request; return False where the answer has not ended."""
        machine = self._machine
        if machine.our_state is not h11.DONE or machine.their_state is not h11.DONE:
            return False
        machine.start_next_cycle()
        self.unused_since = time.monotonic()
        return True

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _next(self, patience: Patience) -> h11.Event | type[h11.PAUSED]:
        while (event := self._machine.next_event()) is h11.NEED_DATA:
            self._machine.receive_data(self._piece(patience))
        return event  # type: ignore[return-value] # NEED_DATA is dealt with

    def _piece(self, patience: Patience) -> bytes:
        self._socket.settimeout(patience.remaining())
        try:
            piece = self._socket.recv(_READ_BYTES)
        except TimeoutError:
            patience.remaining()
            raise
        patience.left -= len(piece)
        if patience.left < 0:
            raise ConnectionError(f"more than {MOST_RAW_BYTES} bytes came")
        if not piece and self._machine.their_state is h11.SEND_RESPONSE:
            raise h11.RemoteProtocolError("the connection was closed without an answer")
        return piece


class Connections:
    """The connections of a run. Safe to use from several threads."""

    def __init__(self, context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(["http/1.1"])
        self._context = context
        self._idle: dict[Origin, list[Connection]] = {}

    @contextmanager
    def answered(
        self, request: Request, headers: Pairs, patience: Patience
    ) -> Iterator[tuple[int, Pairs, Iterator[bytes]]]:
        """Send a request with these headers; give the status, the headers and the body to come.

        Names of headers are in lower case; the body is decoded. Raises OSError, h11.ProtocolError,
        httpx2.InvalidURL, httpx2.DecodingError, UnicodeError.
        """
        origin, authority, target = _parsed(request.url)
        head = _head(request, headers, authority, target)
        connection, answer = self._asked(origin, head, request, patience)
        try:
            told = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
            )
            pieces = connection.body(patience)
            yield answer.status_code, told, _decoded(answer, pieces)
        except BaseException:
            connection.close()
            raise
        if connection.renewed():
            self._idle.setdefault(origin, []).append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close those that are idle."""
        for connections in self._idle.values():
            while connections:
                connections.pop().close()

    def _asked(
        self, origin: Origin, head: h11.Request, request: Request, patience: Patience
    ) -> tuple[Connection, h11.Response]:
        """Send a request; return the connection, and the head of the answer that came over it.

        A target may close a connection that was used at any moment. Where nothing came over it,
        what may be sent twice is sent again over another one (RFC 9110 §9.2.2).
        """
        left = patience.left
        while True:
            used = self._used(origin)
            connection = used or Connection(origin, patience, self._context)
            try:
                return connection, connection.ask(head, request.body, patience)
            except BaseException as error:
                connection.close()
                closed = isinstance(error, ConnectionError | h11.RemoteProtocolError)
                again = used and closed and patience.left == left
                if not again or request.method not in _IDEMPOTENT:
                    raise

    def _used(self, origin: Origin) -> Connection | None:
        """A connection that is idle, the latest first; None where there is none."""
        idle = self._idle.get(origin, [])
        while idle:
            with suppress(IndexError):
                connection = idle.pop()
                if connection.is_fresh:
                    return connection
                connection.close()
        return None


def _parsed(url: str) -> tuple[Origin, str, str]:
    """Where a URL leads to, what `Host` says, and the target; raises httpx2.InvalidURL.

    What is left to be encoded is, and segments of dots are resolved (RFC 3986 §5.2.4).
    """
    plain = _PLAIN.fullmatch(url)
    if plain and "/." not in url:
        scheme, authority, host, port, target = plain.groups()
        return Origin(scheme, host, int(port or _PORTS[scheme])), authority, target
    parts = httpx2.URL(url)
    if parts.scheme not in _PORTS or not parts.host:
        raise httpx2.InvalidURL(f"{url} is no URL of http or https")
    origin = Origin(parts.scheme, parts.host, parts.port or _PORTS[parts.scheme])
    return origin, parts.netloc.decode("ascii"), parts.raw_path.decode("ascii")


def _head(request: Request, headers: Pairs, authority: str, target: str) -> h11.Request:
    """The head of a request; raises h11.LocalProtocolError for what HTTP has no way to write."""
    named = {name.lower() for name, _ in headers}
    host = () if "host" in named else (("Host", authority),)
    length: Pairs = ()
    framed = named & {"content-length", "transfer-encoding"}
    if not framed and (request.body or request.method in _TAKE_BODIES):
        length = (("Content-Length", str(len(request.body))),)
    return h11.Request(method=request.method, target=target, headers=[*host, *headers, *length])


def _decoded(answer: h11.Response, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A body without its content encoding (RFC 9110 §8.4)."""
    if not any(name == b"content-encoding" for name, _ in answer.headers):
        return pieces
    headers = [(name, value) for name, value in answer.headers]
    return httpx2.Response(answer.status_code, headers=headers, content=pieces).iter_bytes()
