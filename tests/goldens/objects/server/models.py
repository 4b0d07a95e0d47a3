"""The data of Objects: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class Tree(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    name: str
    """What people call it."""
    planted: date | UnsetType | None = UNSET
    counts: dict[str, int] | None = None
    notes: dict[str, Any] | None = None
    branches: list[Tree]
    size: Size | None = None


class Plant(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    name: str
    """What people call it."""
    planted: date | UnsetType | None = UNSET
    counts: dict[str, int] | None = None
    notes: dict[str, Any] | None = None


class Size(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    height: float
    where: list[Any] | None = None
