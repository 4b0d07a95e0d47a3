"""Token buckets: a burst of requests, then a steady rate."""

from dataclasses import dataclass
from typing import Protocol

from reference.clock import Clock

_SECOND = 1_000_000_000
_SWEEP_AT = 10_000


@dataclass(frozen=True, slots=True)
class Policy:
    """A bucket of `burst` tokens that is refilled at `limit` tokens in `window` seconds."""

    limit: int
    window: int
    burst: int

    @property
    def interval(self) -> int:
        """The nanoseconds in which one token is refilled."""
        return self.window * _SECOND // self.limit


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket said: a token was taken, or how long to wait for the next one."""

    granted: bool
    remaining: int
    retry_after: int
    """Whole seconds after which a token is there; 0 where one was granted."""


class TokenBuckets(Protocol):
    """Buckets by name, each full when it is first asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""

    async def reset(self) -> None:
        """Fill every bucket."""


class MemoryTokenBuckets:
    """The buckets of one process.

    A bucket is one integer, the moment at which it will be full again: exact arithmetic and no
    refill job. Nothing is awaited between reading and writing it, so that concurrent requests
    cannot take the same token.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: dict[str, int] = {}
        self._sweep_at = _SWEEP_AT

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self._clock.nanoseconds()
        capacity = policy.burst * policy.interval
        full_at = max(now, self._full_at.get(name, now)) + policy.interval
        missing = full_at - now
        if missing > capacity:
            wait = -(-(missing - capacity) // _SECOND)
            return Grant(granted=False, remaining=0, retry_after=wait)
        self._full_at[name] = full_at
        if len(self._full_at) > self._sweep_at:
            self._forget_full(now)
        return Grant(granted=True, remaining=(capacity - missing) // policy.interval, retry_after=0)

    async def reset(self) -> None:
        """Fill every bucket."""
        self._full_at.clear()

    def _forget_full(self, now: int) -> None:
        """Drop the buckets that are full: one never asked is full as well."""
        self._full_at = {name: full for name, full in self._full_at.items() if full > now}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._full_at))
