"""The resource foo bars."""

from __future__ import annotations

import builtins as _builtins
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Header, Operation, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.foo_bars import Any_, FooBar

_LIST = Operation[list[FooBar]](
    "GET",
    "/foo-bars",
    parameters=(
        Query("class_", "class"),
        Header("x_page", "X-Page"),
        Query("query_x_page", "X_Page"),
    ),
    returns=list[FooBar],
)
_LIST_FOO_BARS = Operation[None](
    "POST",
    "/foo-bars",
    body=Body(members={"class_": "class", "field_1_st": "1st", "plus_1": "+1"}, required=False),
)
_GET = Operation[Any_](
    "GET",
    "/foo-bars/{class}",
    parameters=(Path("class_", "class"), Query("query_class_", "class")),
    returns=Any_,
)


class FooBars:
    """The resource foo bars."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> FooBarsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return FooBarsWithRawResponse(self)

    def list(
        self,
        *,
        class_: str | None = None,
        x_page: int | None = None,
        query_x_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> _builtins.list[FooBar]:
        """getFooBars.

        Args:
            class_: As the API documents it.
            x_page: As the API documents it.
            query_x_page: As the API documents it.

        Returns:
            All.

        Example:
            foo_bar = client.foo_bars.list()
        """
        return self._caller.execute(
            _LIST, {"class_": class_, "x_page": x_page, "query_x_page": query_x_page}, options
        )

    def list_foo_bars(
        self,
        *,
        class_: str | Unset = UNSET,
        field_1_st: str | Unset = UNSET,
        plus_1: int | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """listFooBars.

        Args:
            class_: As the API documents it.
            field_1_st: As the API documents it.
            plus_1: As the API documents it.

        Example:
            client.foo_bars.list_foo_bars()
        """
        return self._caller.execute(
            _LIST_FOO_BARS, {"class_": class_, "field_1_st": field_1_st, "plus_1": plus_1}, options
        )

    def get(
        self, class_: str, *, query_class_: str | None = None, **options: Unpack[RequestOptions]
    ) -> Any_:
        """getFooBarsClass.

        Args:
            class_: As the API documents it.
            query_class_: As the API documents it.

        Returns:
            One.

        Example:
            foo_bar = client.foo_bars.get("…")
        """
        return self._caller.execute(_GET, {"class_": class_, "query_class_": query_class_}, options)


class FooBarsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: FooBars) -> None:
        self.list = raw(resource.list, _LIST)
        self.list_foo_bars = raw(resource.list_foo_bars, _LIST_FOO_BARS)
        self.get = raw(resource.get, _GET)


class AsyncFooBars:
    """The resource foo bars."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncFooBarsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncFooBarsWithRawResponse(self)

    async def list(
        self,
        *,
        class_: str | None = None,
        x_page: int | None = None,
        query_x_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> _builtins.list[FooBar]:
        """getFooBars.

        Args:
            class_: As the API documents it.
            x_page: As the API documents it.
            query_x_page: As the API documents it.

        Returns:
            All.

        Example:
            foo_bar = await client.foo_bars.list()
        """
        return await self._caller.execute(
            _LIST, {"class_": class_, "x_page": x_page, "query_x_page": query_x_page}, options
        )

    async def list_foo_bars(
        self,
        *,
        class_: str | Unset = UNSET,
        field_1_st: str | Unset = UNSET,
        plus_1: int | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """listFooBars.

        Args:
            class_: As the API documents it.
            field_1_st: As the API documents it.
            plus_1: As the API documents it.

        Example:
            await client.foo_bars.list_foo_bars()
        """
        return await self._caller.execute(
            _LIST_FOO_BARS, {"class_": class_, "field_1_st": field_1_st, "plus_1": plus_1}, options
        )

    async def get(
        self, class_: str, *, query_class_: str | None = None, **options: Unpack[RequestOptions]
    ) -> Any_:
        """getFooBarsClass.

        Args:
            class_: As the API documents it.
            query_class_: As the API documents it.

        Returns:
            One.

        Example:
            foo_bar = await client.foo_bars.get("…")
        """
        return await self._caller.execute(
            _GET, {"class_": class_, "query_class_": query_class_}, options
        )


class AsyncFooBarsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncFooBars) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.list_foo_bars = raw_async(resource.list_foo_bars, _LIST_FOO_BARS)
        self.get = raw_async(resource.get, _GET)
