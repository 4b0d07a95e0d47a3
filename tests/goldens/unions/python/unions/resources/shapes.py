"""The resource shapes."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.shapes import Shape

_GET = Operation[Shape]("GET", "/shapes", returns=Shape)


class Shapes:
    """The resource shapes."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ShapesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ShapesWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> Shape:
        """getShape.

        Returns:
            One.

        Example:
            shape = client.shapes.get()
        """
        return self._caller.execute(_GET, {}, options)


class ShapesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Shapes) -> None:
        self.get = raw(resource.get, _GET)


class AsyncShapes:
    """The resource shapes."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncShapesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncShapesWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> Shape:
        """getShape.

        Returns:
            One.

        Example:
            shape = await client.shapes.get()
        """
        return await self._caller.execute(_GET, {}, options)


class AsyncShapesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncShapes) -> None:
        self.get = raw_async(resource.get, _GET)
