"""The data of HaleAI: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct


class Contact(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A person your team knows."""

    id: str
    """Identifies the contact."""
    source: str
    updated_at: datetime


class Lead(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A prospect, on the way to a deal."""

    id: str
    """Identifies the lead."""
    stage: LeadStage
    source: str
    updated_at: datetime


class Deal(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A transaction, from opportunity to closing."""

    id: str
    """Identifies the deal."""
    stage: DealStage
    updated_at: datetime


LeadStage: TypeAlias = Literal["new", "qualified", "nurture", "working", "won", "lost"]
"""How far a lead has come."""

DealStage: TypeAlias = Literal["opportunity", "listing", "under_contract", "closed", "dead"]
"""How far a deal has come."""


class ContactPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of contacts."""

    data: list[Contact]
    """The contacts of this page."""
    pagination: Pagination


class LeadPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of leads."""

    data: list[Lead]
    """The leads of this page."""
    pagination: Pagination


class DealPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of deals."""

    data: list[Deal]
    """The deals of this page."""
    pagination: Pagination


class ContactDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One contact."""

    data: Contact


class LeadDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One lead."""

    data: Lead


class DealDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One deal."""

    data: Deal


class Pagination(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """Where a page stands in its list."""

    limit: int
    """The page size in effect."""
    cursor: str | None
    """The cursor that this page was asked with; `null` on the first page."""
    next_cursor: str | None
    """The `cursor` of the next page; `null` on the last one."""


class Error(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What every answer other than a success looks like."""

    error: ErrorDetail


class ErrorDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What went wrong."""

    code: str
    """For programs. One of the codes that the status lists."""
    message: str
    """For people."""
