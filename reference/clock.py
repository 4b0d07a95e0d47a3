"""The injected clock: real time plus an offset, or stopped. Everything timed runs on it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def steady_time() -> Callable[[], int]:
    """Return a source of wall time in nanoseconds that no adjustment of the system's clock moves.

    The wall clock is read once; from then on the monotonic clock counts.
    """
    start = time.time_ns() - time.monotonic_ns()
    return lambda: start + time.monotonic_ns()


class Clock:
    """A clock that can be put forward and stopped, never back."""

    def __init__(self, source: Callable[[], int] | None = None) -> None:
        self._source = source or steady_time()
        self._offset = 0
        self._stopped_at: int | None = None

    @property
    def frozen(self) -> bool:
        """Whether the clock is stopped."""
        return self._stopped_at is not None

    def nanoseconds(self) -> int:
        """Return the time in nanoseconds since 1970-01-01 UTC."""
        return self._source() + self._offset if self._stopped_at is None else self._stopped_at

    def microseconds(self) -> int:
        """Return the time in microseconds since 1970-01-01 UTC, as the database keeps it."""
        return self.nanoseconds() // 1_000

    def now(self) -> datetime:
        """Return the time as an aware datetime in UTC."""
        return instant(self.microseconds())

    def advance(self, by: timedelta) -> None:
        """Put the clock forward; a stopped clock stays stopped, at the later time.

        Raises ValueError for a negative `by`.
        """
        if by < timedelta(0):
            raise ValueError("a clock cannot be put back")
        nanoseconds = by // timedelta(microseconds=1) * 1_000
        if self._stopped_at is None:
            self._offset += nanoseconds
        else:
            self._stopped_at += nanoseconds

    def freeze(self) -> None:
        """Stop the clock where it stands."""
        self._stopped_at = self.nanoseconds()

    def resume(self) -> None:
        """Let a stopped clock run on from where it stands."""
        if self._stopped_at is not None:
            self._offset = self._stopped_at - self._source()
            self._stopped_at = None

    def reset(self) -> None:
        """Go back to real time, running."""
        self._offset = 0
        self._stopped_at = None


def instant(microseconds: int) -> datetime:
    """Return the aware UTC datetime of `microseconds` since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(moment: datetime) -> int:
    """Return the microseconds since 1970 of an aware datetime, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
