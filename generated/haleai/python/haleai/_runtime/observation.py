"""What a client learns from answers besides their values: pace, deprecation, lines in the log."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import msgspec

from .hooks import Retry
from .operation import Operation
from .pace import Pace
from .rate_limit import RateLimit, retry_after
from .request import Request
from .response import Response

_PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0]
_log = logging.getLogger(__name__.partition(".")[0])

_TOO_MANY_REQUESTS = 429
_SHOWN = frozenset(
    {
        *("accept", "accept-encoding", "cache-control", "content-encoding", "content-length"),
        *("content-type", "date", "deprecation", "last-event-id", "retry-after", "server"),
        *("sunset", "user-agent", "x-api-deprecation", "x-request-id"),
    }
)


class Observation(msgspec.Struct):
    """The state that a client and its `with_options` copies share."""

    pace: Pace | None = None
    rate_limit: RateLimit | None = None
    warned: set[str] = msgspec.field(default_factory=set[str])

    def sending(self, request: Request) -> None:
        """Log the request: no query, no body, and no header that may be secret or personal."""
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s %s: sending, %s", request.method, request.info.path, redacted(request.headers)
            )

    def retrying(self, retry: Retry) -> None:
        """Log why and when the request is tried again."""
        if _log.isEnabledFor(logging.INFO):
            cause = retry.cause
            why = cause.status_code if isinstance(cause, Response) else type(cause).__name__
            request = retry.request
            _log.info(
                *("%s %s: %s, trying again in %.3f s", request.method, request.path),
                *(why, retry.wait),
            )

    def take_in(self, response: Response[Any]) -> None:
        """Remember the rate limit, and log one line."""
        if response.rate_limit is not None:
            self.rate_limit = response.rate_limit
        if self.pace is not None:
            refused = response.status_code == _TOO_MANY_REQUESTS
            asked = retry_after(response.headers, response.received_at) if refused else None
            self.pace.learn(response.rate_limit, asked, response.received_at)
        if _log.isEnabledFor(logging.DEBUG):
            request, status, seconds = response.request, response.status_code, response.elapsed
            shown = redacted(response.headers)
            _log.debug(
                "%s %s: %d in %.3f s, %s", request.method, request.path, status, seconds, shown
            )

    def warn(self, operation: Operation[Any], response: Response[Any]) -> None:
        """Warn, at the caller's line and once an operation, where the answer tells of its end."""
        notice = response.deprecation
        name = f"{operation.method} {operation.path}"
        if notice is not None and name not in self.warned:
            self.warned.add(name)
            message = f"{name} is deprecated: {notice.text}"
            warnings.warn(message, DeprecationWarning, stacklevel=_depth())


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers fit for a log: the value of every one that is not known to be harmless is hidden."""
    return {
        name: value if name.lower() in _SHOWN or "ratelimit" in name.lower() else "[redacted]"
        for name, value in headers.items()
    }


def _depth() -> int:
    """How many frames above `warn` the code is that called this package."""
    depth, frame = 1, sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  documented
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        depth, frame = depth + 1, frame.f_back
    return depth
