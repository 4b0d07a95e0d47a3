"""Streams of events, open: iterate over one, and close it, best by `with`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

import httpx2

from .errors import APIConnectionError
from .events import EventParser, typed_event
from .operation import Events, Operation
from .request import Request
from .response import Response
from .transport import connection_error

E = TypeVar("E")


class EventStream(Generic[E]):
    """Events as they come; closed after the final one, on an error, and when it is left."""

    def __init__(
        self,
        reply: httpx2.Response,
        request: Request,
        response: Response[Any],
        operation: Operation[Any],
    ) -> None:
        self.response = response
        self._reply = reply
        self._request = request
        self._events = operation.events or Events({})
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
        parser = EventParser()
        try:
            for chunk in self._reply.iter_bytes():
                for raw in parser.feed(chunk):
                    yield cast(E, typed_event(raw, self._events, self.response))
                    if raw.event in self._events.final:
                        return
            if self._events.final:
                raise cut_off(self._request)
        except httpx2.TransportError as error:
            raise connection_error(error, self._request) from error
        finally:
            self.close()


class AsyncEventStream(Generic[E]):
    """The same for `async for` and `async with`."""

    def __init__(
        self,
        reply: httpx2.Response,
        request: Request,
        response: Response[Any],
        operation: Operation[Any],
    ) -> None:
        self.response = response
        self._reply = reply
        self._request = request
        self._events = operation.events or Events({})
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
        await self._reply.aclose()

    async def _read(self) -> AsyncIterator[E]:
        parser = EventParser()
        try:
            async for chunk in self._reply.aiter_bytes():
                for raw in parser.feed(chunk):
                    yield cast(E, typed_event(raw, self._events, self.response))
                    if raw.event in self._events.final:
                        return
            if self._events.final:
                raise cut_off(self._request)
        except httpx2.TransportError as error:
            raise connection_error(error, self._request) from error
        finally:
            await self.close()


def cut_off(request: Request) -> APIConnectionError:
    """The error of a stream that ended before its final event."""
    info = request.info
    return APIConnectionError(f"{info.method} {info.path} broke off before its final event", info)
