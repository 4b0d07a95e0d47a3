"""How your posts did, as a file."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.analytics import ExportFormat
from ..types.shared import Job

_EXPORT = Operation[Job](
    "POST", "/v1/analytics/export", body=Body(members={"format": "format"}), returns=Job
)


class Analytics:
    """How your posts did, as a file."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AnalyticsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AnalyticsWithRawResponse(self)

    def export(self, *, format: ExportFormat, **options: Unpack[RequestOptions]) -> Job:
        """Export analytics.

        Starts an export of your workspace's analytics, as CSV or JSON. The export runs in the
        background: the answer has the job's `id`.

        Args:
            format: As the API documents it.

        Returns:
            The export is accepted, and will run.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            analytic = client.analytics.export(format="csv")
        """
        return self._caller.execute(_EXPORT, {"format": format}, options)


class AnalyticsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Analytics) -> None:
        self.export = raw(resource.export, _EXPORT)


class AsyncAnalytics:
    """How your posts did, as a file."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncAnalyticsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncAnalyticsWithRawResponse(self)

    async def export(self, *, format: ExportFormat, **options: Unpack[RequestOptions]) -> Job:
        """Export analytics.

        Starts an export of your workspace's analytics, as CSV or JSON. The export runs in the
        background: the answer has the job's `id`.

        Args:
            format: As the API documents it.

        Returns:
            The export is accepted, and will run.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            analytic = await client.analytics.export(format="csv")
        """
        return await self._caller.execute(_EXPORT, {"format": format}, options)


class AsyncAnalyticsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncAnalytics) -> None:
        self.export = raw_async(resource.export, _EXPORT)
