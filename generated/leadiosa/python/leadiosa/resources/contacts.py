"""The people you talk with, their attributes, and their erasure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.contacts import Contact, ContactPage

_LIST = Operation[ContactPage](
    "GET",
    "/contacts",
    parameters=(Query("limit"), Query("after")),
    returns=ContactPage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_GET = Operation[Contact](
    "GET", "/contacts/{contact_id}", parameters=(Path("contact_id"),), returns=Contact
)
_UPDATE = Operation[Contact](
    "PATCH",
    "/contacts/{contact_id}",
    parameters=(Path("contact_id"),),
    body=Body(
        members={"name": "name", "email": "email", "phone": "phone", "attributes": "attributes"}
    ),
    returns=Contact,
)
_DELETE = Operation[None]("DELETE", "/contacts/{contact_id}", parameters=(Path("contact_id"),))


class Contacts:
    """The people you talk with, their attributes, and their erasure."""

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
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Contact]:
        """List contacts.

        Returns one page of your workspace's contacts, the newest first.

        Args:
            limit: How many rows a page holds at most.
            after: Where the page starts: the `next_cursor` of the page before it, unchanged.
                Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API for this list.
            CursorExpiredError: The data of the list has changed since the cursor was given.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for contact in client.contacts.list():
                print(contact)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    def get(self, contact_id: str, **options: Unpack[RequestOptions]) -> Contact:
        """Get a contact.

        Returns the contact with this id. The id of another workspace's contact is answered
        exactly like one that does not exist, or was erased: with 404.

        Args:
            contact_id: The contact's `id`.

        Returns:
            The contact.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no contact with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = client.contacts.get("cont_51be07")
        """
        return self._caller.execute(_GET, {"contact_id": contact_id}, options)

    def update(
        self,
        contact_id: str,
        *,
        name: str | Unset = UNSET,
        email: str | Unset = UNSET,
        phone: str | Unset = UNSET,
        attributes: Mapping[str, str | float | bool] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Contact:
        """Update a contact.

        Changes what you know of a contact. What is left out stays as it is; `attributes` are
        replaced as a whole, so that leaving one out removes it.

        Args:
            contact_id: The contact's `id`.
            name: What the contact is called.
            email: The contact's email address.
            phone: The contact's telephone number.
            attributes: Whatever else you know of the contact, under names of your own.

        Returns:
            The contact as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no contact with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = client.contacts.update("cont_51be07", email="ines@example.org")
        """
        return self._caller.execute(
            _UPDATE,
            {
                "contact_id": contact_id,
                "name": name,
                "email": email,
                "phone": phone,
                "attributes": attributes,
            },
            options,
        )

    def delete(self, contact_id: str, **options: Unpack[RequestOptions]) -> None:
        """Erase a contact.

        Erases a contact and every personal datum of it, for good (GDPR, Article 17).
        Conversations stay, with the text of their messages and notes redacted.

        Args:
            contact_id: The contact's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no contact with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            client.contacts.delete("cont_51be07")
        """
        return self._caller.execute(_DELETE, {"contact_id": contact_id}, options)


class ContactsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Contacts) -> None:
        self.list = raw(resource.list, _LIST)
        self.get = raw(resource.get, _GET)
        self.update = raw(resource.update, _UPDATE)
        self.delete = raw(resource.delete, _DELETE)


class AsyncContacts:
    """The people you talk with, their attributes, and their erasure."""

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
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Contact]:
        """List contacts.

        Returns one page of your workspace's contacts, the newest first.

        Args:
            limit: How many rows a page holds at most.
            after: Where the page starts: the `next_cursor` of the page before it, unchanged.
                Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API for this list.
            CursorExpiredError: The data of the list has changed since the cursor was given.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for contact in client.contacts.list():
                print(contact)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    async def get(self, contact_id: str, **options: Unpack[RequestOptions]) -> Contact:
        """Get a contact.

        Returns the contact with this id. The id of another workspace's contact is answered
        exactly like one that does not exist, or was erased: with 404.

        Args:
            contact_id: The contact's `id`.

        Returns:
            The contact.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no contact with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = await client.contacts.get("cont_51be07")
        """
        return await self._caller.execute(_GET, {"contact_id": contact_id}, options)

    async def update(
        self,
        contact_id: str,
        *,
        name: str | Unset = UNSET,
        email: str | Unset = UNSET,
        phone: str | Unset = UNSET,
        attributes: Mapping[str, str | float | bool] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Contact:
        """Update a contact.

        Changes what you know of a contact. What is left out stays as it is; `attributes` are
        replaced as a whole, so that leaving one out removes it.

        Args:
            contact_id: The contact's `id`.
            name: What the contact is called.
            email: The contact's email address.
            phone: The contact's telephone number.
            attributes: Whatever else you know of the contact, under names of your own.

        Returns:
            The contact as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no contact with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            contact = await client.contacts.update("cont_51be07", email="ines@example.org")
        """
        return await self._caller.execute(
            _UPDATE,
            {
                "contact_id": contact_id,
                "name": name,
                "email": email,
                "phone": phone,
                "attributes": attributes,
            },
            options,
        )

    async def delete(self, contact_id: str, **options: Unpack[RequestOptions]) -> None:
        """Erase a contact.

        Erases a contact and every personal datum of it, for good (GDPR, Article 17).
        Conversations stay, with the text of their messages and notes redacted.

        Args:
            contact_id: The contact's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no contact with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            await client.contacts.delete("cont_51be07")
        """
        return await self._caller.execute(_DELETE, {"contact_id": contact_id}, options)


class AsyncContactsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncContacts) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.get = raw_async(resource.get, _GET)
        self.update = raw_async(resource.update, _UPDATE)
        self.delete = raw_async(resource.delete, _DELETE)
