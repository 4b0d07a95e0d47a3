"""Types of the resource trees."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .._runtime.values import UNSET, Model, Unset


class Tree(Model, kw_only=True):
    """…"""

    name: str
    """What people call it."""

    planted: dt.date | Unset | None = UNSET

    counts: dict[str, int] | Unset = UNSET

    notes: dict[str, Any] | Unset = UNSET

    branches: list[Tree]

    size: Size | Unset = UNSET


class Size(Model, kw_only=True):
    """…"""

    height: float

    where: list[int | float] | Unset = UNSET
