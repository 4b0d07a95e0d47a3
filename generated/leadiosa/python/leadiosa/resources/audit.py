"""Who changed what, and when."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.audit import AuditEntry, AuditEntryPage

_LIST = Operation[AuditEntryPage](
    "GET",
    "/audit",
    parameters=(Query("limit"), Query("after")),
    returns=AuditEntryPage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)


class Audit:
    """Who changed what, and when."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AuditWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AuditWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AuditEntry]:
        """List audit entries.

        Returns one page of your workspace's audit log, the newest entry first. Every write of
        this API leaves one entry; nobody can change or remove it.

        Args:
            limit: How many rows a page holds at most.
            after: Where the page starts: the `next_cursor` of the page before it, unchanged.
                Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API for this list.
            CursorExpiredError: The data of the list has changed since the cursor was given.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for audit in client.audit.list():
                print(audit)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)


class AuditWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Audit) -> None:
        self.list = raw(resource.list, _LIST)


class AsyncAudit:
    """Who changed what, and when."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncAuditWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncAuditWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[AuditEntry]:
        """List audit entries.

        Returns one page of your workspace's audit log, the newest entry first. Every write of
        this API leaves one entry; nobody can change or remove it.

        Args:
            limit: How many rows a page holds at most.
            after: Where the page starts: the `next_cursor` of the page before it, unchanged.
                Leave it out to get the first page.

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API for this list.
            CursorExpiredError: The data of the list has changed since the cursor was given.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for audit in client.audit.list():
                print(audit)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)


class AsyncAuditWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncAudit) -> None:
        self.list = raw_async(resource.list, _LIST)
