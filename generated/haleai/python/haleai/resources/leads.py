"""Prospects, by stage, on their way to a deal."""

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
from ..types.leads import Lead, LeadDetail, LeadPage, LeadStage

_LIST = Operation[LeadPage](
    "GET",
    "/leads",
    parameters=(
        Query("limit"),
        Query("cursor"),
        Query("stage"),
        Query("source"),
        Query("updated_since", "updatedSince"),
    ),
    returns=LeadPage,
    pages=Pages(results=("data",), argument="cursor", next=("pagination", "next_cursor")),
)
_GET = Operation[LeadDetail](
    "GET", "/leads/{leadId}", parameters=(Path("lead_id", "leadId"),), returns=LeadDetail
)


class Leads:
    """Prospects, by stage, on their way to a deal."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> LeadsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return LeadsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: LeadStage | None = None,
        source: str | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Lead]:
        """List leads.

        Returns one page of your team's leads. Combine `stage`, `source` and `updated_since` to
        narrow the list; a lead is on it only if it matches all of them.

        Walking all pages gives every matching lead exactly once, also while leads are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            stage: Only leads that are in this stage.
            source: Only rows whose `source` is exactly this.
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
            for lead in client.leads.list(stage="working", source="zillow"):
                print(lead)
        """
        return self._caller.paginate(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "stage": stage,
                "source": source,
                "updated_since": updated_since,
            },
            options,
        )

    def get(self, lead_id: str, **options: Unpack[RequestOptions]) -> LeadDetail:
        """Get a lead.

        Returns the lead with this id. The id of another team's lead is answered exactly like one
        that does not exist: with 404.

        Args:
            lead_id: The lead's `id`, as the list gives it.

        Returns:
            The lead.

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
            lead = client.leads.get("ld_AbCd")
        """
        return self._caller.execute(_GET, {"lead_id": lead_id}, options)


class LeadsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Leads) -> None:
        self.list = raw(resource.list, _LIST)
        self.get = raw(resource.get, _GET)


class AsyncLeads:
    """Prospects, by stage, on their way to a deal."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncLeadsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncLeadsWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: LeadStage | None = None,
        source: str | None = None,
        updated_since: dt.datetime | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Lead]:
        """List leads.

        Returns one page of your team's leads. Combine `stage`, `source` and `updated_since` to
        narrow the list; a lead is on it only if it matches all of them.

        Walking all pages gives every matching lead exactly once, also while leads are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            stage: Only leads that are in this stage.
            source: Only rows whose `source` is exactly this.
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
            async for lead in client.leads.list(stage="working", source="zillow"):
                print(lead)
        """
        return self._caller.paginate(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "stage": stage,
                "source": source,
                "updated_since": updated_since,
            },
            options,
        )

    async def get(self, lead_id: str, **options: Unpack[RequestOptions]) -> LeadDetail:
        """Get a lead.

        Returns the lead with this id. The id of another team's lead is answered exactly like one
        that does not exist: with 404.

        Args:
            lead_id: The lead's `id`, as the list gives it.

        Returns:
            The lead.

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
            lead = await client.leads.get("ld_AbCd")
        """
        return await self._caller.execute(_GET, {"lead_id": lead_id}, options)


class AsyncLeadsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncLeads) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.get = raw_async(resource.get, _GET)
