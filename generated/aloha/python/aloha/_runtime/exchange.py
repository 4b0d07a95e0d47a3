"""One call as a conversation: send, wait, follow, try again. No input or output of its own.

`exchange` yields what is to be done and is sent what came of it, so that the synchronous and the
asynchronous client share every decision.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from .errors import APIConnectionError
from .hooks import Retry
from .request import Request
from .response import Response
from .retries import IDEMPOTENT, RetryPolicy

_MOST_REDIRECTS = 5
_SEE_OTHER = 303
_SAME_METHOD = frozenset({307, 308})
_MOVED = frozenset({301, 302})
_HARMLESS = frozenset({"accept", "accept-encoding", "user-agent"})
_PORTS = {"http": 80, "https": 443}


class Send(msgspec.Struct, frozen=True):
    """Send the request; its outcome is a response, or the error that kept it away."""

    request: Request


class Wait(msgspec.Struct, frozen=True):
    """Wait for as long as the retry says, before the request is sent again."""

    retry: Retry


Outcome: TypeAlias = Response[Any] | APIConnectionError
Exchange: TypeAlias = Generator[Send | Wait, Outcome | None, Response[Any]]


def exchange(
    request: Request, retries: RetryPolicy, idempotent: bool, now: Callable[[], float]
) -> Exchange:
    """Have `request` answered: returns the last response, or raises `APIConnectionError`.

    `idempotent` says that the operation is, whatever its method. `now` returns the Unix time.
    """
    safe = idempotent or request.method in IDEMPOTENT
    deadline = None if retries.budget is None else now() + retries.budget
    attempt = redirects = 0
    while True:
        outcome = yield Send(request if deadline is None else _in_time(request, deadline - now()))
        if isinstance(outcome, APIConnectionError):
            wait = retries.wait_after_failure(attempt, outcome.sent, safe)
        elif outcome is None:
            raise TypeError("a request was sent, and nothing came of it")
        else:
            status, headers = outcome.status_code, outcome.headers
            if 200 <= status < 300:
                return outcome
            target = redirected(request, status, headers)
            if target is not None and redirects < _MOST_REDIRECTS:
                request, redirects = target, redirects + 1
                continue
            wait = retries.wait_after_status(attempt, status, headers, safe, now())
        if wait is None or (deadline is not None and now() + wait >= deadline):
            if isinstance(outcome, APIConnectionError):
                raise outcome
            return outcome
        attempt += 1
        yield Wait(Retry(request.info, attempt, wait, outcome))
        request = msgspec.structs.replace(request, attempt=attempt)


def redirected(request: Request, status: int, headers: Mapping[str, str]) -> Request | None:
    """The request that a redirect asks for, or None where it is none that is followed.

    Another origin gets no credential, none of the caller's headers, and never a body.
    """
    method = _method_after(request.method, status)
    target = _target(request.url, headers.get("location", "")) if method is not None else None
    if method is None or target is None:
        return None
    content = request.content if method == request.method else None
    moved = msgspec.structs.replace(request, method=method, url=target, content=content)
    if _keeps_secrets(urlsplit(request.url), urlsplit(target)):
        return moved
    if content is not None:
        return None
    kept = {name: value for name, value in request.headers.items() if name in _HARMLESS}
    return msgspec.structs.replace(moved, headers=kept, security=())


def _in_time(request: Request, remaining: float) -> Request:
    """The request with no more time than remains; httpx2's finer settings stay as they are."""
    timeout = request.timeout
    if isinstance(timeout, int | float):
        return msgspec.structs.replace(request, timeout=min(timeout, max(remaining, 0.001)))
    if timeout is None:
        return msgspec.structs.replace(request, timeout=max(remaining, 0.001))
    return request


def _target(url: str, location: str) -> str | None:
    if not location:
        return None
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return target if usable else None


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
