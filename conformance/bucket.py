"""The bucket of a rate limit: a full one, and how to wait until it has more.

With a control plane the clock is stopped, so that every count is exact. Without one time passes, so
that the bucket has gained a little by the end of a burst, and waits are real and bounded.

A burst can be hundreds of requests, so that one is spent once a run: rules that need little of a
bucket take that one, empty, and wait for as much as they need.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from msgspec import structs

from conformance.caller import Caller, Nobody
from conformance.control import Key
from conformance.exchange import Exchange
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Untestable, Violation
from conformance.sample import Sample
from conformance.session import Session
from conformance.vocabulary import limited_operations, rate_limit
from conformance.walk import smallest
from generator.model import Operation, RateLimit

LONGEST_WAIT = 15.0
"""How many seconds a rule waits in real time, all in all."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A full bucket of a tenant: what it may send, and how to send it.

    `wait` lets seconds pass; `gained` is what the bucket may have gained since it was full.
    """

    check: Check
    tenant: str
    caller: Caller
    limit: RateLimit
    samples: Mapping[str, Sample]
    """What each operation is sent."""
    wait: Callable[[float], None]
    gained: Callable[[], int]

    @property
    def rate(self) -> float:
        """Requests a second, sustained."""
        return self.limit.limit / self.limit.window

    def send(self, operation: Operation | None = None) -> Exchange:
        """Send one good request; without an operation one that asks for as little as it can."""
        if operation:
            return self.caller.call(operation, self.samples[operation.id])
        first = limited_operations(self.check.contract)[0]
        return self.caller.call(first, smallest(first, self.samples[first.id]))

    def send_under(self, scheme: str, operation: Operation) -> Exchange:
        """Send one good request whose Authorization header has its scheme written like this."""
        header = ("Authorization", f"{scheme} {self.caller.credential.take()}")
        bare = replace(self.caller, credential=Nobody())
        return bare.call(operation, self.samples[operation.id], headers=(header,))

    def key(self, **options: str) -> Key:
        """Another key of its tenant, of the same plan where these options name no other."""
        return _key(self.check, self.tenant, **options)

    def beside(self, tenant: str) -> Bucket:
        """The same with another key, of this or another tenant."""
        return replace(self, tenant=tenant, caller=_keyed(self.check, tenant))

    def spend(self, count: int, what: str) -> None:
        """Require that so many requests are answered."""
        for number in range(1, count + 1):
            exchange = self.send()
            self.check.require(
                exchange.status != 429,
                f"{what}: request {number} of {count} is answered with 429.",
                exchange,
            )

    def closed(self, what: str, operation: Operation | None = None) -> Exchange:
        """Require that the next request is over the limit, but for what the bucket has gained."""
        one = operation or limited_operations(self.check.contract)[0]
        exchange, sent = self.send(operation), 1
        while exchange.status != 429 and sent <= self.gained():
            exchange, sent = self.send(operation), sent + 1
        require_refusal(self.check, exchange, 429, what, layer_code(one, 429))
        return exchange

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.wait(seconds)

    @property
    def step(self) -> tuple[int, int]:
        """The fewest whole seconds that give whole requests, and how many they give."""
        parts = math.gcd(self.limit.limit, self.limit.window)
        return self.limit.window // parts, self.limit.limit // parts

    @property
    def interval(self) -> float:
        """The seconds in which one request is refilled."""
        return refill_time(self.limit.window, self.limit.limit, 1)

    def earn(self, count: int) -> int:
        """Wait for as many requests, of an empty bucket; how many there are, at most a burst."""
        seconds, requests = self.step
        steps = math.ceil(count / requests)
        self.advance(steps * seconds)
        return min(steps * requests, self.limit.burst)

    def drain(self) -> None:
        """Send until a request is refused; raises Violation where none is."""
        for _ in range(self.limit.burst + 1):
            if self.send().status == 429:
                return
        raise Violation("The bucket holds more than a burst.")


def refill_time(window: float, limit: int, requests: int) -> float:
    """The seconds in which so many requests are refilled, to the next microsecond."""
    return math.ceil(1_000_000 * requests * window / limit) / 1_000_000


@dataclass(frozen=True, slots=True)
class Burst:
    """A bucket that was full and is spent, and what was wrong with how it was answered."""

    bucket: Bucket
    violation: Violation | None


def burst(check: Check) -> Burst:
    """A burst and one request more, from a full bucket; sent once a run."""
    return check.session.once("rate limits: a burst", lambda: _burst(check))


def _burst(check: Check) -> Burst:
    with bucket(check) as full:
        try:
            full.spend(full.limit.burst, "A burst")
            full.closed(f"Request {full.limit.burst + 1} of a burst")
        except Violation as violation:
            return Burst(full, violation)
        return Burst(full, None)


@contextmanager
def emptied(check: Check) -> Iterator[Bucket]:
    """An empty bucket: that of the run's burst, where there is a clock, which stands still.

    Raises Violation where it cannot be emptied, Untestable where `bucket` does.
    """
    control = check.session.control
    if control is None:
        with bucket(check) as full:
            full.spend(full.limit.burst, "A burst")
            yield full
        return
    spent = burst(check).bucket
    with control.frozen():
        spent.drain()
        yield spent


@contextmanager
def bucket(check: Check) -> Iterator[Bucket]:
    """A full bucket; where there is a clock, of the lowest plan and on a clock that stands still.

    Raises Untestable where neither a clock nor a bounded wait fills one.
    """
    limit = rate_limit(check.contract)
    if limit is None:
        raise Untestable("There is no limit.")
    session, control = check.session, check.session.control
    if control is None:
        yield from _passing(check, limit)
        return
    tenant = session.tenant() if limit.per == "key" else session.new_tenant()
    prepared = _samples(check, _keyed(check, tenant))
    with control.frozen():
        control.advance(limit.window)
        keyed, lowest = _keyed(check, tenant), _lowest(limit)
        yield Bucket(check, tenant, keyed, lowest, prepared, control.advance, lambda: 0)


@dataclass(slots=True)
class _Passing:
    """Time that passes by itself: how much was waited, and when the bucket was full."""

    session: Session
    rate: float
    full: float = field(default_factory=time.monotonic)
    waited: float = 0.0

    def wait(self, seconds: float) -> None:
        """Sleep; raises Untestable where that is longer than a rule or the run may wait."""
        self.waited += seconds
        if self.waited > LONGEST_WAIT:
            raise Untestable(
                f"The rule would wait {self.waited:.0f} s, which is more than {LONGEST_WAIT:g} s: "
                "it needs a control plane with a clock."
            )
        left = self.session.client.left()
        if left is not None and seconds >= left:
            raise Untestable("The budget of seconds does not allow the wait.")
        time.sleep(seconds)

    def gained(self) -> int:
        """What may have come into the bucket since it was full, and one for rounding."""
        return int((time.monotonic() - self.full) * self.rate) + 1


def _passing(check: Check, limit: RateLimit) -> Iterator[Bucket]:
    """A bucket of the profile's credential, filled by waiting, and left half full for others."""
    if limit.plans:
        raise Untestable("The plan of the profile's credential is not known.")
    session, rate = check.session, limit.limit / limit.window
    prepared = _samples(check, session.caller())
    fill = limit.burst / rate
    if (idle := _idle(session)) < fill:
        _Passing(session, rate).wait(fill - idle)
    passing = _Passing(session, rate)
    caller = session.holding(session.target.credentials["default"])
    try:
        yield Bucket(check, "", caller, limit, prepared, passing.wait, passing.gained)
    finally:
        time.sleep(min(fill / 2, session.client.left() or fill))


def _idle(session: Session) -> float:
    """The seconds since a request with a good credential."""
    spent = [e.started + e.answer.seconds for e in session.client.exchanges if e.authenticated]
    return time.monotonic() - session.client.started - max(spent, default=float("-inf"))


def _samples(check: Check, caller: Caller) -> Mapping[str, Sample]:
    operations = limited_operations(check.contract)
    return {op.id: check.session.sample(op, caller) for op in operations}


def _keyed(check: Check, tenant: str) -> Caller:
    """A party with a fresh key of a tenant, of the lowest plan."""
    return check.session.holding(_key(check, tenant).secret)


def _key(check: Check, tenant: str, **options: str) -> Key:
    """A fresh key of a tenant, of the lowest plan where the options name none."""
    limit = rate_limit(check.contract)
    plans = limit.plans if limit else {}
    lowest = {"plan": min(plans, key=lambda name: plans[name])} if plans else {}
    return check.session.fresh_key(tenant, **{**lowest, **options})


def _lowest(limit: RateLimit) -> RateLimit:
    """The limit of the lowest plan."""
    if not limit.plans:
        return limit
    least = min(limit.plans.values())
    return structs.replace(limit, limit=least, burst=min(limit.burst, least))
