"""The data of Pages: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType


class RowPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    data: list[Row]
    next: str | UnsetType | None = UNSET


class Row(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    id: str
    at: datetime | None = None
