"""The resource inbox threads."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.inbox import InboxThread, InboxThreadPage

_LIST = Operation[InboxThreadPage](
    "GET",
    "/v1/inbox/threads",
    parameters=(Query("limit"), Query("cursor")),
    returns=InboxThreadPage,
    pages=Pages(results=("data",), argument="cursor", next=("pagination", "next_cursor")),
)


class InboxThreads:
    """The resource inbox threads."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> InboxThreadsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return InboxThreadsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[InboxThread]:
        """List inbox threads.

        Returns one page of your workspace's inbox: the threads of all channels in one list, the
        one that was written to last first.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for thread in client.inbox.threads.list():
                print(thread)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "cursor": cursor}, options)


class InboxThreadsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: InboxThreads) -> None:
        self.list = raw(resource.list, _LIST)


class AsyncInboxThreads:
    """The resource inbox threads."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncInboxThreadsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncInboxThreadsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[InboxThread]:
        """List inbox threads.

        Returns one page of your workspace's inbox: the threads of all channels in one list, the
        one that was written to last first.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for thread in client.inbox.threads.list():
                print(thread)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "cursor": cursor}, options)


class AsyncInboxThreadsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncInboxThreads) -> None:
        self.list = raw_async(resource.list, _LIST)
