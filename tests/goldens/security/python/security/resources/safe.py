"""The resource safe."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller

_GET = Operation[None]("GET", "/safe")
_FILL = Operation[None]("PUT", "/safe", security=(("oauth",),))


class Safe:
    """The resource safe."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> SafeWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return SafeWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> None:
        """getSafe.

        Example:
            client.safe.get()
        """
        return self._caller.execute(_GET, {}, options)

    def fill(self, **options: Unpack[RequestOptions]) -> None:
        """fillSafe.

        Example:
            client.safe.fill()
        """
        return self._caller.execute(_FILL, {}, options)


class SafeWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Safe) -> None:
        self.get = raw(resource.get, _GET)
        self.fill = raw(resource.fill, _FILL)


class AsyncSafe:
    """The resource safe."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncSafeWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncSafeWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> None:
        """getSafe.

        Example:
            await client.safe.get()
        """
        return await self._caller.execute(_GET, {}, options)

    async def fill(self, **options: Unpack[RequestOptions]) -> None:
        """fillSafe.

        Example:
            await client.safe.fill()
        """
        return await self._caller.execute(_FILL, {}, options)


class AsyncSafeWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncSafe) -> None:
        self.get = raw_async(resource.get, _GET)
        self.fill = raw_async(resource.fill, _FILL)
