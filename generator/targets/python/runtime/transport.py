"""What sends requests: the little that a client needs of an HTTP library, so that any will do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from .headers import Headers
from .request import Request


class Reply(Protocol):
    """An answer whose body is still to be read."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The body, decompressed, as it comes. Raises `APIConnectionError` where it breaks off."""
        ...

    def close(self) -> None:
        """Hang up, or give the connection back where all was read. May be called again."""


class Transport(Protocol):
    """Sends requests: as they are, once, following no redirect and keeping no cookie."""

    def send(self, request: Request) -> Reply:
        """The answer. Raises `APIConnectionError` where there is none."""
        ...

    def close(self) -> None:
        """Close all connections."""


class AsyncReply(Protocol):
    """The same, awaited."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, decompressed, as it comes. Raises `APIConnectionError` where it breaks off."""
        ...

    async def close(self) -> None:
        """Hang up, or give the connection back where all was read. May be called again."""


class AsyncTransport(Protocol):
    """The same, awaited."""

    async def send(self, request: Request) -> AsyncReply:
        """The answer. Raises `APIConnectionError` where there is none."""
        ...

    async def close(self) -> None:
        """Close all connections."""
