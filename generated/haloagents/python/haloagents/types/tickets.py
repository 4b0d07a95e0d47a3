"""Types of the resource tickets."""

from __future__ import annotations

from .._runtime.values import UNSET, Model, Unset


class TicketRequest(Model, kw_only=True):
    """A ticket to create."""

    subject: str
    """What it is about, in a line."""

    description: str
    """What it is about, in full."""

    user_id: str | Unset = UNSET
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    user_token: str | Unset = UNSET
    """A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
    `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where
    your organization verifies identities and the user is not anonymous.
    """


class TicketReceipt(Model, kw_only=True):
    """The ticket that was created."""

    ticket_id: str
    """Identifies the ticket."""
