"""The resource rows."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.rows import Row, RowPage

_LIST = Operation[RowPage](
    "GET",
    "/rows",
    parameters=(Query("cursor"), Query("limit")),
    returns=RowPage,
    pages=Pages(results=("data",), argument="cursor", next=("next",)),
)


class Rows:
    """The resource rows."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> RowsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return RowsWithRawResponse(self)

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Row]:
        """listRows.

        Args:
            cursor: As the API documents it.
            limit: As the API documents it.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Example:
            for row in client.rows.list():
                print(row)
        """
        return self._caller.paginate(_LIST, {"cursor": cursor, "limit": limit}, options)


class RowsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Rows) -> None:
        self.list = raw(resource.list, _LIST)


class AsyncRows:
    """The resource rows."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncRowsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncRowsWithRawResponse(self)

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Row]:
        """listRows.

        Args:
            cursor: As the API documents it.
            limit: As the API documents it.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Example:
            async for row in client.rows.list():
                print(row)
        """
        return self._caller.paginate(_LIST, {"cursor": cursor, "limit": limit}, options)


class AsyncRowsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncRows) -> None:
        self.list = raw_async(resource.list, _LIST)
