"""What a widget needs to know before it starts."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Query
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.config import Config

_GET = Operation[Config](
    "GET", "/config", parameters=(Query("org_id"),), returns=Config, security=()
)


class ConfigResource:
    """What a widget needs to know before it starts."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> ConfigResourceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return ConfigResourceWithRawResponse(self)

    def get(self, *, org_id: str, **options: Unpack[RequestOptions]) -> Config:
        """Get the configuration of the active agent.

        Returns the configuration of an organization's active agent. A widget calls this first,
        so it takes the organization's id instead of a key.

        Args:
            org_id: The organization's id.

        Returns:
            The configuration of the active agent.

        Raises:
            BadRequestError: The request is not as documented.
            NotFoundError: There is no such organization, or it has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            config = client.config.get(org_id="org_acme")
        """
        return self._caller.execute(_GET, {"org_id": org_id}, options)


class ConfigResourceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: ConfigResource) -> None:
        self.get = raw(resource.get, _GET)


class AsyncConfigResource:
    """What a widget needs to know before it starts."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncConfigResourceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncConfigResourceWithRawResponse(self)

    async def get(self, *, org_id: str, **options: Unpack[RequestOptions]) -> Config:
        """Get the configuration of the active agent.

        Returns the configuration of an organization's active agent. A widget calls this first,
        so it takes the organization's id instead of a key.

        Args:
            org_id: The organization's id.

        Returns:
            The configuration of the active agent.

        Raises:
            BadRequestError: The request is not as documented.
            NotFoundError: There is no such organization, or it has no active agent.
            InternalServerError: The request was fine, and the server failed.

        Example:
            config = await client.config.get(org_id="org_acme")
        """
        return await self._caller.execute(_GET, {"org_id": org_id}, options)


class AsyncConfigResourceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncConfigResource) -> None:
        self.get = raw_async(resource.get, _GET)
