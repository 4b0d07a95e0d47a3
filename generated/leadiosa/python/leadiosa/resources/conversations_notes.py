"""What your team writes beside a conversation. The contact never sees it."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.conversations import Note, NotePage

_LIST = Operation[NotePage](
    "GET",
    "/conversations/{conversation_id}/notes",
    parameters=(Path("conversation_id"), Query("limit"), Query("after")),
    returns=NotePage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_CREATE = Operation[Note](
    "POST",
    "/conversations/{conversation_id}/notes",
    parameters=(Path("conversation_id"),),
    body=Body(members={"body": "body"}),
    returns=Note,
)


class ConversationsNotes:
    """What your team writes beside a conversation. The contact never sees it."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ConversationsNotesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ConversationsNotesWithRawResponse(self)

    def list(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Note]:
        """List the notes on a conversation.

        Returns one page of a conversation's notes, the oldest first. They are internal: the
        contact never sees them, and no webhook tells of them.

        Args:
            conversation_id: The conversation's `id`.
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
            NotFoundError: Your workspace has no conversation with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for note in client.conversations.notes.list("conv_8f3c12"):
                print(note)
        """
        return self._caller.paginate(
            _LIST, {"conversation_id": conversation_id, "limit": limit, "after": after}, options
        )

    def create(self, conversation_id: str, *, body: str, **options: Unpack[RequestOptions]) -> Note:
        """Add a note to a conversation.

        Adds a note to a conversation, for your team. The contact never sees it, and no webhook
        tells of it. A closed conversation takes notes, too.

        Args:
            conversation_id: The conversation's `id`.
            body: The text.

        Returns:
            The note as added.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            note = client.conversations.notes.create(
                "conv_8f3c12",
                body="Second wrong address this month. Ask billing to check the import.",
            )
        """
        return self._caller.execute(
            _CREATE, {"conversation_id": conversation_id, "body": body}, options
        )


class ConversationsNotesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: ConversationsNotes) -> None:
        self.list = raw(resource.list, _LIST)
        self.create = raw(resource.create, _CREATE)


class AsyncConversationsNotes:
    """What your team writes beside a conversation. The contact never sees it."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncConversationsNotesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncConversationsNotesWithRawResponse(self)

    def list(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Note]:
        """List the notes on a conversation.

        Returns one page of a conversation's notes, the oldest first. They are internal: the
        contact never sees them, and no webhook tells of them.

        Args:
            conversation_id: The conversation's `id`.
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
            NotFoundError: Your workspace has no conversation with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for note in client.conversations.notes.list("conv_8f3c12"):
                print(note)
        """
        return self._caller.paginate(
            _LIST, {"conversation_id": conversation_id, "limit": limit, "after": after}, options
        )

    async def create(
        self, conversation_id: str, *, body: str, **options: Unpack[RequestOptions]
    ) -> Note:
        """Add a note to a conversation.

        Adds a note to a conversation, for your team. The contact never sees it, and no webhook
        tells of it. A closed conversation takes notes, too.

        Args:
            conversation_id: The conversation's `id`.
            body: The text.

        Returns:
            The note as added.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            note = await client.conversations.notes.create(
                "conv_8f3c12",
                body="Second wrong address this month. Ask billing to check the import.",
            )
        """
        return await self._caller.execute(
            _CREATE, {"conversation_id": conversation_id, "body": body}, options
        )


class AsyncConversationsNotesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncConversationsNotes) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.create = raw_async(resource.create, _CREATE)
