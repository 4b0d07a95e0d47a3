"""Exchanges with a contact, from open to closed, and who takes care of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.conversations import Conversation, ConversationPage
from ..types.shared import ConversationStatus

if TYPE_CHECKING:
    from .conversations_messages import AsyncConversationsMessages, ConversationsMessages
    from .conversations_notes import AsyncConversationsNotes, ConversationsNotes

_LIST = Operation[ConversationPage](
    "GET",
    "/conversations",
    parameters=(Query("limit"), Query("after")),
    returns=ConversationPage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_CREATE = Operation[Conversation](
    "POST",
    "/conversations",
    body=Body(members={"contact_id": "contact_id", "assignee_id": "assignee_id"}),
    returns=Conversation,
)
_GET = Operation[Conversation](
    "GET",
    "/conversations/{conversation_id}",
    parameters=(Path("conversation_id"),),
    returns=Conversation,
)
_UPDATE = Operation[Conversation](
    "PATCH",
    "/conversations/{conversation_id}",
    parameters=(Path("conversation_id"),),
    body=Body(members={"status": "status", "assignee_id": "assignee_id"}),
    returns=Conversation,
)


class Conversations:
    """Exchanges with a contact, from open to closed, and who takes care of them."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def messages(self) -> ConversationsMessages:
        """What is said in a conversation."""
        from .conversations_messages import ConversationsMessages

        return ConversationsMessages(self._caller)

    @cached_property
    def notes(self) -> ConversationsNotes:
        """What your team writes beside a conversation. The contact never sees it."""
        from .conversations_notes import ConversationsNotes

        return ConversationsNotes(self._caller)

    @cached_property
    def with_raw_response(self) -> ConversationsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ConversationsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Conversation]:
        """List conversations.

        Returns one page of your workspace's conversations, the newest first.

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
            for conversation in client.conversations.list():
                print(conversation)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    def create(
        self,
        *,
        contact_id: str,
        assignee_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Conversation:
        """Start a conversation.

        Starts a conversation with a contact. It is open, and assigned to nobody unless you say
        so.

        Args:
            contact_id: The contact it is about.
            assignee_id: The member of the workspace who takes care of it. Absent where nobody
                does.

        Returns:
            The conversation as started.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            UnprocessableEntityError: The body is as documented, and names somebody who is not
                there.
            UnknownContactError: Your workspace has no contact with this `contact_id`.
            UnknownAssigneeError: Your workspace has no member with this `assignee_id`.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = client.conversations.create(contact_id="cont_51be07")
        """
        return self._caller.execute(
            _CREATE, {"contact_id": contact_id, "assignee_id": assignee_id}, options
        )

    def get(self, conversation_id: str, **options: Unpack[RequestOptions]) -> Conversation:
        """Get a conversation.

        Returns the conversation with this id. The id of another workspace's conversation is
        answered exactly like one that does not exist: with 404.

        Args:
            conversation_id: The conversation's `id`.

        Returns:
            The conversation.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no conversation with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = client.conversations.get("conv_8f3c12")
        """
        return self._caller.execute(_GET, {"conversation_id": conversation_id}, options)

    def update(
        self,
        conversation_id: str,
        *,
        status: ConversationStatus | Unset = UNSET,
        assignee_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Conversation:
        """Update a conversation.

        Changes the status of a conversation, or who takes care of it, or both.

        An open conversation becomes pending or closed, a pending one open or closed, and a
        closed one open again. Apart from that, a closed conversation cannot be changed: whatever
        else is asked of it is answered with 409. Where a request has both, the status changes
        first.

        Args:
            conversation_id: The conversation's `id`.
            status: As the API documents it.
            assignee_id: The member of the workspace who takes care of it. Absent where nobody
                does.

        Returns:
            The conversation as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The conversation is closed, or the workspace is.
            ConversationClosedError: A closed conversation can be reopened, and nothing else.
            WorkspaceClosedError: A closed workspace takes no writes.
            UnprocessableEntityError: The body is as documented, and names somebody who is not
                there.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = client.conversations.update("conv_8f3c12", assignee_id="user_c0a4d9")
        """
        return self._caller.execute(
            _UPDATE,
            {"conversation_id": conversation_id, "status": status, "assignee_id": assignee_id},
            options,
        )


class ConversationsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Conversations) -> None:
        self.list = raw(resource.list, _LIST)
        self.create = raw(resource.create, _CREATE)
        self.get = raw(resource.get, _GET)
        self.update = raw(resource.update, _UPDATE)


class AsyncConversations:
    """Exchanges with a contact, from open to closed, and who takes care of them."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def messages(self) -> AsyncConversationsMessages:
        """What is said in a conversation."""
        from .conversations_messages import AsyncConversationsMessages

        return AsyncConversationsMessages(self._caller)

    @cached_property
    def notes(self) -> AsyncConversationsNotes:
        """What your team writes beside a conversation. The contact never sees it."""
        from .conversations_notes import AsyncConversationsNotes

        return AsyncConversationsNotes(self._caller)

    @cached_property
    def with_raw_response(self) -> AsyncConversationsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncConversationsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Conversation]:
        """List conversations.

        Returns one page of your workspace's conversations, the newest first.

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
            async for conversation in client.conversations.list():
                print(conversation)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    async def create(
        self,
        *,
        contact_id: str,
        assignee_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Conversation:
        """Start a conversation.

        Starts a conversation with a contact. It is open, and assigned to nobody unless you say
        so.

        Args:
            contact_id: The contact it is about.
            assignee_id: The member of the workspace who takes care of it. Absent where nobody
                does.

        Returns:
            The conversation as started.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            UnprocessableEntityError: The body is as documented, and names somebody who is not
                there.
            UnknownContactError: Your workspace has no contact with this `contact_id`.
            UnknownAssigneeError: Your workspace has no member with this `assignee_id`.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = await client.conversations.create(contact_id="cont_51be07")
        """
        return await self._caller.execute(
            _CREATE, {"contact_id": contact_id, "assignee_id": assignee_id}, options
        )

    async def get(self, conversation_id: str, **options: Unpack[RequestOptions]) -> Conversation:
        """Get a conversation.

        Returns the conversation with this id. The id of another workspace's conversation is
        answered exactly like one that does not exist: with 404.

        Args:
            conversation_id: The conversation's `id`.

        Returns:
            The conversation.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no conversation with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = await client.conversations.get("conv_8f3c12")
        """
        return await self._caller.execute(_GET, {"conversation_id": conversation_id}, options)

    async def update(
        self,
        conversation_id: str,
        *,
        status: ConversationStatus | Unset = UNSET,
        assignee_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Conversation:
        """Update a conversation.

        Changes the status of a conversation, or who takes care of it, or both.

        An open conversation becomes pending or closed, a pending one open or closed, and a
        closed one open again. Apart from that, a closed conversation cannot be changed: whatever
        else is asked of it is answered with 409. Where a request has both, the status changes
        first.

        Args:
            conversation_id: The conversation's `id`.
            status: As the API documents it.
            assignee_id: The member of the workspace who takes care of it. Absent where nobody
                does.

        Returns:
            The conversation as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no conversation with this id.
            ConflictError: The conversation is closed, or the workspace is.
            ConversationClosedError: A closed conversation can be reopened, and nothing else.
            WorkspaceClosedError: A closed workspace takes no writes.
            UnprocessableEntityError: The body is as documented, and names somebody who is not
                there.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            conversation = await client.conversations.update(
                "conv_8f3c12",
                assignee_id="user_c0a4d9",
            )
        """
        return await self._caller.execute(
            _UPDATE,
            {"conversation_id": conversation_id, "status": status, "assignee_id": assignee_id},
            options,
        )


class AsyncConversationsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncConversations) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.create = raw_async(resource.create, _CREATE)
        self.get = raw_async(resource.get, _GET)
        self.update = raw_async(resource.update, _UPDATE)
