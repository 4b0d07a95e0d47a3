"""When two JSON values are the same, though one was written by another program.

Numbers are compared by value (JSON Schema 2020-12 core §4.2.2: `1` and `1.0` are one), and never
with booleans. Texts that differ are the same where both are date-times (RFC 3339) of one instant,
to the microsecond or to the millisecond, as the language has it. Members that are absent and those
that are null are two things; the order of members is none.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")


def difference(before: Any, after: Any, *, digits: int = 6, at: str = "") -> str:
    """Where two values differ first and how, as a sentence; nothing where they are the same.

    `digits` are those of a second that an instant has.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        return _in_members(before, after, digits, at)
    if isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return f"{at} has {len(after)} elements, not {len(before)}"
        return _in_members(dict(enumerate(before)), dict(enumerate(after)), digits, at)
    same = _kind(before) == _kind(after) and before == after
    instant = _instant(before, digits)
    if same or (instant is not None and instant == _instant(after, digits)):
        return ""
    return f"{at or '/'} is {after!r:.60}, not {before!r:.60}"


def _in_members(before: dict[Any, Any], after: dict[Any, Any], digits: int, at: str) -> str:
    for key in before | after:
        if key not in after or key not in before:
            return f"{at}/{key} is {'lost' if key in before else 'new'}"
        told = difference(before[key], after[key], digits=digits, at=f"{at}/{key}")
        if told:
            return told
    return ""


def _kind(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def _instant(value: Any, digits: int) -> float | None:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        return None
    text = value.upper().replace("Z", "+00:00")
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=10 ** (6 - digits))
