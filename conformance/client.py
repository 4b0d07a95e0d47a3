"""The one way out: sends a request over HTTP, keeps the exchange, stays within the budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

import h11
import httpx2

from conformance import wire
from conformance.exchange import Answer, Exchange, Pairs, Redactor, Request
from conformance.rule import Untestable, Violation
from conformance.transport import Connections, Patience

MOST_BYTES = 10_000_000
WHOLE = 3
"""How many times the timeout of one step an answer as a whole may take."""
LEAST_PATIENCE = 0.5
"""The least timeout, in seconds, of a target that let requests time out before."""
NO_ANSWER = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    h11.ProtocolError,
    OSError,
    UnicodeError,
)
"""What there is instead of an HTTP answer."""
OWN_HEADERS = (
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Connection", "keep-alive"),
    ("User-Agent", "fourfold-conformance"),
)
"""What every request has that does not say otherwise."""
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

    `timeout` is in seconds, for connecting and for each read; an answer as a whole may take three
    times that. A target that lets a request time out is given half as long for the next one, until
    it answers, so that one that hangs does not hold up a run.
    """

    redactor: Redactor
    budget: Budget = field(default_factory=Budget)
    timeout: float = 10.0
    verify: bool = True
    exchanges: list[Exchange] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _begun: int = 0
    _by_operation: dict[str, list[Exchange]] = field(default_factory=dict, repr=False)
    _patience: float = field(init=False, repr=False)
    _connections: Connections = field(init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._patience = self.timeout
        context = httpx2.create_ssl_context(verify=self.verify, trust_env=False)
        self._connections = Connections(context)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def send(
        self,
        request: Request,
        *,
        operation: str = "",
        authenticated: bool = False,
        arriving: Arriving = _to_the_end,
        most: int = MOST_BYTES,
    ) -> Exchange:
        """Send a request and return the recorded exchange, of as much as `arriving` waited for.

        An answer of more than `most` bytes is none. Raises Violation where there is no HTTP answer
        to it, Untestable where the budget is spent.
        """

        def receive(seconds: float) -> Answer:
            return self._receive(request, seconds, arriving, most)

        return self._recorded(request, receive, operation, authenticated)

    def send_raw(
        self, request: Request, *, operation: str = "", authenticated: bool = False
    ) -> Exchange:
        """Send a request as it stands, on a connection of its own (see `conformance.wire`).

        For what a well-behaved client refuses to send: bytes that are not UTF-8, repeated headers,
        lengths that are not true. The answer has what followed it, too.
        """

        def receive(seconds: float) -> Answer:
            return wire.exchange(request, seconds, verify=self.verify)

        return self._recorded(request, receive, operation, authenticated)

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange that somebody else made, within the budget that it is part of."""
        with self._lock:
            self._begun += 1
            self._remember(exchange)

    def meant_for(self, operation: str) -> tuple[Exchange, ...]:
        """Every exchange so far that was meant for an operation, by its id; empty for none."""
        with self._lock:
            return tuple(self._by_operation.get(operation, ()))

    def reach(self, url: str) -> None:
        """Raise Unreachable unless something answers HTTP at `url`."""
        try:
            self._receive(Request("GET", url), self.timeout, lambda _: False)
        except NO_ANSWER as error:
            raise Unreachable(f"Nothing answers HTTP at {url}: {_reason(error)}.") from error

    def spent(self) -> str:
        """Which budget is spent, as a sentence; empty where there is still some of each."""
        most, seconds = self.budget.requests, self.budget.seconds
        if most is not None and self._begun >= most:
            return f"The budget of {most} requests is spent."
        if seconds is not None and time.monotonic() - self.started >= seconds:
            return f"The budget of {seconds:g} seconds is spent."
        return ""

    def require_budget(self) -> None:
        """Raise Untestable where a budget is spent."""
        if reason := self.spent():
            raise Untestable(reason)

    def patience(self) -> float:
        """The seconds that the next step may take, within what is left of the budget."""
        left = self.left()
        return max(self._patience if left is None else min(self._patience, left), 0.01)

    def left(self) -> float | None:
        """The seconds that are left of the budget; None where it has no bound."""
        seconds = self.budget.seconds
        return None if seconds is None else self.started + seconds - time.monotonic()

    def _recorded(
        self,
        request: Request,
        receive: Callable[[float], Answer],
        operation: str,
        authenticated: bool,
    ) -> Exchange:
        with self._lock:
            self.require_budget()
            self._begun += 1
        start = time.monotonic()
        try:
            answer = receive(self.patience())
        except NO_ANSWER as error:
            return self._unanswered(request, error, start, operation, authenticated)
        self._patience = self.timeout
        return self._keep(request, answer, operation, authenticated)

    def _unanswered(
        self, request: Request, error: Exception, start: float, operation: str, authenticated: bool
    ) -> NoReturn:
        silence = Answer(0, (), b"", time.monotonic() - start)
        nothing = self._keep(request, silence, operation, authenticated)
        if isinstance(error, TimeoutError):
            self._patience = max(self._patience / 2, LEAST_PATIENCE)
            self.require_budget()
        raise Violation(f"There was no HTTP answer: {_reason(error)}.", nothing) from error

    def _receive(
        self, request: Request, seconds: float, arriving: Arriving, most: int = MOST_BYTES
    ) -> Answer:
        start = time.monotonic()
        patience, body = Patience(seconds, start + self._whole(seconds)), bytearray()
        with self._connections.answered(request, _headers(request), patience) as answered:
            status, headers, pieces = answered
            for piece in pieces:
                body += piece
                if len(body) > most:
                    raise ConnectionError(f"more than {most} bytes came")
                if not arriving(piece):
                    break
        return Answer(status, headers, bytes(body), time.monotonic() - start)

    def _whole(self, seconds: float) -> float:
        """How long an answer as a whole may take, where a step may take so long."""
        left = self.left()
        return max(seconds * WHOLE if left is None else min(seconds * WHOLE, left), 0.01)

    def _keep(
        self, request: Request, answer: Answer, operation: str, authenticated: bool
    ) -> Exchange:
        started = time.monotonic() - self.started - answer.seconds
        exchange = Exchange(request, answer, operation, authenticated, started=started)
        with self._lock:
            return self._remember(exchange)

    def _remember(self, exchange: Exchange) -> Exchange:
        numbered = replace(exchange, number=len(self.exchanges) + 1)
        self.exchanges.append(numbered)
        self._by_operation.setdefault(numbered.operation, []).append(numbered)
        return numbered


def _headers(request: Request) -> Pairs:
    """The headers of a request, and those that every request has that does not say otherwise."""
    named = {name.lower() for name, _ in request.headers}
    ours = [pair for pair in OWN_HEADERS if pair[0].lower() not in named]
    return [*ours, *request.headers]


def _reason(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    if isinstance(error, TimeoutError) and "did not end" not in text:
        return "nothing came in time"
    return f"{type(error).__name__}, {text}" if text else type(error).__name__
