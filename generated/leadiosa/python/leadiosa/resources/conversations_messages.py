"""What is said in a conversation."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.conversations import Message, MessagePage
from ..types.shared import MessageAuthor

_LIST = Operation[MessagePage](
    "GET",
    "/conversations/{conversation_id}/messages",
    parameters=(Path("conversation_id"), Query("limit"), Query("after")),
    returns=MessagePage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_CREATE = Operation[Message](
    "POST",
    "/conversations/{conversation_id}/messages",
    parameters=(Path("conversation_id"),),
    body=Body(members={"body": "body", "author": "author"}),
    returns=Message,
)


class ConversationsMessages:
    """What is said in a conversation."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ConversationsMessagesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ConversationsMessagesWithRawResponse(self)

    def list(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Message]:
        """List the messages of a conversation.

        Returns one page of a conversation's thread, the oldest message first. Notes are not in
        it.

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
            for message in client.conversations.messages.list("conv_8f3c12"):
                print(message)
        """
        return self._caller.paginate(
            _LIST, {"conversation_id": conversation_id, "limit": limit, "after": after}, options
        )

    def create(
        self,
        conversation_id: str,
        *,
        body: str,
        author: MessageAuthor | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Message:
        """Append a message to a conversation.

        Appends a message to a conversation's thread, where the contact sees it. It comes from
        your team unless you say that it came from the contact. A closed conversation takes none.

        Args:
            conversation_id: The conversation's `id`.
            body: The text.
            author: As the API documents it.

        Returns:
            The message as appended.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The conversation is closed, or the workspace is.
            ConversationClosedError: A closed conversation can be reopened, and nothing else.
            WorkspaceClosedError: A closed workspace takes no writes.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            message = client.conversations.messages.create(
                "conv_8f3c12",
                body="We have corrected it. A new one is in your inbox.",
            )
        """
        return self._caller.execute(
            _CREATE, {"conversation_id": conversation_id, "body": body, "author": author}, options
        )


class ConversationsMessagesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: ConversationsMessages) -> None:
        self.list = raw(resource.list, _LIST)
        self.create = raw(resource.create, _CREATE)


class AsyncConversationsMessages:
    """What is said in a conversation."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncConversationsMessagesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncConversationsMessagesWithRawResponse(self)

    def list(
        self,
        conversation_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Message]:
        """List the messages of a conversation.

        Returns one page of a conversation's thread, the oldest message first. Notes are not in
        it.

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
            async for message in client.conversations.messages.list("conv_8f3c12"):
                print(message)
        """
        return self._caller.paginate(
            _LIST, {"conversation_id": conversation_id, "limit": limit, "after": after}, options
        )

    async def create(
        self,
        conversation_id: str,
        *,
        body: str,
        author: MessageAuthor | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Message:
        """Append a message to a conversation.

        Appends a message to a conversation's thread, where the contact sees it. It comes from
        your team unless you say that it came from the contact. A closed conversation takes none.

        Args:
            conversation_id: The conversation's `id`.
            body: The text.
            author: As the API documents it.

        Returns:
            The message as appended.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The conversation is closed, or the workspace is.
            ConversationClosedError: A closed conversation can be reopened, and nothing else.
            WorkspaceClosedError: A closed workspace takes no writes.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            message = await client.conversations.messages.create(
                "conv_8f3c12",
                body="We have corrected it. A new one is in your inbox.",
            )
        """
        return await self._caller.execute(
            _CREATE, {"conversation_id": conversation_id, "body": body, "author": author}, options
        )


class AsyncConversationsMessagesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncConversationsMessages) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.create = raw_async(resource.create, _CREATE)
