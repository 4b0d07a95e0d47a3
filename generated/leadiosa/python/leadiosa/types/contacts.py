"""Types of the resource contacts."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import UNSET, Model, Unset
from .shared import Pagination


class Contact(Model, kw_only=True):
    """Somebody you talk with."""

    id: str
    """Identifies the contact."""

    name: str | Unset = UNSET
    """What the contact is called."""

    email: str | Unset = UNSET
    """The contact's email address."""

    phone: str | Unset = UNSET
    """The contact's telephone number."""

    attributes: dict[str, str | float | bool] | Unset = UNSET
    """Whatever else you know of the contact, under names of your own."""

    created_at: dt.datetime
    """When it was created."""

    updated_at: dt.datetime
    """When it last changed."""


class ContactUpdate(Model, kw_only=True):
    """What to change of a contact. At least one field."""

    name: str | Unset = UNSET
    """What the contact is called."""

    email: str | Unset = UNSET
    """The contact's email address."""

    phone: str | Unset = UNSET
    """The contact's telephone number."""

    attributes: dict[str, str | float | bool] | Unset = UNSET
    """Whatever else you know of the contact, under names of your own."""


class ContactPage(Model, kw_only=True):
    """One page of contacts."""

    data: list[Contact]
    """The contacts of this page."""

    pagination: Pagination
