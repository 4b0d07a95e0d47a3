"""What you publish, per channel, now or later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.posts import Post, PostPage, PostStatus
from ..types.shared import Channel

_CREATE = Operation[Post](
    "POST",
    "/v1/posts",
    body=Body(
        members={"content": "content", "channels": "channels", "scheduled_at": "scheduledAt"}
    ),
    returns=Post,
)
_LIST = Operation[PostPage](
    "GET",
    "/v1/posts",
    parameters=(Query("limit"), Query("cursor"), Query("channel"), Query("status"), Query("date")),
    returns=PostPage,
    pages=Pages(results=("data",), argument="cursor", next=("pagination", "next_cursor")),
)
_GET = Operation[Post]("GET", "/v1/posts/{id}", parameters=(Path("id"),), returns=Post)


class Posts:
    """What you publish, per channel, now or later."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> PostsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return PostsWithRawResponse(self)

    def create(
        self,
        *,
        content: str,
        channels: Sequence[Channel],
        scheduled_at: dt.datetime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Post:
        """Create a post.

        Creates a post for one or more channels. With `scheduled_at` it is published at that
        time; a time already past publishes it at once. Without, it stays a draft.

        The answer has the post's `id`, to read it back with, and where it stands on each
        channel.

        Args:
            content: What the post says.
            channels: Where to publish it.
            scheduled_at: When to publish it (ISO 8601). Left out, the post is a draft.

        Returns:
            The post as created.

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
            post = client.posts.create(
                content="a monday note.",
                channels=["instagram", "linkedin"],
                scheduled_at=datetime.fromisoformat("2026-04-15T09:30:00Z"),
            )
        """
        return self._caller.execute(
            _CREATE,
            {"content": content, "channels": channels, "scheduled_at": scheduled_at},
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        channel: Channel | None = None,
        status: PostStatus | None = None,
        date: dt.date | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Post]:
        """List posts.

        Returns one page of your workspace's posts, the newest first. Combine `channel`, `status`
        and `date` to narrow the list; a post is on it only if it matches all of them.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            channel: Only posts for this channel, alone or among others.
            status: Only posts whose `status` is this.
            date: Only posts whose `scheduledAt` is on this day, in UTC. A draft is on no day.

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
            for post in client.posts.list(channel="instagram", status="scheduled"):
                print(post)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "channel": channel, "status": status, "date": date},
            options,
        )

    def get(self, id: str, **options: Unpack[RequestOptions]) -> Post:
        """Get a post.

        Returns the post with this id, and where it stands on each channel. The id of another
        workspace's post is answered exactly like one that does not exist: with 404.

        Args:
            id: The post's `id`.

        Returns:
            The post.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            NotFoundError: Your workspace has nothing with this id.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            post = client.posts.get("post_01HYB7M3QK9XTR")
        """
        return self._caller.execute(_GET, {"id": id}, options)


class PostsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Posts) -> None:
        self.create = raw(resource.create, _CREATE)
        self.list = raw(resource.list, _LIST)
        self.get = raw(resource.get, _GET)


class AsyncPosts:
    """What you publish, per channel, now or later."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncPostsWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncPostsWithRawResponse(self)

    async def create(
        self,
        *,
        content: str,
        channels: Sequence[Channel],
        scheduled_at: dt.datetime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Post:
        """Create a post.

        Creates a post for one or more channels. With `scheduled_at` it is published at that
        time; a time already past publishes it at once. Without, it stays a draft.

        The answer has the post's `id`, to read it back with, and where it stands on each
        channel.

        Args:
            content: What the post says.
            channels: Where to publish it.
            scheduled_at: When to publish it (ISO 8601). Left out, the post is a draft.

        Returns:
            The post as created.

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
            post = await client.posts.create(
                content="a monday note.",
                channels=["instagram", "linkedin"],
                scheduled_at=datetime.fromisoformat("2026-04-15T09:30:00Z"),
            )
        """
        return await self._caller.execute(
            _CREATE,
            {"content": content, "channels": channels, "scheduled_at": scheduled_at},
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        channel: Channel | None = None,
        status: PostStatus | None = None,
        date: dt.date | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Post]:
        """List posts.

        Returns one page of your workspace's posts, the newest first. Combine `channel`, `status`
        and `date` to narrow the list; a post is on it only if it matches all of them.

        Args:
            limit: How many rows a page holds at most.
            cursor: Where the page starts: the `nextCursor` of the page before it, unchanged and
                sent with the same filters. Leave it out to get the first page.
            channel: Only posts for this channel, alone or among others.
            status: Only posts whose `status` is this.
            date: Only posts whose `scheduledAt` is on this day, in UTC. A draft is on no day.

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
            async for post in client.posts.list(channel="instagram", status="scheduled"):
                print(post)
        """
        return self._caller.paginate(
            _LIST,
            {"limit": limit, "cursor": cursor, "channel": channel, "status": status, "date": date},
            options,
        )

    async def get(self, id: str, **options: Unpack[RequestOptions]) -> Post:
        """Get a post.

        Returns the post with this id, and where it stands on each channel. The id of another
        workspace's post is answered exactly like one that does not exist: with 404.

        Args:
            id: The post's `id`.

        Returns:
            The post.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            NotFoundError: Your workspace has nothing with this id.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            post = await client.posts.get("post_01HYB7M3QK9XTR")
        """
        return await self._caller.execute(_GET, {"id": id}, options)


class AsyncPostsWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncPosts) -> None:
        self.create = raw_async(resource.create, _CREATE)
        self.list = raw_async(resource.list, _LIST)
        self.get = raw_async(resource.get, _GET)
