"""Methods of resources, made to give the whole response: status, headers, body as it came."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ParamSpec, TypeVar, cast

from .async_caller import AsyncCaller
from .operation import Operation
from .options import RequestOptions
from .response import Response
from .sync_caller import SyncCaller

P = ParamSpec("P")
T = TypeVar("T")


class _RawSyncCaller(SyncCaller):
    """Gives the response where a value is asked for."""

    __slots__ = ()

    def execute(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> T:
        """The whole answer, which `raw` declares as such."""
        return cast(T, self.respond(operation, arguments, options))


class _RawAsyncCaller(AsyncCaller):
    """Gives the response where a value is asked for."""

    __slots__ = ()

    async def execute(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> T:
        """The whole answer, which `raw_async` declares as such."""
        return cast(T, await self.respond(operation, arguments, options))


def raw(method: Callable[P, T]) -> Callable[P, Response[T]]:
    """A method of a resource that gives the response; its `parse()` gives the value."""
    resource, name = _owner(method)
    caller: SyncCaller = resource._caller
    twin = _RawSyncCaller(caller.configuration, caller.http, caller.clock, caller.observation)
    return cast(Callable[P, Response[T]], getattr(type(resource)(twin), name))


def raw_async(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, Response[T]]]:
    """The same for a method that is awaited."""
    resource, name = _owner(method)
    caller: AsyncCaller = resource._caller
    twin = _RawAsyncCaller(caller.configuration, caller.http, caller.clock, caller.observation)
    found = getattr(type(resource)(twin), name)
    return cast(Callable[P, Coroutine[Any, Any, Response[T]]], found)


def _owner(method: Any) -> tuple[Any, str]:
    return method.__self__, method.__name__
