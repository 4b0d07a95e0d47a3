"""The resource billing subscription."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.billing import Subscription

_GET = Operation[Subscription]("GET", "/billing/subscription", returns=Subscription)


class BillingSubscription:
    """The resource billing subscription."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> BillingSubscriptionWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return BillingSubscriptionWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> Subscription:
        """Get the subscription.

        Returns your workspace's plan, its billing cycle, and the AI tokens used in it.

        Returns:
            The subscription.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            subscription = client.billing.subscription.get()
        """
        return self._caller.execute(_GET, {}, options)


class BillingSubscriptionWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: BillingSubscription) -> None:
        self.get = raw(resource.get, _GET)


class AsyncBillingSubscription:
    """The resource billing subscription."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncBillingSubscriptionWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncBillingSubscriptionWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> Subscription:
        """Get the subscription.

        Returns your workspace's plan, its billing cycle, and the AI tokens used in it.

        Returns:
            The subscription.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            subscription = await client.billing.subscription.get()
        """
        return await self._caller.execute(_GET, {}, options)


class AsyncBillingSubscriptionWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncBillingSubscription) -> None:
        self.get = raw_async(resource.get, _GET)
