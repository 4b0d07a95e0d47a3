"""Responses whose body is read as it comes, for answers that should not be in memory at once."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec

from .reading import too_large
from .response import Response
from .transport import AsyncReply, Reply

T = TypeVar("T")


class StreamedResponse(Generic[T]):
    """A response for a `with` block. `response` has its status and headers, and no body yet."""

    response: Response[T]

    def __init__(
        self, opening: Callable[[], tuple[Response[T], Reply]], max_response_bytes: int
    ) -> None:
        self._opening = opening
        self._limit = max_response_bytes

    def __enter__(self) -> Self:
        self.response, self._reply = self._opening()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._reply.close()

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces, of any size. Raises `APIConnectionError` where it breaks off."""
        return self._reply.chunks()

    def iter_lines(self) -> Iterator[str]:
        """The body line by line, without their ends."""
        lines = _Lines()
        for chunk in self._reply.chunks():
            yield from lines.feed(chunk)
        yield from lines.rest()

    def read(self) -> bytes:
        """All of the body. Raises `ResponseTooLargeError`."""
        if not self.response.content:
            parts: list[bytes] = []
            size = 0
            for chunk in self._reply.chunks():
                parts.append(chunk)
                size += len(chunk)
                if size > self._limit:
                    break
            self.response = _filled(self.response, b"".join(parts), self._limit)
        return self.response.content

    def parse(self) -> T:
        """The value. Raises `APIResponseValidationError` and `ResponseTooLargeError`."""
        self.read()
        return self.response.parse()


class AsyncStreamedResponse(Generic[T]):
    """The same for an `async with` block."""

    response: Response[T]

    def __init__(
        self,
        opening: Callable[[], Awaitable[tuple[Response[T], AsyncReply]]],
        max_response_bytes: int,
    ) -> None:
        self._opening = opening
        self._limit = max_response_bytes

    async def __aenter__(self) -> Self:
        self.response, self._reply = await self._opening()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._reply.close()

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces, of any size. Raises `APIConnectionError` where it breaks off."""
        return self._reply.chunks()

    async def iter_lines(self) -> AsyncIterator[str]:
        """The body line by line, without their ends."""
        lines = _Lines()
        async for chunk in self._reply.chunks():
            for line in lines.feed(chunk):
                yield line
        for line in lines.rest():
            yield line

    async def read(self) -> bytes:
        """All of the body. Raises `ResponseTooLargeError`."""
        if not self.response.content:
            parts: list[bytes] = []
            size = 0
            async for chunk in self._reply.chunks():
                parts.append(chunk)
                size += len(chunk)
                if size > self._limit:
                    break
            self.response = _filled(self.response, b"".join(parts), self._limit)
        return self.response.content

    async def parse(self) -> T:
        """The value. Raises `APIResponseValidationError` and `ResponseTooLargeError`."""
        await self.read()
        return self.response.parse()


def _filled(response: Response[Any], content: bytes, limit: int) -> Response[Any]:
    whole = msgspec.structs.replace(response, content=content)
    if len(content) > limit:
        raise too_large(whole, limit)
    return whole


class _Lines:
    """Puts lines together from pieces; what is not UTF-8 is replaced."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The lines that the chunk completes."""
        *lines, self._rest = (self._rest + self._decoder.decode(chunk)).split("\n")
        for line in lines:
            yield line.removesuffix("\r")

    def rest(self) -> Iterator[str]:
        """What follows the last end of a line, if anything."""
        last = self._rest + self._decoder.decode(b"", final=True)
        if last:
            yield last
