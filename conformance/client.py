"""The one way out: sends a request over HTTP, keeps the exchange, stays within the budget."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from conformance.exchange import Answer, Exchange, Redactor, Request
from conformance.rule import Untestable, Violation

MOST_BYTES = 10_000_000
Arriving = Callable[[bytes], bool]
"""Told each piece of a body as it comes; hangs up where the answer is False."""


def _to_the_end(_: bytes) -> bool:
    return True


class Unreachable(Exception):  # noqa: N818 - a state of the target
    """The target does not answer at all; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may spend: requests, and seconds from its start. None is without bound."""

    requests: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Client:
    """Sends requests and records what came of them. Safe to call from several threads.

    `timeout` is in seconds, for connecting and for each read; an answer as a whole may take ten
    times that.
    """

    redactor: Redactor
    budget: Budget = field(default_factory=Budget)
    timeout: float = 10.0
    verify: bool = True
    exchanges: list[Exchange] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _http: httpx2.Client = field(init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._http = httpx2.Client(
            timeout=self.timeout,
            verify=self.verify,
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": "fourfold-conformance", "accept": "application/json"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(
        self,
        request: Request,
        *,
        operation: str = "",
        authenticated: bool = False,
        arriving: Arriving = _to_the_end,
    ) -> Exchange:
        """Send a request and return the recorded exchange, of as much as `arriving` waited for.

        Raises Violation where there is no HTTP answer to it, Untestable where the budget is spent.
        """
        self._spend()
        start = time.monotonic()
        try:
            answer = self._receive(request, start, arriving)
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            silence = Answer(0, (), b"", time.monotonic() - start)
            nothing = self._keep(request, silence, operation, authenticated)
            raise Violation(f"There was no HTTP answer: {_reason(error)}.", nothing) from error
        return self._keep(request, answer, operation, authenticated)

    def send_raw(
        self, request: Request, *, operation: str = "", authenticated: bool = False
    ) -> Exchange:
        """Send a request whose headers are written as Latin-1 bytes, unchecked (RFC 9110 §5.5).

        For what a well-behaved client refuses to send: bytes that are not UTF-8, repeated headers.
        """
        self._spend()
        start = time.monotonic()
        try:
            status, headers, body = _over_socket(request, self.timeout)
        except (OSError, ValueError) as error:
            silence = Answer(0, (), b"", time.monotonic() - start)
            nothing = self._keep(request, silence, operation, authenticated)
            raise Violation(f"There was no HTTP answer: {_reason(error)}.", nothing) from error
        answer = Answer(status, headers, body, time.monotonic() - start)
        return self._keep(request, answer, operation, authenticated)

    def reach(self, url: str) -> None:
        """Raise Unreachable unless something answers HTTP at `url`."""
        try:
            self._http.request("GET", url)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise Unreachable(f"Nothing answers at {url}: {_reason(error)}.") from error

    def _spend(self) -> None:
        most, seconds = self.budget.requests, self.budget.seconds
        if most is not None and len(self.exchanges) >= most:
            raise Untestable(f"The budget of {most} requests is spent.")
        if seconds is not None and time.monotonic() - self.started > seconds:
            raise Untestable(f"The budget of {seconds:g} seconds is spent.")

    def _receive(self, request: Request, start: float, arriving: Arriving) -> Answer:
        body = bytearray()
        with self._http.stream(
            request.method,
            request.url,
            headers=[(name, value) for name, value in request.headers],
            content=request.body or None,
        ) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise httpx2.ReadError(f"more than {MOST_BYTES} bytes came")
                if time.monotonic() - start > self.timeout * 10:
                    raise httpx2.ReadTimeout("the answer did not end")
                if not arriving(chunk):
                    break
            headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
            status = response.status_code
        self._http.cookies.clear()
        return Answer(status, headers, bytes(body), time.monotonic() - start)

    def _keep(
        self, request: Request, answer: Answer, operation: str, authenticated: bool
    ) -> Exchange:
        started = time.monotonic() - self.started - answer.seconds
        with self._lock:
            number = len(self.exchanges) + 1
            exchange = Exchange(request, answer, operation, authenticated, number, started)
            self.exchanges.append(exchange)
        return exchange


def _over_socket(
    request: Request, timeout: float
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body:
        lines.append(f"Content-Length: {len(request.body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.create_connection((parts.hostname or "", port), timeout) as plain:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            with context.wrap_socket(plain, server_hostname=parts.hostname) as secure:
                return _talk(secure, head + request.body)
        return _talk(plain, head + request.body)


def _talk(
    connection: socket.socket, message: bytes
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    connection.sendall(message)
    received = bytearray()
    while len(received) <= MOST_BYTES and (chunk := connection.recv(65536)):
        received += chunk
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    status = int(first.split(" ")[1]) if first.startswith("HTTP/") else 0
    if not status:
        raise ValueError("what came back is not HTTP")
    headers = tuple(
        (name.strip().lower(), value.strip())
        for name, _, value in (line.partition(":") for line in rest)
    )
    if ("transfer-encoding", "chunked") in headers:
        body = _dechunk(body)
    return status, headers, body


def _dechunk(body: bytes) -> bytes:
    whole = bytearray()
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        whole += body[:length]
        body = body[length + 2 :]
    return bytes(whole)


def _reason(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return f"{type(error).__name__}, {text}" if text else type(error).__name__
