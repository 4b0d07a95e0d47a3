"""Token buckets against the definition of one, and many at once."""

import asyncio
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reference.clock import Clock
from reference.token_bucket import Grant, MemoryTokenBuckets, Policy

POLICY = Policy(limit=600, window=60, burst=60)


def _stopped_clock() -> Clock:
    clock = Clock()
    clock.freeze()
    return clock


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


@given(
    policy=st.sampled_from([POLICY, Policy(60, 60, 5), Policy(300, 60, 300), Policy(1, 10, 1)]),
    steps=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 80)), max_size=12),
)
def test_it_grants_what_the_definition_grants(policy: Policy, steps: list[tuple[int, int]]) -> None:
    clock = _stopped_clock()
    buckets, definition = MemoryTokenBuckets(clock), Definition(policy)

    async def run() -> None:
        for wait, count in steps:
            clock.advance(timedelta(milliseconds=wait))
            definition.wait(wait)
            for _ in range(count):
                grant = await buckets.take("key", policy)
                assert grant.granted == definition.take()
                assert grant.remaining == (definition.tokens // 1 if grant.granted else 0)

    asyncio.run(run())


@given(burst=st.integers(1, 40), limit=st.integers(1, 1_200), extra=st.integers(1, 5))
def test_retry_after_is_honest_and_no_longer_than_it_must_be(
    burst: int, limit: int, extra: int
) -> None:
    clock, policy = _stopped_clock(), Policy(limit=limit, window=60, burst=burst)
    buckets = MemoryTokenBuckets(clock)

    async def take() -> Grant:
        return await buckets.take("key", policy)

    async def run() -> None:
        grants = [await take() for _ in range(burst + extra)]
        assert [grant.granted for grant in grants] == [True] * burst + [False] * extra
        wait = grants[-1].retry_after
        assert wait >= 1
        clock.advance(timedelta(seconds=wait - 1))
        assert (await take()).granted == (wait - 1 >= 60 / limit)
        clock.advance(timedelta(seconds=1))
        assert (await take()).granted

    asyncio.run(run())


def test_sixty_four_at_once_never_get_more_than_there_is() -> None:
    buckets = MemoryTokenBuckets(_stopped_clock())

    async def run() -> list[Grant]:
        return await asyncio.gather(*(buckets.take("key", POLICY) for _ in range(64)))

    assert [grant.granted for grant in asyncio.run(run())].count(True) == 60


def test_buckets_are_apart_and_a_reset_fills_them() -> None:
    buckets, policy = MemoryTokenBuckets(_stopped_clock()), Policy(1, 60, 1)

    async def run() -> None:
        assert (await buckets.take("one", policy)).granted
        assert not (await buckets.take("one", policy)).granted
        assert (await buckets.take("two", policy)).granted
        await buckets.reset()
        assert (await buckets.take("one", policy)).granted

    asyncio.run(run())
