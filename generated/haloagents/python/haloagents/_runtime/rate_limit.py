"""What answers say about pace: `Retry-After` (RFC 9110 §10.2.3) and rate limit headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec


class RateLimitHeaders(msgspec.Struct, frozen=True):
    """The names of the headers that carry a rate limit; empty where the API sends none.

    `reset_in` tells how the reset header is written: a Unix time, or seconds from now.
    """

    limit: str = ""
    remaining: str = ""
    reset: str = ""
    reset_in: Literal["unix-seconds", "delta-seconds"] = "unix-seconds"


class RateLimit(msgspec.Struct, frozen=True):
    """A rate limit as an answer told it; None where it did not. `reset` is a Unix time."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None


def rate_limit(headers: Mapping[str, str], names: RateLimitHeaders, now: float) -> RateLimit | None:
    """The rate limit that an answer tells of, if any. `now` is a Unix time."""
    limit, remaining, reset = (
        _number(headers.get(name)) if name else None
        for name in (names.limit, names.remaining, names.reset)
    )
    if limit is None and remaining is None and reset is None:
        return None
    if reset is not None and names.reset_in == "delta-seconds":
        reset += now
    return RateLimit(_whole(limit), _whole(remaining), reset)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by `Retry-After`, given as seconds or as a date; None without a usable one.

    `now` is the Unix time at which the answer came.
    """
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return max(0.0, aware.timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e15 else None


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
