"""Operations that have a server of their own, and the callers that send them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from .async_caller import AsyncCaller
from .configuration import Configuration
from .operation import Operation
from .options import RequestOptions
from .response import Response
from .sync_caller import SyncCaller
from .transport import AsyncReply, Reply

T = TypeVar("T")


class OperationAt(Operation[T], Generic[T], frozen=True, kw_only=True):
    """An operation with a server of its own, as a base URL."""

    server: str


class SyncServersCaller(SyncCaller, frozen=True):
    """Sends operations to their own servers; one that is given another base URL does not."""

    def respond(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Response[T]:
        """The whole answer to the operation. Raises `APIError`."""
        return self._at(operation).respond(operation, arguments, options)

    def open(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> tuple[Response[T], Reply]:
        """A success whose body is still to be read, from the reply. Raises `APIError`."""
        return self._at(operation).open(operation, arguments, options)

    def with_configuration(self, configuration: Configuration) -> SyncCaller:
        """The same connections, used otherwise."""
        if configuration.base_url == self.configuration.base_url:
            return msgspec.structs.replace(self, configuration=configuration)
        return SyncCaller(configuration, self.transport, self.clock, self.observation)

    def _at(self, operation: Operation[Any]) -> SyncCaller:
        there = _there(operation, self.configuration)
        return SyncCaller(there, self.transport, self.clock, self.observation)


class AsyncServersCaller(AsyncCaller, frozen=True):
    """The same, awaited."""

    async def respond(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Response[T]:
        """The whole answer to the operation. Raises `APIError`."""
        return await self._at(operation).respond(operation, arguments, options)

    async def open(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> tuple[Response[T], AsyncReply]:
        """A success whose body is still to be read, from the reply. Raises `APIError`."""
        return await self._at(operation).open(operation, arguments, options)

    def with_configuration(self, configuration: Configuration) -> AsyncCaller:
        """The same connections, used otherwise."""
        if configuration.base_url == self.configuration.base_url:
            return msgspec.structs.replace(self, configuration=configuration)
        return AsyncCaller(configuration, self.transport, self.clock, self.observation)

    def _at(self, operation: Operation[Any]) -> AsyncCaller:
        there = _there(operation, self.configuration)
        return AsyncCaller(there, self.transport, self.clock, self.observation)


def _there(operation: Operation[Any], configuration: Configuration) -> Configuration:
    if not isinstance(operation, OperationAt):
        return configuration
    return msgspec.structs.replace(configuration, base_url=operation.server)
