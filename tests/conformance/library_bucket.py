"""The library's rate limit: a token bucket a key; `bugs` switch on small mistakes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.conformance.library_input import Refusal

BURST, RATE, LIMIT = 30, 2.0, 120
DAY = 86_400
FILLED = 16
"""Seconds after which a bucket is certainly full."""
PLANS = {"small": 60, "large": 120}
"""Requests a minute, and at once, of keys that were made with a plan."""
WAITS = {"wait-zero": "0", "wait-long": "30", "wait-text": "soon"}


@dataclass
class Key:
    secret: str
    tenant: str
    tier: str
    plan: str = ""
    tokens: float = 0.0
    at: float = 0.0
    revoked: bool = False
    used: list[float] = field(default_factory=list)

    @property
    def burst(self) -> int:
        return PLANS.get(self.plan, BURST)

    @property
    def rate(self) -> float:
        return PLANS[self.plan] / 60 if self.plan else RATE


def nearly_used(key: Key) -> bool:
    return key.tokens < key.burst / 4


def is_empty(key: Key, now: float) -> bool:
    return bool(key.at) and key.tokens + (now - key.at) * key.rate < 1


async def spend(key: Key, asked: str, now: float, bugs: frozenset[str]) -> dict[str, str]:
    """The headers of an answer that is counted; raises Refusal where there is nothing left.

    What was `asked` is the path and the query.
    """
    path, _, query = asked.partition("?")
    if "tires" in bugs:
        key.used = [] if now - key.at > FILLED else key.used
        if len(key.used) >= 118:
            raise _over("1", key, now, bugs)
        key.used.append(now)
    if "rests" in bugs:
        key.used = [] if now - key.at > FILLED else [*key.used, now]
        if len(key.used) > 118:
            key.used = []
            raise _over("1", key, now, bugs)
    now = int(now) if "refills-by-seconds" in bugs else now
    rate = key.rate * 2 if "refills-twice" in bugs else key.rate
    if "refills-plans-alike" in bugs and key.plan:
        rate = PLANS["small"] / 60
    burst = key.burst - 1 if "burst-short" in bugs else key.burst
    tokens = min(burst, key.tokens + (now - key.at) * rate) if key.at else burst
    if "saves-up" in bugs and key.at and now - key.at > 3600:
        tokens = 2 * burst
    if "full-at-midnight" in bugs and key.at and now // DAY > key.at // DAY:
        tokens = burst
    if "racy-bucket" in bugs:
        await asyncio.sleep(0.002)
    key.at = now
    free = "members-free" in bugs and path.endswith("/members")
    free |= "closed-free" in bugs and key.tenant.endswith("/closed")
    free |= "walks-free" in bugs and "after=" in query
    if tokens < 1 and not free and "never-limits" not in bugs:
        key.tokens = tokens
        wait = next((WAITS[bug] for bug in WAITS if bug in bugs), "1")
        of_members = "members-wait-zero" in bugs and path.endswith("/members")
        raise _over("0" if of_members else wait, key, now, bugs)
    doubled = "members-cost" in bugs and path.endswith("/members")
    key.tokens = tokens if free else tokens - 1 - doubled
    if "slows-down" in bugs and key.tokens < key.burst / 4:
        await asyncio.sleep(0.4)
    return _counted(int(key.tokens), key, now, bugs)


def _over(wait: str, key: Key, now: float, bugs: frozenset[str]) -> Refusal:
    headers = {"Retry-After": wait, **_counted(0, key, now, bugs)}
    return Refusal(429, "rate_limited", "Slow down.", **headers)


def _counted(left: int, key: Key, now: float, bugs: frozenset[str]) -> dict[str, str]:
    reset = int(now + (key.burst - left) / key.rate)
    limit = PLANS.get(key.plan, LIMIT)
    if "newest-plan" in bugs and key.plan == "large":
        limit = PLANS["small"]
    if "resets-soon" in bugs and not left:
        reset = int(now + 1)
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(key.burst if "remaining-stands" in bugs else left),
        "X-RateLimit-Reset": str(reset * (1000 if "reset-milliseconds" in bugs else 1)),
    }
