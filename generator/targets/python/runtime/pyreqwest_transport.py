"""A transport by pyreqwest, at a fraction of httpx2's processor time (extra `pyreqwest`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from .errors import APIConnectionError, APITimeoutError
from .headers import Headers
from .narrowing import is_object
from .request import Request

if TYPE_CHECKING:
    from pyreqwest.client import Client, SyncClient
    from pyreqwest.request import BaseRequestBuilder, StreamRequest, SyncStreamRequest
    from pyreqwest.response import BaseResponse, Response, SyncResponse

_Builder = TypeVar("_Builder", bound="BaseRequestBuilder")


class PyreqwestTransport:
    """Sends by a client of pyreqwest: one of its own, or yours, which should follow no redirects.

    A number of seconds as `timeout` is that of the whole exchange, but for streams of events.
    """

    def __init__(self, client: SyncClient | None = None) -> None:
        from pyreqwest.client import SyncClientBuilder  # noqa: PLC0415  an extra

        self._client = client or SyncClientBuilder().follow_redirects(False).referer(False).build()

    def send(self, request: Request) -> PyreqwestReply:
        """The answer. Raises `APIConnectionError`."""
        try:
            builder = self._client.request(request.method, request.url)
            message = _prepared(builder, request).build_streamed()
            return PyreqwestReply(message, message.__enter__(), request)
        except _failures() as error:
            raise _connection_error(error, request) from None

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


class PyreqwestReply:
    """An answer of `pyreqwest.client.SyncClient`."""

    def __init__(
        self, message: SyncStreamRequest, response: SyncResponse, request: Request
    ) -> None:
        self._message = message
        self._response = response
        self._request = request
        self.status_code = response.status
        self.headers = _headers(response)

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        reader = self._response.body_reader
        try:
            while (chunk := reader.read_chunk()) is not None:
                yield bytes(chunk)
        except _failures() as error:
            raise _connection_error(error, self._request) from None

    def close(self) -> None:
        """Give the connection back."""
        self._message.__exit__(None, None, None)


class AsyncPyreqwestTransport:
    """The same, awaited."""

    def __init__(self, client: Client | None = None) -> None:
        from pyreqwest.client import ClientBuilder  # noqa: PLC0415  an extra

        self._client = client or ClientBuilder().follow_redirects(False).referer(False).build()

    async def send(self, request: Request) -> AsyncPyreqwestReply:
        """The answer. Raises `APIConnectionError`."""
        try:
            builder = self._client.request(request.method, request.url)
            message = _prepared(builder, request).build_streamed()
            return AsyncPyreqwestReply(message, await message.__aenter__(), request)
        except _failures() as error:
            raise _connection_error(error, request) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


class AsyncPyreqwestReply:
    """An answer of `pyreqwest.client.Client`."""

    def __init__(self, message: StreamRequest, response: Response, request: Request) -> None:
        self._message = message
        self._response = response
        self._request = request
        self.status_code = response.status
        self.headers = _headers(response)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        reader = self._response.body_reader
        try:
            while (chunk := await reader.read_chunk()) is not None:
                yield bytes(chunk)
        except _failures() as error:
            raise _connection_error(error, self._request) from None

    async def close(self) -> None:
        """Give the connection back."""
        await self._message.__aexit__(None, None, None)


def _prepared(builder: _Builder, request: Request) -> _Builder:
    builder = builder.headers(dict(request.headers))
    if request.content is not None:
        builder = builder.body_bytes(request.content)
    timeout = (
        request.timeout.read if isinstance(request.timeout, httpx2.Timeout) else request.timeout
    )
    if timeout is None or request.headers.get("accept") == "text/event-stream":
        return builder
    return builder.timeout(timedelta(seconds=timeout))


def _headers(response: BaseResponse) -> Headers:
    return Headers(response.headers.items())


def _failures() -> tuple[type[Exception], ...]:
    from pyreqwest.exceptions import PyreqwestError  # noqa: PLC0415  an extra

    return PyreqwestError, ValueError


def _connection_error(error: Exception, request: Request) -> APIConnectionError:
    """What kept the answer away. Of pyreqwest's words the innermost: the others quote the URL.

    Its `ConnectTimeoutError` is also that of an answer which did not come, so it tells nothing.
    """
    from pyreqwest.exceptions import (  # noqa: PLC0415  an extra
        BuilderError,
        ConnectError,
        PoolTimeoutError,
        RequestTimeoutError,
    )

    info = request.info
    where = f"{info.method} {info.path}"
    details: Any = error.args[1] if len(error.args) > 1 else {}
    causes: list[Any] = details.get("causes") or [] if is_object(details) else []
    reason = causes[-1]["message"] if len(causes) > 1 else type(error).__name__
    unsent = (BuilderError, ConnectError, PoolTimeoutError, ValueError)
    sent = not isinstance(error, unsent)
    if isinstance(error, RequestTimeoutError):
        return APITimeoutError(f"{where} took too long: {reason}", info, sent)
    return APIConnectionError(f"{where} was not answered: {reason}", info, sent)
