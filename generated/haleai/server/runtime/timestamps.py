"""Moments with milliseconds, where a contract asks for exactly those, and finer ones cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

import msgspec

FINER = re.compile(r"(\.\d{6})\d+")
"""A fraction of a second that a datetime cannot hold."""


class Timestamp(datetime):
    """A moment that is always sent in UTC with milliseconds: `2026-05-12T07:28:25.901Z`."""

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The same moment, cut to milliseconds. `moment` has a time zone."""
        utc = moment.astimezone(UTC)
        cut = utc.replace(microsecond=utc.microsecond // 1000 * 1000)
        return cls.combine(cut.date(), cut.timetz())

    @property
    def wire(self) -> str:
        """The text that is sent."""
        return self.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def to_the_microsecond(value: Any, convert: Callable[[Any], Any]) -> Any:
    """What `convert` makes of a JSON value, finer moments cut to microseconds.

    msgspec rounds them, which makes the last of a second the first of the next one.
    """
    made = convert(value)
    cut = _cut(value, made)
    return made if cut == value else convert(cut)


def _cut(value: Any, made: Any) -> Any:
    """`value`, its finer moments cut wherever `made` has a datetime."""
    if isinstance(value, str):
        return FINER.sub(r"\1", value) if isinstance(made, datetime) else value
    if isinstance(value, dict):
        return {name: _cut(member, _member(made, name)) for name, member in value.items()}
    if isinstance(value, list) and isinstance(made, list):
        return [_cut(*pair) for pair in zip(value, made, strict=True)]
    return value


def _member(made: Any, name: str) -> Any:
    if isinstance(made, msgspec.Struct):
        return getattr(made, _attributes(type(made)).get(name, ""), None)
    return made.get(name) if isinstance(made, dict) else None


@lru_cache(maxsize=1024)
def _attributes(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The attributes of a struct by their names in JSON."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
