"""Types of the resource companies."""

from __future__ import annotations

from typing import Any

from .._runtime.values import UNSET, Model, Unset


class CompanyRequest(Model, kw_only=True):
    """A company to create or update."""

    company_id: str
    """The company, by the name that your own system gives it."""

    traits: dict[str, Any] | Unset = UNSET
    """What is known, by name. Free-form."""

    context: dict[str, Any] | Unset = UNSET
    """The circumstances under which it became known. Free-form."""


class Company(Model, kw_only=True):
    """A company."""

    company_id: str
    """The company, by the name that your own system gives it."""

    traits: dict[str, Any]
    """What is known, by name. Free-form."""


class CompanyDetail(Model, kw_only=True):
    """One company."""

    company: Company
