"""Ends of months, where moments that are computed by the calendar go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count


def ends(now: datetime) -> Iterator[datetime]:
    """Midnight at the end of each month after the one that is, in UTC."""
    for number in count(1):
        years, month = divmod(now.month + number, 12)
        yield datetime(now.year + years, month + 1, 1, tzinfo=UTC)


def seconds_to_end(now: datetime) -> float:
    """The time until midnight at the end of the next month."""
    return (next(ends(now)) - now).total_seconds()


def seconds_to_last_31st(now: datetime) -> float:
    """The seconds until noon, UTC, of the next 31st that a month of fewer days comes after."""
    noon = now.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    days = (noon + timedelta(days=number) for number in range(1, 100))
    last = next(day for day in days if day.day == 31 and (day + timedelta(days=31)).day < 31)
    return (last - now).total_seconds()
