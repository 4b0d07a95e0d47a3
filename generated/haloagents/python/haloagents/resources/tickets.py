"""Support tickets."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.tickets import TicketReceipt

_CREATE = Operation[TicketReceipt](
    "POST",
    "/tickets/create",
    body=Body(
        members={
            "subject": "subject",
            "description": "description",
            "user_id": "user_id",
            "user_token": "user_token",
        }
    ),
    returns=TicketReceipt,
)


class Tickets:
    """Support tickets."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> TicketsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return TicketsWithRawResponse(self)

    def create(
        self,
        *,
        subject: str,
        description: str,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> TicketReceipt:
        """Create a ticket.

        Creates a support ticket. It belongs to the user that `user_id` names, or to nobody in
        particular.

        Args:
            subject: What it is about, in a line.
            description: What it is about, in full.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The ticket is created.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            ticket = client.tickets.create(
                subject="Refund not received",
                description="I returned my order two weeks ago and still wait for the money.",
                user_id="anon_5f3c9a",
            )
        """
        return self._caller.execute(
            _CREATE,
            {
                "subject": subject,
                "description": description,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )


class TicketsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Tickets) -> None:
        self.create = raw(resource.create, _CREATE)


class AsyncTickets:
    """Support tickets."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncTicketsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncTicketsWithRawResponse(self)

    async def create(
        self,
        *,
        subject: str,
        description: str,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> TicketReceipt:
        """Create a ticket.

        Creates a support ticket. It belongs to the user that `user_id` names, or to nobody in
        particular.

        Args:
            subject: What it is about, in a line.
            description: What it is about, in full.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The ticket is created.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            InternalServerError: The request was fine, and the server failed.

        Example:
            ticket = await client.tickets.create(
                subject="Refund not received",
                description="I returned my order two weeks ago and still wait for the money.",
                user_id="anon_5f3c9a",
            )
        """
        return await self._caller.execute(
            _CREATE,
            {
                "subject": subject,
                "description": description,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )


class AsyncTicketsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncTickets) -> None:
        self.create = raw_async(resource.create, _CREATE)
