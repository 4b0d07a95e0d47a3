"""Whether and when to try again, with exponential backoff and full jitter. Waits for nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import msgspec

from .rate_limit import retry_after

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Methods that may be sent twice to the effect of one (RFC 9110 §9.2.2)."""

_TOO_MANY_REQUESTS = 429
_REQUEST_TIMEOUT = 408
_SERVER_ERROR = 500


class RetryPolicy(msgspec.Struct, frozen=True):
    """When to try again, in seconds.

    The n-th wait is drawn from 0 to `initial * 2**n`, at most `maximum`. A `Retry-After` up to
    `longest_retry_after` is waited for; a longer one is left to the caller, as an error. `jitter`
    returns a number from 0 to 1. With a `budget`, no attempt begins later than so many seconds
    after the first, and none has more time than is left of it.
    """

    max_retries: int = 2
    initial: float = 0.5
    maximum: float = 8.0
    longest_retry_after: float = 60.0
    jitter: Callable[[], float] = random.random
    budget: float | None = None

    def wait_after_status(
        self, attempt: int, status: int, headers: Mapping[str, str], safe: bool, now: float
    ) -> float | None:
        """Seconds to wait before attempt `attempt` + 1 (from 0), or None to give up.

        `safe` tells whether the request may be sent twice: 429 may be retried even where not,
        since the server has done nothing.
        """
        repeatable = status == _TOO_MANY_REQUESTS or (
            safe and (status == _REQUEST_TIMEOUT or status >= _SERVER_ERROR)
        )
        if not repeatable or attempt >= self.max_retries:
            return None
        asked = retry_after(headers, now)
        if asked is None:
            return self.backoff(attempt)
        return asked if asked <= self.longest_retry_after else None

    def wait_after_failure(self, attempt: int, sent: bool, safe: bool) -> float | None:
        """The same after a connection error; a request that was not `sent` is always safe."""
        if attempt >= self.max_retries or (sent and not safe):
            return None
        return self.backoff(attempt)

    def backoff(self, attempt: int) -> float:
        """Seconds to wait after failure number `attempt` (from 0), where nobody says how long."""
        ceiling: float = min(self.maximum, self.initial * 2.0 ** min(attempt, 64))
        return ceiling * self.jitter()

    def limited_to(self, max_retries: int | None) -> RetryPolicy:
        """The same policy with another number of retries; None keeps it."""
        return (
            self if max_retries is None else msgspec.structs.replace(self, max_retries=max_retries)
        )
