"""Token buckets: a burst of requests, then a steady rate."""

from dataclasses import dataclass
from typing import Protocol

from reference.clock import Clock

_SECOND = 1_000_000_000
_SWEEP_AT = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket said: a token was taken, or how long to wait for the next one."""

    granted: bool
    remaining: int
    retry_after: int
    """Whole seconds after which a token is there; 0 where one was granted."""
    full_at: int
    """When the bucket is full again, on the clock, in nanoseconds since 1970."""


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

    @property
    def capacity(self) -> int:
        """The nanoseconds in which an empty bucket is refilled."""
        return self.burst * self.interval

    def taken(self, now: int, full_at: int) -> Grant:
        """Return what taking a token at `now` makes of a bucket that is full at `full_at`."""
        full_after = max(now, full_at) + self.interval
        missing = full_after - now
        if missing > self.capacity:
            wait = -(-(missing - self.capacity) // _SECOND)
            return Grant(granted=False, remaining=0, retry_after=wait, full_at=full_at)
        remaining = (self.capacity - missing) // self.interval
        return Grant(granted=True, remaining=remaining, retry_after=0, full_at=full_after)

    def held(self, now: int, full_at: int) -> Grant:
        """Return what a bucket holds at `now` that is full at `full_at`."""
        full_at = max(now, full_at)
        remaining = (self.capacity - (full_at - now)) // self.interval
        wait = self.taken(now, full_at).retry_after
        return Grant(granted=remaining > 0, remaining=remaining, retry_after=wait, full_at=full_at)


class TokenSource(Protocol):
    """Gives tokens out of buckets by name, each full when it is first asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""


class TokenBuckets(TokenSource, Protocol):
    """Buckets that can be looked at and filled as well."""

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""

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
        grant = policy.taken(now, self._full_at.get(name, now))
        if grant.granted:
            self._full_at[name] = grant.full_at
            if len(self._full_at) > self._sweep_at:
                self._forget_full(now)
        return grant

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        now = self._clock.nanoseconds()
        return policy.held(now, self._full_at.get(name, now))

    async def reset(self) -> None:
        """Fill every bucket."""
        self._full_at.clear()

    def _forget_full(self, now: int) -> None:
        """Drop the buckets that are full: one never asked is full as well."""
        self._full_at = {name: full for name, full in self._full_at.items() if full > now}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._full_at))
