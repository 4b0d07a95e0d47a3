"""What every asynchronous client does besides its resources: raw requests, options, closing."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx2

from .async_caller import AsyncCaller
from .clock import Clock, SystemClock
from .configuration import Configuration, reconfigured
from .errors import ArgumentError
from .hooks import Hooks
from .httpx2_transport import AsyncHttpx2Transport
from .observation import Observation
from .operation import Operation
from .options import Timeout
from .pace import Pace
from .rate_limit import RateLimit
from .raw import raw_operation, raw_options
from .response import Response
from .retries import RetryPolicy
from .transport import AsyncTransport
from .values import UNSET, Unset


class AsyncClient:
    """Owns the connections, unless it was given an `http_client` or a `transport`."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        http_client: httpx2.AsyncClient | None = None,
        transport: AsyncTransport | None = None,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        if http_client is not None and transport is not None:
            raise ArgumentError("a client takes an http_client or a transport, not both")
        used = transport or AsyncHttpx2Transport(http_client)
        self._owned = used if http_client is None and transport is None else None
        self._caller = AsyncCaller(configuration, used, clock or SystemClock(), Observation(pace))

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limit as the last answer told it; None where none has."""
        return self._caller.observation.rate_limit

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = UNSET,
        timeout: Timeout | Unset = UNSET,
    ) -> Response[Any]:
        """Send any request: `path` is added to the base URL, `body` is JSON, or bytes as they are.

        Authenticated, retried and checked as every other call. Raises `APIError`.
        """
        operation: Operation[Any] = raw_operation(method, path, body)
        options = raw_options(query, headers, timeout)
        return await self._caller.respond(operation, {"body": body}, options)

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | None = None,
        retries: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        base_url: str | None = None,
        hooks: Hooks | None = None,
        max_response_bytes: int | None = None,
    ) -> Self:
        """A client with other settings that shares this one's connections.

        Closing it closes nothing: that is left to the client it came from.
        """
        changed = reconfigured(
            self._caller.configuration,
            timeout=timeout,
            max_retries=max_retries,
            retries=retries,
            headers=headers or {},
            base_url=base_url,
            hooks=hooks,
            max_response_bytes=max_response_bytes,
        )
        client = object.__new__(type(self))
        client._owned = None
        client._caller = self._caller.with_configuration(changed)
        return client

    async def close(self) -> None:
        """Close the connections. An `http_client` or `transport` of one's own is left open."""
        if self._owned is not None:
            await self._owned.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._caller.configuration.base_url!r})"
