"""The end users that you know."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.users import UserDetail

_IDENTIFY = Operation[UserDetail](
    "POST",
    "/users/identify",
    body=Body(
        members={
            "user_id": "user_id",
            "user_token": "user_token",
            "email": "email",
            "role": "role",
            "plan": "plan",
            "traits": "traits",
            "context": "context",
        }
    ),
    returns=UserDetail,
)


class Users:
    """The end users that you know."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> UsersWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return UsersWithRawResponse(self)

    def identify(
        self,
        *,
        user_id: str,
        user_token: str | Unset = UNSET,
        email: str | Unset = UNSET,
        role: str | Unset = UNSET,
        plan: str | Unset = UNSET,
        traits: Mapping[str, Any] | Unset = UNSET,
        context: Mapping[str, Any] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> UserDetail:
        """Create or update a user.

        Creates the end user that `user_id` names, or updates it. Traits are merged: one that is
        sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.

        The claims `email`, `role` and `plan` of a valid `user_token` override the fields of the
        same name.

        Args:
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.
            email: The user's email address.
            role: The user's role.
            plan: The user's plan.
            traits: What is known, by name. Free-form.
            context: The circumstances under which it became known. Free-form.

        Returns:
            The user, as it is now.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            user = client.users.identify(
                user_id="user_123",
                email="user@example.com",
                plan="pro",
                traits={"locale": "en-GB", "seats": 5},
                context={"page": "/settings/billing"},
            )
        """
        return self._caller.execute(
            _IDENTIFY,
            {
                "user_id": user_id,
                "user_token": user_token,
                "email": email,
                "role": role,
                "plan": plan,
                "traits": traits,
                "context": context,
            },
            options,
        )


class UsersWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Users) -> None:
        self.identify = raw(resource.identify, _IDENTIFY)


class AsyncUsers:
    """The end users that you know."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncUsersWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncUsersWithRawResponse(self)

    async def identify(
        self,
        *,
        user_id: str,
        user_token: str | Unset = UNSET,
        email: str | Unset = UNSET,
        role: str | Unset = UNSET,
        plan: str | Unset = UNSET,
        traits: Mapping[str, Any] | Unset = UNSET,
        context: Mapping[str, Any] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> UserDetail:
        """Create or update a user.

        Creates the end user that `user_id` names, or updates it. Traits are merged: one that is
        sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.

        The claims `email`, `role` and `plan` of a valid `user_token` override the fields of the
        same name.

        Args:
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.
            email: The user's email address.
            role: The user's role.
            plan: The user's plan.
            traits: What is known, by name. Free-form.
            context: The circumstances under which it became known. Free-form.

        Returns:
            The user, as it is now.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            user = await client.users.identify(
                user_id="user_123",
                email="user@example.com",
                plan="pro",
                traits={"locale": "en-GB", "seats": 5},
                context={"page": "/settings/billing"},
            )
        """
        return await self._caller.execute(
            _IDENTIFY,
            {
                "user_id": user_id,
                "user_token": user_token,
                "email": email,
                "role": role,
                "plan": plan,
                "traits": traits,
                "context": context,
            },
            options,
        )


class AsyncUsersWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncUsers) -> None:
        self.identify = raw_async(resource.identify, _IDENTIFY)
