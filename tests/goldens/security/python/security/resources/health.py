"""The resource health."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller

_GET = Operation[None]("GET", "/health", security=())


class Health:
    """The resource health."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> HealthWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return HealthWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> None:
        """getHealth.

        Example:
            client.health.get()
        """
        return self._caller.execute(_GET, {}, options)


class HealthWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Health) -> None:
        self.get = raw(resource.get, _GET)


class AsyncHealth:
    """The resource health."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncHealthWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncHealthWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> None:
        """getHealth.

        Example:
            await client.health.get()
        """
        return await self._caller.execute(_GET, {}, options)


class AsyncHealthWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncHealth) -> None:
        self.get = raw_async(resource.get, _GET)
