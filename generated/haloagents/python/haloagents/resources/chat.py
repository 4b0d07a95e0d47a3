"""Messages to the active agent, and its replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.events import Event
from .._runtime.operation import Body, Events, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.streams import AsyncEventStream, EventStream
from .._runtime.sync_caller import SyncCaller
from .._runtime.unions import Unknown
from .._runtime.values import UNSET, Unset
from ..types.chat import ChatDelta, ChatMessage, ChatReply
from ..types.shared import Error

_SEND = Operation[ChatReply](
    "POST",
    "/chat",
    body=Body(
        members={
            "message": "message",
            "history": "history",
            "behavior_context": "behavior_context",
            "custom_fields": "custom_fields",
            "user_id": "user_id",
            "user_token": "user_token",
        }
    ),
    returns=ChatReply,
)
_STREAM = Operation[Any](
    "POST",
    "/chat/stream",
    body=Body(
        members={
            "message": "message",
            "history": "history",
            "behavior_context": "behavior_context",
            "custom_fields": "custom_fields",
            "user_id": "user_id",
            "user_token": "user_token",
        }
    ),
    media="text/event-stream",
    events=Events(
        {"delta": ChatDelta, "done": ChatReply, "error": Error}, frozenset({"done", "error"})
    ),
)


class Chat:
    """Messages to the active agent, and its replies."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ChatWithRawResponse(self)

    def send(
        self,
        *,
        message: str,
        history: Sequence[ChatMessage] | Unset = UNSET,
        behavior_context: str | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> ChatReply:
        """Send a message and get the whole reply.

        Sends a message to the organization's active agent and answers with its complete reply.

        The API keeps no conversation: send the messages that came before as `history`, the
        oldest first. Use `POST /chat/stream` to show the reply while it is being written.

        Args:
            message: What the visitor says.
            history: The conversation so far, the oldest message first.
            behavior_context: What the visitor has been doing, for the agent to take into
                account.
            custom_fields: Whatever else the agent should know; at most 10,000 characters of
                JSON.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The reply.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            chat = client.chat.send(
                message="How long does a refund take?",
                user_id="anon_5f3c9a",
            )
        """
        return self._caller.execute(
            _SEND,
            {
                "message": message,
                "history": history,
                "behavior_context": behavior_context,
                "custom_fields": custom_fields,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )

    def stream(
        self,
        *,
        message: str,
        history: Sequence[ChatMessage] | Unset = UNSET,
        behavior_context: str | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> EventStream[Event[ChatDelta | ChatReply | Error | Unknown]]:
        """Send a message and get the reply as it is written.

        Takes what `POST /chat` takes and gives the same reply, as a stream of server-sent
        events: `delta` for each piece of it, in order, and `done` with the whole reply at the
        end.

        What goes wrong before the stream starts is answered with an ordinary JSON error; what
        goes wrong later ends the stream with an `error` event. Hanging up stops the agent.

        Args:
            message: What the visitor says.
            history: The conversation so far, the oldest message first.
            behavior_context: What the visitor has been doing, for the agent to take into
                account.
            custom_fields: Whatever else the agent should know; at most 10,000 characters of
                JSON.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The events, as they come.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            with client.chat.stream(
                message="How long does a refund take?",
                user_id="anon_5f3c9a",
            ) as stream:
                for event in stream:
                    print(event.data)
        """
        return self._caller.stream(
            _STREAM,
            {
                "message": message,
                "history": history,
                "behavior_context": behavior_context,
                "custom_fields": custom_fields,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )


class ChatWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Chat) -> None:
        self.send = raw(resource.send, _SEND)
        self.stream = raw(resource.stream, _STREAM)


class AsyncChat:
    """Messages to the active agent, and its replies."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncChatWithRawResponse(self)

    async def send(
        self,
        *,
        message: str,
        history: Sequence[ChatMessage] | Unset = UNSET,
        behavior_context: str | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> ChatReply:
        """Send a message and get the whole reply.

        Sends a message to the organization's active agent and answers with its complete reply.

        The API keeps no conversation: send the messages that came before as `history`, the
        oldest first. Use `POST /chat/stream` to show the reply while it is being written.

        Args:
            message: What the visitor says.
            history: The conversation so far, the oldest message first.
            behavior_context: What the visitor has been doing, for the agent to take into
                account.
            custom_fields: Whatever else the agent should know; at most 10,000 characters of
                JSON.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The reply.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            chat = await client.chat.send(
                message="How long does a refund take?",
                user_id="anon_5f3c9a",
            )
        """
        return await self._caller.execute(
            _SEND,
            {
                "message": message,
                "history": history,
                "behavior_context": behavior_context,
                "custom_fields": custom_fields,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )

    async def stream(
        self,
        *,
        message: str,
        history: Sequence[ChatMessage] | Unset = UNSET,
        behavior_context: str | Unset = UNSET,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        user_id: str | Unset = UNSET,
        user_token: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> AsyncEventStream[Event[ChatDelta | ChatReply | Error | Unknown]]:
        """Send a message and get the reply as it is written.

        Takes what `POST /chat` takes and gives the same reply, as a stream of server-sent
        events: `delta` for each piece of it, in order, and `done` with the whole reply at the
        end.

        What goes wrong before the stream starts is answered with an ordinary JSON error; what
        goes wrong later ends the stream with an `error` event. Hanging up stops the agent.

        Args:
            message: What the visitor says.
            history: The conversation so far, the oldest message first.
            behavior_context: What the visitor has been doing, for the agent to take into
                account.
            custom_fields: Whatever else the agent should know; at most 10,000 characters of
                JSON.
            user_id: The user, by the name that your own system gives them. One that starts with
                `anon_` is anonymous.
            user_token: A JSON Web Token for this user, signed with HS256 under your Identity
                Secret. Its claims are `user_id` (or `sub`), `exp`, and if you like `email`,
                `role` and `plan`. Needed only where your organization verifies identities and
                the user is not anonymous.

        Returns:
            The events, as they come.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit.
            AuthenticationError: The publishable key is missing or invalid.
            PermissionDeniedError: The organization verifies identities, `user_id` is not
                anonymous, and `user_token` is missing, invalid, expired, or for another user.
            NotFoundError: The organization has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async with await client.chat.stream(
                message="How long does a refund take?",
                user_id="anon_5f3c9a",
            ) as stream:
                async for event in stream:
                    print(event.data)
        """
        return await self._caller.stream(
            _STREAM,
            {
                "message": message,
                "history": history,
                "behavior_context": behavior_context,
                "custom_fields": custom_fields,
                "user_id": user_id,
                "user_token": user_token,
            },
            options,
        )


class AsyncChatWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncChat) -> None:
        self.send = raw_async(resource.send, _SEND)
        self.stream = raw_async(resource.stream, _STREAM)
