"""Types of the resource users."""

from __future__ import annotations

from typing import Any

from .._runtime.values import UNSET, Model, Unset


class UserRequest(Model, kw_only=True):
    """A user to create or update."""

    user_id: str
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    user_token: str | Unset = UNSET
    """A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
    `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where
    your organization verifies identities and the user is not anonymous.
    """

    email: str | Unset = UNSET
    """The user's email address."""

    role: str | Unset = UNSET
    """The user's role."""

    plan: str | Unset = UNSET
    """The user's plan."""

    traits: dict[str, Any] | Unset = UNSET
    """What is known, by name. Free-form."""

    context: dict[str, Any] | Unset = UNSET
    """The circumstances under which it became known. Free-form."""


class User(Model, kw_only=True):
    """An end user."""

    user_id: str
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    email: str | Unset = UNSET
    """The user's email address."""

    role: str | Unset = UNSET
    """The user's role."""

    plan: str | Unset = UNSET
    """The user's plan."""

    traits: dict[str, Any]
    """What is known, by name. Free-form."""


class UserDetail(Model, kw_only=True):
    """One user."""

    user: User
