"""This description of the API."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.openapi import OpenapiDocument

_GET = Operation[OpenapiDocument]("GET", "/openapi.json", returns=OpenapiDocument, security=())


class Openapi:
    """This description of the API."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> OpenapiWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return OpenapiWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> OpenapiDocument:
        """Get this description of the API.

        Returns the OpenAPI document that you are reading. No token is needed.

        Returns:
            The OpenAPI document.

        Raises:
            BadRequestError: The request is not as documented.
            InternalServerError: The request was fine, and the server failed.

        Example:
            openapi = client.openapi.get()
        """
        return self._caller.execute(_GET, {}, options)


class OpenapiWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Openapi) -> None:
        self.get = raw(resource.get, _GET)


class AsyncOpenapi:
    """This description of the API."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncOpenapiWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncOpenapiWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> OpenapiDocument:
        """Get this description of the API.

        Returns the OpenAPI document that you are reading. No token is needed.

        Returns:
            The OpenAPI document.

        Raises:
            BadRequestError: The request is not as documented.
            InternalServerError: The request was fine, and the server failed.

        Example:
            openapi = await client.openapi.get()
        """
        return await self._caller.execute(_GET, {}, options)


class AsyncOpenapiWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncOpenapi) -> None:
        self.get = raw_async(resource.get, _GET)
