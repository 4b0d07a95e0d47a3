"""Methods of resources, made to give the whole response: status, headers, body as it came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from .async_caller import AsyncCaller
from .operation import Operation
from .options import RequestOptions
from .response import Response
from .streamed_response import AsyncStreamedResponse, StreamedResponse
from .sync_caller import SyncCaller
from .transport import AsyncReply

P = ParamSpec("P")
T = TypeVar("T")

_Call: TypeAlias = tuple[Mapping[str, Any], RequestOptions]
"""The arguments and options that a method would have its caller send."""


class RawMethod(Generic[P, T]):
    """A method that gives the whole response; `stream` gives it while its body still comes."""

    def __init__(
        self, method: Callable[P, Any], operation: Operation[T], caller: SyncCaller
    ) -> None:
        self._method = method
        self._operation = operation
        self._caller = caller

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """The response, whose `parse()` gives the value. Raises `APIError`."""
        call: _Call = self._method(*arguments, **named)
        return self._caller.respond(self._operation, *call)

    def stream(self, *arguments: P.args, **named: P.kwargs) -> StreamedResponse[T]:
        """The response for a `with` block, which sends the request and closes the response."""
        call: _Call = self._method(*arguments, **named)
        return StreamedResponse(
            lambda: self._caller.open(self._operation, *call),
            self._caller.configuration.max_response_bytes,
        )


class AsyncRawMethod(Generic[P, T]):
    """The same for methods that are awaited, and lists that are walked with `async for`."""

    def __init__(
        self, method: Callable[P, Any], operation: Operation[T], caller: AsyncCaller
    ) -> None:
        self._method = method
        self._operation = operation
        self._caller = caller

    async def __call__(self, *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """The response, whose `parse()` gives the value. Raises `APIError`."""
        call = await self._call(*arguments, **named)
        return await self._caller.respond(self._operation, *call)

    def stream(self, *arguments: P.args, **named: P.kwargs) -> AsyncStreamedResponse[T]:
        """The response for an `async with` block, which sends the request and closes."""

        async def opened() -> tuple[Response[T], AsyncReply]:
            call = await self._call(*arguments, **named)
            return await self._caller.open(self._operation, *call)

        return AsyncStreamedResponse(opened, self._caller.configuration.max_response_bytes)

    async def _call(self, *arguments: P.args, **named: P.kwargs) -> _Call:
        call: _Call | Awaitable[_Call] = self._method(*arguments, **named)
        return call if isinstance(call, tuple) else await call


def raw(method: Callable[P, Any], operation: Operation[T]) -> RawMethod[P, T]:
    """A method of a resource that gives the response to `operation`, which it calls."""
    resource: Any = getattr(method, "__self__", None)
    return RawMethod(_noted(method, _Noting()), operation, resource._caller)


def raw_async(method: Callable[P, Any], operation: Operation[T]) -> AsyncRawMethod[P, T]:
    """The same for a method of an asynchronous resource."""
    resource: Any = getattr(method, "__self__", None)
    return AsyncRawMethod(_noted(method, _AsyncNoting()), operation, resource._caller)


class _Noting:
    """Stands in for a caller, and calls nothing."""

    def execute(
        self, _: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> _Call:
        return arguments, options

    paginate = stream = execute


class _AsyncNoting:
    """The same, awaited where a caller is."""

    async def execute(
        self, _: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> _Call:
        return arguments, options

    stream = execute
    paginate = _Noting.execute


def _noted(method: Callable[P, Any], caller: object) -> Callable[P, Any]:
    resource: Any = getattr(method, "__self__", None)
    noted: Callable[P, Any] = getattr(type(resource)(caller), method.__name__)
    return noted
