"""Moments with milliseconds, where a contract asks for exactly those, and msgspec's hooks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self


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
        return (
            self.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{self.microsecond // 1000:03}Z"
        )


def encode_hook(value: Any) -> Any:
    """What msgspec cannot encode by itself."""
    if isinstance(value, Timestamp):
        return value.wire
    raise NotImplementedError(f"{type(value).__name__} cannot be sent")


def decode_hook(type_: type, value: Any) -> Any:
    """What msgspec cannot decode by itself."""
    if type_ is Timestamp:
        return Timestamp.of(datetime.fromisoformat(value))
    raise NotImplementedError(f"{type_.__name__} cannot be read")
