"""What people do on your site or in your product."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.events import Event, EventsReceipt

_SEND = Operation[EventsReceipt](
    "POST",
    "/events",
    body=Body(members={"events": "events", "user_id": "user_id", "user_token": "user_token"}),
    returns=EventsReceipt,
)


class Events:
    """What people do on your site or in your product."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> EventsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return EventsWithRawResponse(self)

    def send(
        self,
        *,
        events: Sequence[Event],
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> EventsReceipt:
        """Send events.

        Stores up to 100 events of one user or anonymous visitor, all of them or none: one event
        that is not as documented, and nothing is stored.

        Args:
            events: What happened, in order.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The events are stored.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            event = client.events.send(
                events=[
                    Event(name="page_viewed", metadata={"path": "/pricing"}),
                    Event(name="plan_selected", metadata={"plan": "pro", "seats": 5}),
                ],
                user_id="anon_5f3c9a",
            )
        """
        return self._caller.execute(
            _SEND, {"events": events, "user_id": user_id, "user_token": user_token}, options
        )


class EventsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Events) -> None:
        self.send = raw(resource.send, _SEND)


class AsyncEvents:
    """What people do on your site or in your product."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncEventsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncEventsWithRawResponse(self)

    async def send(
        self,
        *,
        events: Sequence[Event],
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> EventsReceipt:
        """Send events.

        Stores up to 100 events of one user or anonymous visitor, all of them or none: one event
        that is not as documented, and nothing is stored.

        Args:
            events: What happened, in order.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The events are stored.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            event = await client.events.send(
                events=[
                    Event(name="page_viewed", metadata={"path": "/pricing"}),
                    Event(name="plan_selected", metadata={"plan": "pro", "seats": 5}),
                ],
                user_id="anon_5f3c9a",
            )
        """
        return await self._caller.execute(
            _SEND, {"events": events, "user_id": user_id, "user_token": user_token}, options
        )


class AsyncEventsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncEvents) -> None:
        self.send = raw_async(resource.send, _SEND)
