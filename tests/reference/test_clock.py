"""The injected clock."""

from datetime import UTC, datetime, timedelta

import pytest

from reference.clock import Clock, instant, microseconds, steady_time

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Watch:
    """A source of time that goes on when it is told to."""

    def __init__(self) -> None:
        self.time = microseconds(NOON) * 1_000

    def __call__(self) -> int:
        return self.time

    def pass_seconds(self, seconds: int) -> None:
        self.time += seconds * 1_000_000_000


def test_it_follows_its_source() -> None:
    watch = Watch()
    clock = Clock(watch)
    watch.pass_seconds(5)
    assert clock.now() == NOON + timedelta(seconds=5)


def test_it_can_be_put_forward_running_or_stopped() -> None:
    watch = Watch()
    clock = Clock(watch)
    clock.advance(timedelta(hours=1, microseconds=7))
    assert clock.now() == NOON + timedelta(hours=1, microseconds=7)
    clock.freeze()
    watch.pass_seconds(5)
    assert clock.now() == NOON + timedelta(hours=1, microseconds=7)
    clock.advance(timedelta(seconds=2))
    assert clock.now() == NOON + timedelta(hours=1, seconds=2, microseconds=7)


def test_it_runs_on_from_where_it_was_stopped() -> None:
    watch = Watch()
    clock = Clock(watch)
    clock.freeze()
    watch.pass_seconds(5)
    clock.freeze()
    clock.resume()
    clock.resume()
    assert not clock.frozen
    assert clock.now() == NOON
    watch.pass_seconds(1)
    assert clock.now() == NOON + timedelta(seconds=1)


def test_it_is_never_put_back() -> None:
    with pytest.raises(ValueError, match="back"):
        Clock(Watch()).advance(timedelta(seconds=-1))


def test_a_reset_is_real_time_again() -> None:
    watch = Watch()
    clock = Clock(watch)
    clock.advance(timedelta(days=1))
    clock.freeze()
    clock.reset()
    watch.pass_seconds(1)
    assert (clock.now(), clock.frozen) == (NOON + timedelta(seconds=1), False)


def test_steady_time_is_wall_time_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    source = steady_time()
    before = source()
    monkeypatch.setattr("time.time_ns", lambda: 0)
    assert source() >= before
    assert instant(before // 1_000).year >= 2025


@pytest.mark.parametrize("moment", [NOON, datetime.min.replace(tzinfo=UTC), NOON.astimezone()])
def test_moments_and_microseconds_are_the_same(moment: datetime) -> None:
    assert instant(microseconds(moment)) == moment
