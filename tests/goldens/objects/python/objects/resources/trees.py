"""The resource trees."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.trees import Tree

_GET = Operation[Tree]("GET", "/trees", returns=Tree)


class Trees:
    """The resource trees."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> TreesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return TreesWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> Tree:
        """getTree.

        Returns:
            All of it.

        Example:
            tree = client.trees.get()
        """
        return self._caller.execute(_GET, {}, options)


class TreesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Trees) -> None:
        self.get = raw(resource.get, _GET)


class AsyncTrees:
    """The resource trees."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncTreesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncTreesWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> Tree:
        """getTree.

        Returns:
            All of it.

        Example:
            tree = await client.trees.get()
        """
        return await self._caller.execute(_GET, {}, options)


class AsyncTreesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncTrees) -> None:
        self.get = raw_async(resource.get, _GET)
