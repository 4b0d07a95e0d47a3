"""What a client learns from answers besides their values: pace, deprecation, a line in the log."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass, field
from typing import Any

from .operation import Operation
from .rate_limit import RateLimit
from .response import Response

_log = logging.getLogger(__name__.partition(".")[0])

_DEPRECATION_HEADERS = ("deprecation", "sunset", "x-api-deprecation")


@dataclass(slots=True)
class Observation:
    """The state that a client and its `with_options` copies share."""

    rate_limit: RateLimit | None = None
    warned: set[str] = field(default_factory=set)

    def take_in(self, operation: Operation[Any], response: Response[Any]) -> None:
        """Remember the rate limit, warn once of a deprecated operation, log one line.

        The line has neither query nor headers nor body: those may be personal or secret.
        """
        request = response.request
        _log.debug(
            "%s %s: %d in %.3f s",
            request.method,
            request.path,
            response.status_code,
            response.elapsed,
        )
        if response.rate_limit is not None:
            self.rate_limit = response.rate_limit
        notice = deprecation(response)
        name = f"{operation.method} {operation.path}"
        if notice and name not in self.warned:
            self.warned.add(name)
            warnings.warn(f"{name} is deprecated: {notice}", DeprecationWarning, stacklevel=6)


def deprecation(response: Response[Any]) -> str:
    """What the answer says of its operation's end (RFC 9745, RFC 8594), or nothing."""
    notices = [
        f"{name}: {response.headers[name]}"
        for name in _DEPRECATION_HEADERS
        if name in response.headers
    ]
    return ", ".join(notices)
