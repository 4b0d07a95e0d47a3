"""Types of the resource events."""

from __future__ import annotations

from typing import Any

from .._runtime.values import UNSET, Model, Unset


class EventsRequest(Model, kw_only=True):
    """A batch of events."""

    events: list[Event]
    """What happened, in order."""

    user_id: str | Unset = UNSET
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    user_token: str | Unset = UNSET
    """A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
    `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where
    your organization verifies identities and the user is not anonymous.
    """


class Event(Model, kw_only=True):
    """Something that a user or visitor did."""

    name: str
    """What was done."""

    metadata: dict[str, Any] | Unset = UNSET
    """The particulars; at most 10,000 bytes of JSON."""


class EventsReceipt(Model, kw_only=True):
    """What became of a batch."""

    stored: int
    """How many events were stored, which is all of them."""
