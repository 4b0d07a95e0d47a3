"""Streams of events, open: iterate over one, and close it, best by `with`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from .errors import APIConnectionError
from .events import EventParser, typed_event
from .operation import Events, Operation
from .response import Response
from .retries import RetryPolicy
from .transport import AsyncReply, Reply

E = TypeVar("E")


class EventStream(Generic[E]):
    """Events as they come; closed after the final one, on an error, and when it is left.

    Where the contract says that it can be, a stream that breaks off is taken up again after the
    last event that came.
    """

    def __init__(
        self,
        response: Response[Any],
        reply: Reply,
        operation: Operation[Any],
        retries: RetryPolicy,
        reopen: Callable[[str, float], tuple[Response[Any], Reply]],
    ) -> None:
        self.response = response
        self._reply = reply
        self._progress = _Progress(operation.events or Events({}), retries)
        self._reopen = reopen
        self._iterator = self._read()

    def __iter__(self) -> Iterator[E]:
        return self._iterator

    def __next__(self) -> E:
        return next(self._iterator)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the server may stop working."""
        self._reply.close()

    def _read(self) -> Iterator[E]:
        progress = self._progress
        try:
            while True:
                failure: APIConnectionError | None = None
                try:
                    for chunk in self._reply.chunks():
                        for event in progress.take(chunk, self.response):
                            yield cast(E, event)
                            if progress.ended:
                                return
                except APIConnectionError as error:
                    failure = error
                wait = progress.broken_off(self.response, failure)
                if wait is None:
                    return
                self._reply.close()
                self.response, self._reply = self._reopen(progress.last_event_id, wait)
        finally:
            self.close()


class AsyncEventStream(Generic[E]):
    """The same for `async for` and `async with`."""

    def __init__(
        self,
        response: Response[Any],
        reply: AsyncReply,
        operation: Operation[Any],
        retries: RetryPolicy,
        reopen: Callable[[str, float], Awaitable[tuple[Response[Any], AsyncReply]]],
    ) -> None:
        self.response = response
        self._reply = reply
        self._progress = _Progress(operation.events or Events({}), retries)
        self._reopen = reopen
        self._iterator = self._read()

    def __aiter__(self) -> AsyncIterator[E]:
        return self._iterator

    async def __anext__(self) -> E:
        return await anext(self._iterator)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up; the server may stop working."""
        await self._reply.close()

    async def _read(self) -> AsyncIterator[E]:
        progress = self._progress
        try:
            while True:
                failure: APIConnectionError | None = None
                try:
                    async for chunk in self._reply.chunks():
                        for event in progress.take(chunk, self.response):
                            yield cast(E, event)
                            if progress.ended:
                                return
                except APIConnectionError as error:
                    failure = error
                wait = progress.broken_off(self.response, failure)
                if wait is None:
                    return
                await self._reply.close()
                self.response, self._reply = await self._reopen(progress.last_event_id, wait)
        finally:
            await self.close()


class _Progress:
    """How far a stream came, and so what follows when it breaks off."""

    def __init__(self, events: Events, retries: RetryPolicy) -> None:
        self.ended = False
        self._events = events
        self._retries = retries
        self._parser = EventParser()
        self._started = False
        self._failures = 0

    @property
    def last_event_id(self) -> str:
        """The `id` of the last event, which says where to go on."""
        return self._parser.last_event_id

    def take(self, chunk: bytes, response: Response[Any]) -> Iterator[Any]:
        """The events that the chunk completes, with their types."""
        for raw in self._parser.feed(chunk):
            self._started, self._failures = True, 0
            self.ended = raw.event in self._events.final
            yield typed_event(raw, self._events, response)

    def broken_off(
        self, response: Response[Any], failure: APIConnectionError | None
    ) -> float | None:
        """Seconds to wait before the stream is taken up again, or None where it was over.

        Raises `APIConnectionError` where it cannot be taken up again.
        """
        if failure is None and not self._events.final:
            return None
        request = response.request
        message = f"{request.method} {request.path} broke off before its final event"
        can_resume = self._events.resume and (self.last_event_id or not self._started)
        if not can_resume or self._failures >= self._retries.max_retries:
            raise failure or APIConnectionError(message, request)
        asked = self._parser.reconnection_time
        self._parser = EventParser(self.last_event_id, asked)
        self._failures += 1
        return self._retries.backoff(self._failures - 1) if asked is None else asked
