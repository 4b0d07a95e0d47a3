"""The resource chat."""

from __future__ import annotations

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
from ..types.chat import Answer, Delta

_SEND = Operation[Answer](
    "POST", "/chat", body=Body(members={"text": "text", "stream": "stream"}), returns=Answer
)
_SEND_STREAM = Operation[Any](
    "POST",
    "/chat",
    body=Body(members={"text": "text", "stream": "stream"}),
    media="text/event-stream",
    events=Events({"delta": Delta, "done": Answer}, frozenset({"done"})),
)


class Chat:
    """The resource chat."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ChatWithRawResponse(self)

    def send(self, *, text: str, **options: Unpack[RequestOptions]) -> Answer:
        """sendChat.

        Args:
            text: As the API documents it.

        Returns:
            The answer.

        Example:
            chat = client.chat.send(text="…")
        """
        return self._caller.execute(_SEND, {"text": text, "stream": UNSET}, options)

    def send_stream(
        self, *, text: str, **options: Unpack[RequestOptions]
    ) -> EventStream[Event[Delta | Answer | Unknown]]:
        """sendChat.

        Args:
            text: As the API documents it.

        Returns:
            The events, as they come.

        Example:
            with client.chat.send_stream(text="…") as stream:
                for event in stream:
                    print(event.data)
        """
        return self._caller.stream(_SEND_STREAM, {"text": text, "stream": True}, options)


class ChatWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Chat) -> None:
        self.send = raw(resource.send, _SEND)
        self.send_stream = raw(resource.send_stream, _SEND_STREAM)


class AsyncChat:
    """The resource chat."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncChatWithRawResponse(self)

    async def send(self, *, text: str, **options: Unpack[RequestOptions]) -> Answer:
        """sendChat.

        Args:
            text: As the API documents it.

        Returns:
            The answer.

        Example:
            chat = await client.chat.send(text="…")
        """
        return await self._caller.execute(_SEND, {"text": text, "stream": UNSET}, options)

    async def send_stream(
        self, *, text: str, **options: Unpack[RequestOptions]
    ) -> AsyncEventStream[Event[Delta | Answer | Unknown]]:
        """sendChat.

        Args:
            text: As the API documents it.

        Returns:
            The events, as they come.

        Example:
            async with await client.chat.send_stream(text="…") as stream:
                async for event in stream:
                    print(event.data)
        """
        return await self._caller.stream(_SEND_STREAM, {"text": text, "stream": True}, options)


class AsyncChatWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncChat) -> None:
        self.send = raw_async(resource.send, _SEND)
        self.send_stream = raw_async(resource.send_stream, _SEND_STREAM)
