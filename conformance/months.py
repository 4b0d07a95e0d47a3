"""Ends of months, where moments that are computed by the calendar go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count


def ends(now: datetime) -> Iterator[datetime]:
    """Midnight at the end of each month after the one that is, in UTC."""
    for number in count(1):
        years, month = divmod(now.month + number, 12)
        yield datetime(now.year + years, month + 1, 1, tzinfo=UTC)


def seconds_to_end(now: datetime) -> float:
    """The time until midnight at the end of the next month."""
    return (next(ends(now)) - now).total_seconds()
