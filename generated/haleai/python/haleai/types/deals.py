"""Types of the resource deals."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model
from .shared import Pagination

DealStage: TypeAlias = Literal["opportunity", "listing", "under_contract", "closed", "dead"] | str
"""How far a deal has come."""


class Deal(Model, kw_only=True, rename="camel"):
    """A transaction, from opportunity to closing."""

    id: str
    """Identifies the deal."""

    stage: DealStage

    updated_at: dt.datetime
    """When the row last changed (ISO 8601)."""


class DealPage(Model, kw_only=True):
    """One page of deals."""

    data: list[Deal]
    """The deals of this page."""

    pagination: Pagination


class DealDetail(Model, kw_only=True):
    """One deal."""

    data: Deal
