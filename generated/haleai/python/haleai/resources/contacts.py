"""The people your team knows."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.contacts import Contact, ContactDetail, ContactPage

_LIST = Operation[ContactPage](
    "GET",
    "/contacts",
    parameters=(
        Query("limit"),
        Query("cursor"),
        Query("source"),
        Query("updated_since", "updatedSince"),
    ),
    returns=ContactPage,
    pages=Pages(results=("data",), argument="cursor", next=("pagination", "next_cursor")),
)
_GET = Operation[ContactDetail](
    "GET",
    "/contacts/{contactId}",
    parameters=(Path("contact_id", "contactId"),),
    returns=ContactDetail,
)


class Contacts:
    """The people your team knows."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ContactsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ContactsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        source: str | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Contact]:
        """List contacts.

        Returns one page of your team's contacts. Combine `source` and `updated_since` to narrow
        the list; a contact is on it only if it matches both.

        Walking all pages gives every matching contact exactly once, also while contacts are
        added or updated during the walk: one that is there throughout and does not change is
        neither lost nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            source: Only rows whose `source` is exactly this.
            updated_since: Only rows whose `updatedAt` is strictly later than this moment (ISO
                8601).

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for contact in client.contacts.list(
                source="zillow",
                updated_since=datetime.fromisoformat("2026-05-01T00:00:00Z"),
            ):
                print(contact)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "source": source, "updated_since": updated_since},
            options,
        )

    def get(self, contact_id: str, **options: Unpack[RequestOptions]) -> ContactDetail:
        """Get a contact.

        Returns the contact with this id. The id of another team's contact is answered exactly
        like one that does not exist: with 404.

        Args:
            contact_id: The contact's `id`, as the list gives it.

        Returns:
            The contact.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            NotFoundError: Your team has nothing with this id.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = client.contacts.get("ctk_AbCd")
        """
        return self._caller.execute(_GET, {"contact_id": contact_id}, options)


class ContactsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Contacts) -> None:
        self.list = raw(resource.list, _LIST)
        self.get = raw(resource.get, _GET)


class AsyncContacts:
    """The people your team knows."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncContactsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncContactsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        source: str | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Contact]:
        """List contacts.

        Returns one page of your team's contacts. Combine `source` and `updated_since` to narrow
        the list; a contact is on it only if it matches both.

        Walking all pages gives every matching contact exactly once, also while contacts are
        added or updated during the walk: one that is there throughout and does not change is
        neither lost nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            source: Only rows whose `source` is exactly this.
            updated_since: Only rows whose `updatedAt` is strictly later than this moment (ISO
                8601).

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for contact in client.contacts.list(
                source="zillow",
                updated_since=datetime.fromisoformat("2026-05-01T00:00:00Z"),
            ):
                print(contact)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "source": source, "updated_since": updated_since},
            options,
        )

    async def get(self, contact_id: str, **options: Unpack[RequestOptions]) -> ContactDetail:
        """Get a contact.

        Returns the contact with this id. The id of another team's contact is answered exactly
        like one that does not exist: with 404.

        Args:
            contact_id: The contact's `id`, as the list gives it.

        Returns:
            The contact.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            NotFoundError: Your team has nothing with this id.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = await client.contacts.get("ctk_AbCd")
        """
        return await self._caller.execute(_GET, {"contact_id": contact_id}, options)


class AsyncContactsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncContacts) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.get = raw_async(resource.get, _GET)
