"""Types of the resource series."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset

SeriesRequestAction: TypeAlias = Literal["enroll", "remove"] | str
"""What to do."""


class SeriesRequest(Model, kw_only=True):
    """A user to enroll in a series, or to remove from it."""

    series_id: str
    """Identifies the series."""

    user_id: str
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    user_token: str | Unset = UNSET
    """A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
    `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where
    your organization verifies identities and the user is not anonymous.
    """

    action: SeriesRequestAction
    """What to do."""


class SeriesMembership(Model, kw_only=True):
    """Whether a user gets the emails of a series."""

    series_id: str
    """Identifies the series."""

    user_id: str
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    enrolled: bool
    """Whether they do, from now on."""
