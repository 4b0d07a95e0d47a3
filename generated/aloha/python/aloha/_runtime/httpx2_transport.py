"""The transport that every client has unless it is given another: httpx2."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2

from .errors import APIConnectionError, APITimeoutError
from .headers import Headers
from .options import Timeout
from .request import Request

_UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
    httpx2.InvalidURL,
    UnicodeError,
)
"""What goes wrong before anything is sent; hosts that are none are also a `UnicodeError`."""

_FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError)

_Build = Callable[..., httpx2.Request]


class Httpx2Transport:
    """Sends by an `httpx2.Client`: one of its own, or yours with all that it adds to a request."""

    def __init__(self, client: httpx2.Client | None = None) -> None:
        self._client = client or httpx2.Client()
        self._build: _Build = _building(client) if client else httpx2.Request

    def send(self, request: Request) -> Httpx2Reply:
        """The answer. Raises `APIConnectionError`."""
        try:
            message = _message(self._build, request)
            reply = self._client.send(message, stream=True, auth=None, follow_redirects=False)
        except _FAILURES as error:
            raise connection_error(error, request) from error
        return Httpx2Reply(reply, request)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


class Httpx2Reply:
    """An answer of `httpx2.Client`."""

    __slots__ = ("_reply", "_request", "headers", "status_code")

    def __init__(self, reply: httpx2.Response, request: Request) -> None:
        self._reply = reply
        self._request = request
        self.status_code = reply.status_code
        self.headers = _headers(reply)

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        try:
            yield from self._reply.iter_bytes()
        except httpx2.HTTPError as error:
            raise connection_error(error, self._request) from error

    def close(self) -> None:
        """Give the connection back."""
        self._reply.close()


class AsyncHttpx2Transport:
    """Sends by an `httpx2.AsyncClient`."""

    def __init__(self, client: httpx2.AsyncClient | None = None) -> None:
        self._client = client or httpx2.AsyncClient()
        self._build: _Build = _building(client) if client else httpx2.Request

    async def send(self, request: Request) -> AsyncHttpx2Reply:
        """The answer. Raises `APIConnectionError`."""
        try:
            message = _message(self._build, request)
            reply = await self._client.send(message, stream=True, auth=None, follow_redirects=False)
        except _FAILURES as error:
            raise connection_error(error, request) from error
        return AsyncHttpx2Reply(reply, request)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class AsyncHttpx2Reply:
    """An answer of `httpx2.AsyncClient`."""

    __slots__ = ("_reply", "_request", "headers", "status_code")

    def __init__(self, reply: httpx2.Response, request: Request) -> None:
        self._reply = reply
        self._request = request
        self.status_code = reply.status_code
        self.headers = _headers(reply)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        try:
            async for chunk in self._reply.aiter_bytes():
                yield chunk
        except httpx2.HTTPError as error:
            raise connection_error(error, self._request) from error

    async def close(self) -> None:
        """Give the connection back."""
        await self._reply.aclose()


def connection_error(error: Exception, request: Request) -> APIConnectionError:
    """What kept the answer away, in our words."""
    info = request.info
    where = f"{info.method} {info.path}"
    reason = str(error) or type(error).__name__
    sent = not isinstance(error, _UNSENT)
    if isinstance(error, httpx2.TimeoutException):
        return APITimeoutError(f"{where} took too long: {reason}", info, sent)
    return APIConnectionError(f"{where} was not answered: {reason}", info, sent)


def _building(client: httpx2.Client | httpx2.AsyncClient) -> _Build:
    """Makes requests with what `client` adds: its headers, its cookies, its query besides ours."""

    def build(method: str, url: str, **parts: Any) -> httpx2.Request:
        message = client.build_request(method, url, **parts)
        if client.params:
            message.url = httpx2.URL(f"{url}{'&' if '?' in url else '?'}{client.params}")
        return message

    return build


def _message(build: _Build, request: Request) -> httpx2.Request:
    return build(
        request.method,
        request.url,
        headers=request.headers,
        content=request.content,
        extensions={"timeout": _timeouts(request.timeout)},
    )


def _timeouts(timeout: Timeout) -> dict[str, Any]:
    if isinstance(timeout, httpx2.Timeout):
        return dict(timeout.as_dict())
    return {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}


def _headers(reply: httpx2.Response) -> Headers:
    return Headers([(k.decode("latin-1"), v.decode("latin-1")) for k, v in reply.headers.raw])
