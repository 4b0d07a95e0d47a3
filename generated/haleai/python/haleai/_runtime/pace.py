"""A token bucket of the client's own, so that it waits before it is told to."""

from __future__ import annotations

import threading

import msgspec

from .rate_limit import RateLimit


class Bucket(msgspec.Struct, frozen=True):
    """A rate limit as the contract documents it: `burst` requests at once, and `limit` in every
    `window` seconds.
    """

    limit: int
    window: float
    burst: int


class Pace:
    """Knows how long to wait before a request, from the contract and from what answers say.

    Shared by the threads or tasks of a client. Without a `bucket` only answers count: where they
    say that nothing remains, the next request waits for their reset. Times are Unix times.
    """

    def __init__(self, bucket: Bucket | None) -> None:
        self._bucket = bucket
        self._tokens = float(bucket.burst) if bucket else 0.0
        self._refilled = 0.0
        self._shut_until = 0.0
        self._lock = threading.Lock()

    def reserve(self, now: float) -> float:
        """Take one request's token. Seconds to wait before it may be sent, often none."""
        with self._lock:
            wait = self._shut_until - now
            if self._bucket is not None:
                self._refill(self._bucket, now)
                self._tokens -= 1
                wait = max(wait, -self._tokens * self._bucket.window / self._bucket.limit)
            return max(0.0, wait)

    def learn(self, told: RateLimit | None, retry_after: float | None, now: float) -> None:
        """Take in what an answer says; `retry_after` is that of one with status 429, in seconds."""
        with self._lock:
            if retry_after is not None:
                self._shut_until = max(self._shut_until, now + retry_after)
            if told is not None and self._bucket is not None:
                self._correct(self._bucket, told, now)
            elif told is not None and told.remaining == 0 and told.reset is not None:
                self._shut_until = max(self._shut_until, told.reset)

    def _correct(self, bucket: Bucket, told: RateLimit, now: float) -> None:
        self._refill(bucket, now)
        if told.limit and told.limit != bucket.limit:
            burst = told.limit if bucket.burst == bucket.limit else min(bucket.burst, told.limit)
            self._bucket = Bucket(told.limit, bucket.window, burst)
            self._tokens = min(self._tokens, burst)
        if told.remaining is not None:
            self._tokens = min(self._tokens, told.remaining)

    def _refill(self, bucket: Bucket, now: float) -> None:
        if self._refilled:
            gained = max(0.0, now - self._refilled) * bucket.limit / bucket.window
            self._tokens = min(bucket.burst, self._tokens + gained)
        self._refilled = now
