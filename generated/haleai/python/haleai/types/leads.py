"""Types of the resource leads."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model
from .shared import Pagination

LeadStage: TypeAlias = Literal["new", "qualified", "nurture", "working", "won", "lost"] | str
"""How far a lead has come."""


class Lead(Model, kw_only=True, rename="camel"):
    """A prospect, on the way to a deal."""

    id: str
    """Identifies the lead."""

    stage: LeadStage

    source: str
    """Where the row came from."""

    updated_at: dt.datetime
    """When the row last changed (ISO 8601)."""


class LeadPage(Model, kw_only=True):
    """One page of leads."""

    data: list[Lead]
    """The leads of this page."""

    pagination: Pagination


class LeadDetail(Model, kw_only=True):
    """One lead."""

    data: Lead
