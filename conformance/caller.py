"""Somebody who calls the API: a credential, spent no faster than its rate limit allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from conformance.client import Arriving, Client
from conformance.exchange import Exchange, Pairs, Request
from conformance.sample import Sample, encode, names_no_route
from generator.model import Operation, RateLimit


class Credential(Protocol):
    """Gives the token of the next request; None where there is none."""

    def take(self) -> str | None:
        """The token to send, once it may be sent."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No credential."""

    def take(self) -> str | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class Fixed:
    """One token, sent as often as asked: for rules about the limit itself."""

    token: str

    def take(self) -> str | None:
        """The token."""
        return self.token


@dataclass(slots=True)
class Minted:
    """Keys of one tenant, each used up to an allowance below its burst, then left for another."""

    mint: Callable[[], str]
    allowance: int
    _token: str = ""
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self) -> str | None:
        """The token of the current key, or of a new one."""
        with self._lock:
            if not self._left:
                self._token, self._left = self.mint(), self.allowance
            self._left -= 1
            return self._token


@dataclass(slots=True)
class Refilled:
    """One key whose limit is its workspace's: time is moved on each time the allowance is spent."""

    mint: Callable[[], str]
    allowance: int
    refill: Callable[[], None]
    _token: str = ""
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self) -> str | None:
        """The token, after a refill where it is needed."""
        with self._lock:
            if not self._token:
                self._token, self._left = self.mint(), self.allowance
            if not self._left:
                self.refill()
                self._left = self.allowance
            self._left -= 1
            return self._token


@dataclass(slots=True)
class Paced:
    """One token, sent no faster than its rate limit refills: waits in real time."""

    token: str
    limit: RateLimit
    _due: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self) -> str | None:
        """The token, after the wait that the limit asks for."""
        step = self.limit.window / self.limit.limit
        with self._lock:
            now = time.monotonic()
            slack = max(self.limit.burst - 2, 0) * step / 2
            wait = self._due - slack - now
            if wait > 0:
                time.sleep(wait)
            self._due = max(self._due, now) + step * 1.05
            return self.token


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests to the target as one party.

    `valid` says whether its credential is one that the target should accept.
    """

    client: Client
    base_url: str
    credential: Credential
    valid: bool = True

    def call(
        self, operation: Operation, sample: Sample, *, method: str = "", headers: Pairs = ()
    ) -> Exchange:
        """Call an operation as documented, or its path with another method."""
        path = operation.path
        for name, value in sample.path.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return self.send(
            method or operation.method,
            path,
            encode(sample.query),
            headers=(*sample.headers, *headers),
            body=sample.body,
            operation="" if any(map(names_no_route, sample.path.values())) else operation.id,
        )

    def listen(
        self, operation: Operation, sample: Sample, arriving: Arriving, *, headers: Pairs = ()
    ) -> Exchange:
        """Call an operation, and tell `arriving` of its answer piece by piece."""
        path, query = operation.path, encode(sample.query)
        for name, value in sample.path.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        sent = (*sample.headers, *headers)
        request = self._request(operation.method, path, query, sent, sample.body)
        return self.client.send(
            request, operation=operation.id, authenticated=self.valid, arriving=arriving
        )

    def send(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        headers: Pairs = (),
        body: bytes = b"",
        operation: str = "",
    ) -> Exchange:
        """Send a request to a path below the base URL; `query` is already encoded."""
        request = self._request(method, path, query, headers, body)
        return self.client.send(request, operation=operation, authenticated=self.valid)

    def send_raw(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        headers: Pairs = (),
        body: bytes = b"",
        operation: str = "",
    ) -> Exchange:
        """As `send`, for what a well-behaved client refuses to write: it goes out as it stands."""
        request = self._request(method, path, query, headers, body)
        return self.client.send_raw(request, operation=operation, authenticated=self.valid)

    def _request(self, method: str, path: str, query: str, headers: Pairs, body: bytes) -> Request:
        self.client.require_budget()
        token = self.credential.take()
        proof = (("Authorization", f"Bearer {token}"),) if token is not None else ()
        url = self.base_url + path + (f"?{query}" if query else "")
        return Request(method.upper(), url, (*proof, *headers), body)
