"""The endpoints of yours that events are sent to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.webhooks import CreatedWebhook, EventType, Webhook, WebhookPage

_LIST = Operation[WebhookPage](
    "GET",
    "/webhooks",
    parameters=(Query("limit"), Query("after")),
    returns=WebhookPage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_CREATE = Operation[CreatedWebhook](
    "POST",
    "/webhooks",
    body=Body(members={"url": "url", "events": "events"}),
    returns=CreatedWebhook,
)
_DELETE = Operation[None]("DELETE", "/webhooks/{webhook_id}", parameters=(Path("webhook_id"),))


class Webhooks:
    """The endpoints of yours that events are sent to."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> WebhooksWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return WebhooksWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Webhook]:
        """List webhook endpoints.

        Returns one page of your workspace's webhook endpoints, the newest first, without their
        secrets.

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
            for webhook in client.webhooks.list():
                print(webhook)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    def create(
        self, *, url: str, events: Sequence[EventType], **options: Unpack[RequestOptions]
    ) -> CreatedWebhook:
        """Register a webhook endpoint.

        Registers an endpoint of yours for the events you name. The answer has the secret that
        deliveries are signed with, this once: keep it. An endpoint in a private or loopback
        network is answered with 422.

        Args:
            url: Where events are sent to.
            events: Which events are sent there.

        Returns:
            The endpoint as registered, with its secret.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            UnprocessableEntityError: The body is as documented, and its URL cannot be sent to.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            webhook = client.webhooks.create(
                url="https://hooks.example.com/leadiosa",
                events=["conversation.created", "message.created"],
            )
        """
        return self._caller.execute(_CREATE, {"url": url, "events": events}, options)

    def delete(self, webhook_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a webhook endpoint.

        Removes an endpoint. Nothing is sent to it any more, retries included.

        Args:
            webhook_id: The endpoint's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no webhook endpoint with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            client.webhooks.delete("wh_d34a70")
        """
        return self._caller.execute(_DELETE, {"webhook_id": webhook_id}, options)


class WebhooksWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Webhooks) -> None:
        self.list = raw(resource.list, _LIST)
        self.create = raw(resource.create, _CREATE)
        self.delete = raw(resource.delete, _DELETE)


class AsyncWebhooks:
    """The endpoints of yours that events are sent to."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncWebhooksWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncWebhooksWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Webhook]:
        """List webhook endpoints.

        Returns one page of your workspace's webhook endpoints, the newest first, without their
        secrets.

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
            async for webhook in client.webhooks.list():
                print(webhook)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    async def create(
        self, *, url: str, events: Sequence[EventType], **options: Unpack[RequestOptions]
    ) -> CreatedWebhook:
        """Register a webhook endpoint.

        Registers an endpoint of yours for the events you name. The answer has the secret that
        deliveries are signed with, this once: keep it. An endpoint in a private or loopback
        network is answered with 422.

        Args:
            url: Where events are sent to.
            events: Which events are sent there.

        Returns:
            The endpoint as registered, with its secret.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            UnprocessableEntityError: The body is as documented, and its URL cannot be sent to.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            webhook = await client.webhooks.create(
                url="https://hooks.example.com/leadiosa",
                events=["conversation.created", "message.created"],
            )
        """
        return await self._caller.execute(_CREATE, {"url": url, "events": events}, options)

    async def delete(self, webhook_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a webhook endpoint.

        Removes an endpoint. Nothing is sent to it any more, retries included.

        Args:
            webhook_id: The endpoint's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no webhook endpoint with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            await client.webhooks.delete("wh_d34a70")
        """
        return await self._caller.execute(_DELETE, {"webhook_id": webhook_id}, options)


class AsyncWebhooksWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncWebhooks) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.create = raw_async(resource.create, _CREATE)
        self.delete = raw_async(resource.delete, _DELETE)
