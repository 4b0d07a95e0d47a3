"""Planted faults of rate limits."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime

from generated.haleai.server import errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import Clock
from reference.faults.composition import around, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, gate
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import Parts
from reference.haleai.security import Caller
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND


class _Open:
    """Admits everything."""

    async def admit(self, _request: Request[Caller]) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class _ListsOnly:
    """Limits lists and lets details pass."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        return await self.inner.admit(request) if request.operation_id.startswith("list") else {}


@dataclass(frozen=True, slots=True)
class _FirstPagesOnly:
    """Limits whatever begins, and lets walks go on."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        goes_on = any(name == "cursor" for name, _ in request.query)
        return {} if goes_on else await self.inner.admit(request)


@dataclass(frozen=True, slots=True)
class _Shared:
    """One bucket for many keys."""

    inner: Gate[Caller]
    per_tenant: bool

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        caller = request.principal
        key_id = caller.tenant if self.per_tenant else "all"
        return await self.inner.admit(replace(request, principal=replace(caller, key_id=key_id)))


@dataclass(frozen=True, slots=True)
class _Penalizing:
    """Shuts a key out for five seconds, and says one."""

    inner: Gate[Caller]
    clock: Clock
    shut_until: dict[str, int] = field(default_factory=dict)

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        key_id, now = request.principal.key_id, self.clock.nanoseconds()
        if now < self.shut_until.get(key_id, 0):
            raise _refused(1)
        try:
            return await self.inner.admit(request)
        except errors.RateLimited:
            self.shut_until[key_id] = now + 5 * _SECOND
            raise


@dataclass(frozen=True, slots=True)
class _ByMinute:
    """Counts the requests of each minute, however quickly they come."""

    clock: Clock
    counted: dict[tuple[str, int], int] = field(default_factory=dict)

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        minute, into = divmod(self.clock.nanoseconds(), _MINUTE)
        window = (request.principal.key_id, minute)
        self.counted[window] = self.counted.get(window, 0) + 1
        if self.counted[window] > POLICY.limit:
            raise _refused(-(-(_MINUTE - into) // _SECOND))
        return {}


@dataclass(frozen=True, slots=True)
class _ChargingBuckets:
    """Token buckets from which a refused request takes a token too."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        now = self.clock.nanoseconds()
        self.full_at[name] = max(now, self.full_at.get(name, now)) + policy.interval
        full_at = self.full_at[name]
        granted = full_at - now <= policy.capacity
        wait = 0 if granted else 1
        return Grant(granted=granted, remaining=0, retry_after=wait, full_at=full_at)


@dataclass(frozen=True, slots=True)
class _BottomlessBuckets:
    """Token buckets that go on filling when they are full."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        now = self.clock.nanoseconds()
        full_at = self.full_at.get(name, now) + policy.interval
        if full_at - now > policy.capacity:
            return Grant(granted=False, remaining=0, retry_after=1, full_at=full_at)
        self.full_at[name] = full_at
        return Grant(granted=True, remaining=0, retry_after=0, full_at=full_at)


@dataclass(frozen=True, slots=True)
class _RacingBuckets:
    """Token buckets that are read, thought about, and written."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        now = self.clock.nanoseconds()
        full_at = max(now, self.full_at.get(name, now)) + policy.interval
        await asyncio.sleep(0.01)
        if full_at - now > policy.capacity:
            return Grant(granted=False, remaining=0, retry_after=1, full_at=full_at)
        self.full_at[name] = full_at
        return Grant(granted=True, remaining=0, retry_after=0, full_at=full_at)


def _refused(seconds: int) -> errors.RateLimited:
    return errors.RateLimited("Too many requests.", headers={"Retry-After": str(seconds)})


