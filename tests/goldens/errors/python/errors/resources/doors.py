"""The resource doors."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Path
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller

_OPEN = Operation[None]("POST", "/doors/{id}", parameters=(Path("id"),))


class Doors:
    """The resource doors."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> DoorsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return DoorsWithRawResponse(self)

    def open(self, id: str, **options: Unpack[RequestOptions]) -> None:
        """openDoor.

        Args:
            id: As the API documents it.

        Raises:
            BadRequestError: Refused.
            PermissionDeniedError: Refused.
            LockedError: It is locked.
            NotFoundCodeError: Nobody may know.
            NotFoundError: Refused.
            RateLimitError: Refused.
            InternalServerError: Broken.

        Example:
            client.doors.open("…")
        """
        return self._caller.execute(_OPEN, {"id": id}, options)


class DoorsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Doors) -> None:
        self.open = raw(resource.open, _OPEN)


class AsyncDoors:
    """The resource doors."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncDoorsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncDoorsWithRawResponse(self)

    async def open(self, id: str, **options: Unpack[RequestOptions]) -> None:
        """openDoor.

        Args:
            id: As the API documents it.

        Raises:
            BadRequestError: Refused.
            PermissionDeniedError: Refused.
            LockedError: It is locked.
            NotFoundCodeError: Nobody may know.
            NotFoundError: Refused.
            RateLimitError: Refused.
            InternalServerError: Broken.

        Example:
            await client.doors.open("…")
        """
        return await self._caller.execute(_OPEN, {"id": id}, options)


class AsyncDoorsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncDoors) -> None:
        self.open = raw_async(resource.open, _OPEN)
