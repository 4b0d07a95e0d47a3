"""Transactions, by stage, from opportunity to closing."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.deals import Deal, DealDetail, DealPage, DealStage

_LIST = Operation[DealPage](
    "GET",
    "/deals",
    parameters=(
        Query("limit"),
        Query("cursor"),
        Query("stage"),
        Query("updated_since", "updatedSince"),
    ),
    returns=DealPage,
    pages=Pages(results=("data",), argument="cursor", next=("pagination", "next_cursor")),
)
_GET = Operation[DealDetail](
    "GET", "/deals/{dealId}", parameters=(Path("deal_id", "dealId"),), returns=DealDetail
)


class Deals:
    """Transactions, by stage, from opportunity to closing."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> DealsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return DealsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: DealStage | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Deal]:
        """List deals.

        Returns one page of your team's deals. Combine `stage` and `updated_since` to narrow the
        list; a deal is on it only if it matches both. Deals have no source: asking for one with
        `source` is answered with 400.

        Walking all pages gives every matching deal exactly once, also while deals are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            stage: Only deals that are in this stage.
            updated_since: Only rows whose `updatedAt` is strictly later than this moment (ISO
                8601).

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for deal in client.deals.list(
                stage="closed",
                updated_since=datetime.fromisoformat("2026-05-01T00:00:00Z"),
            ):
                print(deal)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "stage": stage, "updated_since": updated_since},
            options,
        )

    def get(self, deal_id: str, **options: Unpack[RequestOptions]) -> DealDetail:
        """Get a deal.

        Returns the deal with this id. The id of another team's deal is answered exactly like one
        that does not exist: with 404.

        Args:
            deal_id: The deal's `id`, as the list gives it.

        Returns:
            The deal.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            NotFoundError: Your team has nothing with this id.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            deal = client.deals.get("dl_AbCd")
        """
        return self._caller.execute(_GET, {"deal_id": deal_id}, options)


class DealsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Deals) -> None:
        self.list = raw(resource.list, _LIST)
        self.get = raw(resource.get, _GET)


class AsyncDeals:
    """Transactions, by stage, from opportunity to closing."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncDealsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncDealsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: DealStage | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Deal]:
        """List deals.

        Returns one page of your team's deals. Combine `stage` and `updated_since` to narrow the
        list; a deal is on it only if it matches both. Deals have no source: asking for one with
        `source` is answered with 400.

        Walking all pages gives every matching deal exactly once, also while deals are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            stage: Only deals that are in this stage.
            updated_since: Only rows whose `updatedAt` is strictly later than this moment (ISO
                8601).

        Returns:
            The rows of all pages, each of which is fetched when it is reached.

        Raises:
            BadRequestError: The request is not as documented, or its cursor cannot be used.
            InvalidRequestError: A query parameter is unknown, repeated, or not as documented.
            InvalidCursorError: The cursor was not given by this API, or was given for other
                filters.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for deal in client.deals.list(
                stage="closed",
                updated_since=datetime.fromisoformat("2026-05-01T00:00:00Z"),
            ):
                print(deal)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "stage": stage, "updated_since": updated_since},
            options,
        )

    async def get(self, deal_id: str, **options: Unpack[RequestOptions]) -> DealDetail:
        """Get a deal.

        Returns the deal with this id. The id of another team's deal is answered exactly like one
        that does not exist: with 404.

        Args:
            deal_id: The deal's `id`, as the list gives it.

        Returns:
            The deal.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key is missing or malformed, unknown or revoked, or of
                too low a tier.
            UnauthorizedError: The API key is missing, malformed, unknown or revoked.
            PlanRequiredError: The API key is valid, but its team is below the Team Max tier.
            NotFoundError: Your team has nothing with this id.
            RateLimitError: The key is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            deal = await client.deals.get("dl_AbCd")
        """
        return await self._caller.execute(_GET, {"deal_id": deal_id}, options)


class AsyncDealsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncDeals) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.get = raw_async(resource.get, _GET)