def _on_refusal(change: Callable[[Answered], Answered]) -> Apply:
    """Change the answers with status 429."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        return change(answered) if answered.status == 429 else answered

    return around(tamper)


def _retry_after_date(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 429:
            return answered
        at = parts.platform.clock.now() + timedelta(seconds=1)
        return answered.with_header("retry-after", format_datetime(at, usegmt=True))

    return tamper


def _plain_text(answered: Answered) -> Answered:
    changed = answered.with_header("content-type", "text/plain; charset=utf-8")
    return replace(changed, body=b"Too Many Requests")


def _limited(policy: Policy) -> Apply:
    return gate(lambda parts: Limiter(parts.platform.buckets, policy))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F01",
        title="There is no rate limit",
        promises=("HALE-06",),
        mistake="The limiter is switched on for one environment only.",
        apply=gate(lambda _: _Open()),
    ),
    Fault(
        id="RAT-F03",
        title="After a 429 a key is shut out for longer than Retry-After says",
        promises=("HALE-06",),
        mistake="A penalty was added and the header forgotten.",
        apply=gate(lambda parts: _Penalizing(parts.gate, parts.platform.clock)),
    ),
    Fault(
        id="RAT-F05",
        title="All keys of a tenant share one bucket",
        promises=("HALE-06",),
        mistake="The bucket is named after the tenant.",
        apply=gate(lambda parts: _Shared(parts.gate, per_tenant=True)),
    ),
    Fault(
        id="RAT-F06",
        title="A 429 has no Retry-After",
        promises=("HALE-06",),
        mistake="The header was forgotten.",
        apply=_on_refusal(lambda answered: answered.without_header("retry-after")),
    ),
    Fault(
        id="RAT-F07",
        title="Retry-After is a fraction",
        promises=("HALE-06",),
        mistake="The wait is written as it was computed.",
        apply=_on_refusal(lambda answered: answered.with_header("retry-after", "0.1")),
    ),
    Fault(
        id="RAT-F08",
        title="Retry-After is a date",
        promises=("HALE-06",),
        mistake="HTTP allows it; the document says seconds.",
        apply=around_with_parts(_retry_after_date),
    ),
    Fault(
        id="RAT-F09",
        title="The burst is 30",
        promises=("HALE-06",),
        mistake="The number was changed in a hurry.",
        apply=_limited(replace(POLICY, burst=30)),
    ),
    Fault(
        id="RAT-F10",
        title="The bucket is refilled at one a second",
        promises=("HALE-06",),
        mistake="600 a minute was set where 60 a minute stood.",
        apply=_limited(replace(POLICY, limit=60)),
    ),
    Fault(
        id="RAT-F11",
        title="600 requests a minute may come at once",
        promises=("HALE-06",),
        mistake="A fixed window stands where a token bucket was promised.",
        apply=gate(lambda parts: _ByMinute(parts.platform.clock)),
    ),
    Fault(
        id="RAT-F12",
        title="Refused requests count too",
        promises=("HALE-06",),
        mistake="The token is taken before the bucket is looked at.",
        apply=gate(lambda parts: Limiter(_ChargingBuckets(parts.platform.clock), POLICY)),
    ),
    Fault(
        id="RAT-F13",
        title="A 429 is plain text",
        promises=("HALE-06", "HALE-09"),
        mistake="The proxy in front answers it.",
        apply=_on_refusal(_plain_text),
    ),
    Fault(
        id="RAT-F14",
        title="Concurrent requests take the same token",
        promises=("HALE-06",),
        mistake="The bucket is read and written in two steps.",
        apply=gate(lambda parts: Limiter(_RacingBuckets(parts.platform.clock), POLICY)),
    ),
    Fault(
        id="RAT-F15",
        title="All keys share one bucket",
        promises=("HALE-06",),
        mistake="The bucket is named after the address of the load balancer.",
        apply=gate(lambda parts: _Shared(parts.gate, per_tenant=False)),
    ),
    Fault(
        id="RAT-F16",
        title="An idle key may send more than a burst",
        promises=("HALE-06",),
        mistake="The refill is not cut off at the bucket's size.",
        apply=gate(lambda parts: Limiter(_BottomlessBuckets(parts.platform.clock), POLICY)),
    ),
    Fault(
        id="RAT-F17",
        title="A request over the limit is a 503",
        promises=("HALE-06", "HALE-09"),
        mistake="The proxy in front answers it.",
        apply=_on_refusal(lambda answered: replace(answered, status=503)),
    ),
    Fault(
        id="RAT-F18",
        title="Details are not limited",
        promises=("HALE-06",),
        mistake="The limiter was put on the lists, which are the expensive ones.",
        apply=gate(lambda parts: _ListsOnly(parts.gate)),
    ),
    Fault(
        id="RAT-F19",
        title="Retry-After is 0",
        promises=("HALE-06",),
        mistake="The wait is rounded down.",
        apply=_on_refusal(lambda answered: answered.with_header("retry-after", "0")),
    ),
    Fault(
        id="RAT-F20",
        title="Later pages count for nothing",
        promises=("HALE-06",),
        mistake="Nobody was to be stopped in the middle of a walk.",
        apply=gate(lambda parts: _FirstPagesOnly(parts.gate)),
    ),
)
