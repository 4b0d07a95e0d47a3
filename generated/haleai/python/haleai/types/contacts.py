"""Types of the resource contacts."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import Model
from .shared import Pagination


class Contact(Model, kw_only=True, rename="camel"):
    """A person your team knows."""

    id: str
    """Identifies the contact."""

    source: str
    """Where the row came from."""

    updated_at: dt.datetime
    """When the row last changed (ISO 8601)."""


class ContactPage(Model, kw_only=True):
    """One page of contacts."""

    data: list[Contact]
    """The contacts of this page."""

    pagination: Pagination


class ContactDetail(Model, kw_only=True):
    """One contact."""

    data: Contact
