"""One call as a conversation: send, wait, follow, try again. No input or output of its own.

`exchange` yields what is to be done and is sent what came of it, so that the synchronous and the
asynchronous client share every decision.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Protocol, TypeAlias, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from .errors import APIConnectionError
from .request import Request
from .retries import IDEMPOTENT, RetryPolicy

_MOST_REDIRECTS = 5
_SEE_OTHER = 303
_SAME_METHOD = frozenset({307, 308})
_MOVED = frozenset({301, 302})
_HARMLESS = frozenset({"accept", "user-agent"})
_PORTS = {"http": 80, "https": 443}


class Reply(Protocol):
    """As much of an answer as decisions need."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by names in any case."""


R = TypeVar("R", bound=Reply)


class Send(msgspec.Struct, frozen=True):
    """Send the request; its outcome is a reply, or the error that kept it away."""

    request: Request


class Sleep(msgspec.Struct, frozen=True):
    """Wait for so many seconds."""

    seconds: float


Exchange: TypeAlias = Generator[Send | Sleep, R | APIConnectionError | None, R]


def exchange(
    request: Request, retries: RetryPolicy, idempotent: bool, now: Callable[[], float]
) -> Exchange[R]:
    """Have `request` answered: returns the last reply, or raises `APIConnectionError`.

    `idempotent` says that the operation is, whatever its method. `now` returns the Unix time.
    """
    safe = idempotent or request.method in IDEMPOTENT
    attempt = redirects = 0
    while True:
        outcome = yield Send(request)
        if isinstance(outcome, APIConnectionError):
            wait = retries.wait_after_failure(attempt, outcome.sent, safe)
            if wait is None:
                raise outcome
        elif outcome is None:
            raise TypeError("a request was sent, and nothing came of it")
        else:
            target = redirected(request, outcome.status_code, outcome.headers)
            if target is not None and redirects < _MOST_REDIRECTS:
                request, redirects = target, redirects + 1
                continue
            status, headers = outcome.status_code, outcome.headers
            wait = retries.wait_after_status(attempt, status, headers, safe, now())
            if wait is None:
                return outcome
        yield Sleep(wait)
        attempt += 1


def redirected(request: Request, status: int, headers: Mapping[str, str]) -> Request | None:
    """The request that a redirect asks for, or None where it is none that is followed.

    Another origin gets no credential, none of the caller's headers, and never a body.
    """
    location = headers.get("location", "")
    method = _method_after(request.method, status)
    if not location or method is None:
        return None
    target = urljoin(request.url, location)
    if urlsplit(target).scheme not in _PORTS:
        return None
    content = request.content if method == request.method else None
    moved = replace(request, method=method, url=target, content=content)
    if _keeps_secrets(urlsplit(request.url), urlsplit(target)):
        return moved
    if content is not None:
        return None
    kept = {name: value for name, value in request.headers.items() if name in _HARMLESS}
    return replace(moved, headers=kept, security=())


def _method_after(method: str, status: int) -> str | None:
    if status in _SAME_METHOD or (status in _MOVED and method in {"GET", "HEAD"}):
        return method
    if status == _SEE_OTHER:
        return "HEAD" if method == "HEAD" else "GET"
    return None


def _keeps_secrets(old: SplitResult, new: SplitResult) -> bool:
    if _origin(old) == _origin(new):
        return True
    upgraded = (old.scheme, new.scheme) == ("http", "https")
    default_ports = _origin(old)[2] == 80 and _origin(new)[2] == 443
    return upgraded and default_ports and old.hostname == new.hostname


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme)
