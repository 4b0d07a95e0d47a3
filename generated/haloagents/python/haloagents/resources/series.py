"""Series of emails, and who gets them."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.series import SeriesMembership, SeriesRequestAction

_UPDATE = Operation[SeriesMembership](
    "POST",
    "/series",
    body=Body(
        members={
            "series_id": "series_id",
            "user_id": "user_id",
            "action": "action",
            "user_token": "user_token",
        }
    ),
    returns=SeriesMembership,
)


class Series:
    """Series of emails, and who gets them."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> SeriesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return SeriesWithRawResponse(self)

    def update(
        self,
        *,
        series_id: str,
        user_id: str,
        action: SeriesRequestAction,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SeriesMembership:
        """Enroll or remove a user.

        Enrolls a user in a series of emails, or removes them from it. Enrolling a user who is
        enrolled, and removing one who is not, changes nothing.

        Args:
            series_id: Identifies the series.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            action: What to do.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The user is enrolled or removed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no such series, or no such user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            sery = client.series.update(
                series_id="onboarding",
                user_id="user_123",
                action="enroll",
            )
        """
        return self._caller.execute(
            _UPDATE,
            {
                "series_id": series_id,
                "user_id": user_id,
                "action": action,
                "user_token": user_token,
            },
            options,
        )


class SeriesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Series) -> None:
        self.update = raw(resource.update, _UPDATE)


class AsyncSeries:
    """Series of emails, and who gets them."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncSeriesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncSeriesWithRawResponse(self)

    async def update(
        self,
        *,
        series_id: str,
        user_id: str,
        action: SeriesRequestAction,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SeriesMembership:
        """Enroll or remove a user.

        Enrolls a user in a series of emails, or removes them from it. Enrolling a user who is
        enrolled, and removing one who is not, changes nothing.

        Args:
            series_id: Identifies the series.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            action: What to do.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The user is enrolled or removed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no such series, or no such user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            sery = await client.series.update(
                series_id="onboarding",
                user_id="user_123",
                action="enroll",
            )
        """
        return await self._caller.execute(
            _UPDATE,
            {
                "series_id": series_id,
                "user_id": user_id,
                "action": action,
                "user_token": user_token,
            },
            options,
        )


class AsyncSeriesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncSeries) -> None:
        self.update = raw_async(resource.update, _UPDATE)
