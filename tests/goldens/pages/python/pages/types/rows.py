"""Types of the resource rows."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import UNSET, Model, Unset


class RowPage(Model, kw_only=True):
    """…"""

    data: list[Row]

    next: str | Unset | None = UNSET


class Row(Model, kw_only=True):
    """…"""

    id: str

    at: dt.datetime | Unset = UNSET
