"""Token buckets against the definition of one, and many at once, wherever they are kept."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any, TypeVar

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from reference.clock import Clock
from reference.database_buckets import DatabaseTokenBuckets
from reference.redis_buckets import open_redis_buckets
from reference.storage.database import open_database
from reference.storage.postgresql import PostgresDatabase
from reference.storage.tables import token_buckets
from reference.timekeeper import SharedTimeDatabase
from reference.token_bucket import Grant, MemoryTokenBuckets, Policy, TokenBuckets
from tests.reference.postgresql import postgresql
from tests.reference.redis_server import running_redis

POLICY = Policy(limit=600, window=60, burst=60)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """Buckets, the clock that they run on, which stands still, and a loop to use them in."""

    buckets: TokenBuckets
    clock: Clock
    runner: asyncio.Runner
    names: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def take(self, name: str, policy: Policy) -> Grant:
        return self.run(self.buckets.take(name, policy))

    def wait(self, **how_long: float) -> None:
        self.clock.advance(timedelta(**how_long))


@pytest.fixture(scope="module", params=["memory", "postgresql", "redis"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """Buckets of each kind."""
    clock = Clock()
    clock.freeze()
    with asyncio.Runner() as runner:
        if request.param == "memory":
            yield Kept(MemoryTokenBuckets(clock), clock, runner)
        elif request.param == "postgresql":
            with closing(open_database(postgresql().database())) as database:
                assert isinstance(database, PostgresDatabase)
                shared = SharedTimeDatabase(database, clock)
                yield Kept(DatabaseTokenBuckets(clock, shared), clock, runner)
        else:
            with running_redis() as url:
                in_redis = runner.run(open_redis_buckets(clock, url))
                yield Kept(in_redis, clock, runner)
                runner.run(in_redis.close())


class Definition:
    """A bucket by the book: tokens as fractions, refilled at each look."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.tokens = Fraction(policy.burst)

    def wait(self, milliseconds: int) -> None:
        refilled = Fraction(milliseconds, 1_000) * self.policy.limit / self.policy.window
        self.tokens = min(Fraction(self.policy.burst), self.tokens + refilled)

    def take(self) -> bool:
        granted = self.tokens >= 1
        self.tokens -= granted
        return granted


@settings(max_examples=15, deadline=None)
@given(
    policy=st.sampled_from([POLICY, Policy(60, 60, 5), Policy(300, 60, 300), Policy(1, 10, 1)]),
    steps=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 80)), max_size=5),
)
def test_it_grants_what_the_definition_grants(
    kept: Kept, policy: Policy, steps: list[tuple[int, int]]
) -> None:
    name, definition = next(kept.names), Definition(policy)

    async def run() -> None:
        for milliseconds, count in steps:
            kept.wait(milliseconds=milliseconds)
            definition.wait(milliseconds)
            held = await kept.buckets.peek(name, policy)
            assert held.remaining == definition.tokens // 1
            assert held.granted == (definition.tokens >= 1)
            for _ in range(count):
                grant = await kept.buckets.take(name, policy)
                assert grant.granted == definition.take()
                assert grant.remaining == (definition.tokens // 1 if grant.granted else 0)

    kept.run(run())


@settings(max_examples=20, deadline=None)
@given(burst=st.integers(1, 40), limit=st.integers(1, 1_200), extra=st.integers(1, 5))
def test_retry_after_is_honest_and_no_longer_than_it_must_be(
    kept: Kept, burst: int, limit: int, extra: int
) -> None:
    name, policy = next(kept.names), Policy(limit=limit, window=60, burst=burst)
    grants = [kept.take(name, policy) for _ in range(burst + extra)]
    assert [grant.granted for grant in grants] == [True] * burst + [False] * extra
    wait = grants[-1].retry_after
    assert wait >= 1
    kept.wait(seconds=wait - 1)
    assert kept.take(name, policy).granted == (wait - 1 >= 60 / limit)
    kept.wait(seconds=1)
    assert kept.take(name, policy).granted


def test_sixty_four_at_once_never_get_more_than_there_is(kept: Kept) -> None:
    name = next(kept.names)

    async def run() -> list[Grant]:
        return await asyncio.gather(*(kept.buckets.take(name, POLICY) for _ in range(64)))

    grants = kept.run(run())
    assert sorted(grant.remaining for grant in grants if grant.granted) == [*range(60)]


def test_moments_are_exact_to_the_nanosecond(kept: Kept) -> None:
    name, policy = next(kept.names), Policy(limit=7, window=1, burst=1)
    kept.wait(microseconds=1)
    first = kept.take(name, policy)
    assert first.full_at == kept.clock.nanoseconds() + 142_857_142
    kept.wait(microseconds=142_857)
    assert not kept.take(name, policy).granted, "142 nanoseconds too early"
    kept.wait(microseconds=1)
    assert kept.take(name, policy).full_at == kept.clock.nanoseconds() + 142_857_142


def test_buckets_are_apart_and_a_reset_fills_them(kept: Kept) -> None:
    policy, one, two = Policy(1, 60, 1), next(kept.names), f"{'long ' * 10_000}\N{SNOWMAN}"
    assert kept.take(one, policy).granted
    assert not kept.take(one, policy).granted
    assert kept.take(two, policy).granted
    assert not kept.take(two, policy).granted
    kept.run(kept.buckets.reset())
    assert kept.take(one, policy).granted
    assert kept.take(two, policy).granted


def test_a_clock_put_forward_by_centuries_breaks_no_bucket(kept: Kept) -> None:
    policy, name = Policy(1, 60, 1), next(kept.names)
    assert kept.take(name, policy).granted
    kept.wait(days=365 * 1_000)
    assert kept.take(name, policy).granted
    assert not kept.take(name, policy).granted


def test_full_buckets_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database does not grow with the keys that were ever used."""
    monkeypatch.setattr("reference.database_buckets._SWEEP_EVERY", 50)
    clock = Clock()
    clock.freeze()
    with asyncio.Runner() as runner, closing(open_database(postgresql().database())) as database:
        assert isinstance(database, PostgresDatabase)
        buckets = DatabaseTokenBuckets(clock, SharedTimeDatabase(database, clock))
        for number in range(120):
            runner.run(buckets.take(str(number), POLICY))
            clock.advance(timedelta(seconds=1))
        count = select(func.count()).select_from(token_buckets)
        left = database.read(lambda connection: connection.execute(count).scalar_one())
        assert runner.run(left) <= 50


def test_what_nobody_uses_is_forgotten_by_redis() -> None:
    clock = Clock()
    with running_redis() as url, asyncio.Runner() as runner, redis.Redis.from_url(url) as client:
        buckets = runner.run(open_redis_buckets(clock, url))
        runner.run(buckets.take("any", POLICY))
        runner.run(buckets.close())
        (key,) = client.keys()
        assert 0 < client.ttl(key) <= 24 * 3_600
