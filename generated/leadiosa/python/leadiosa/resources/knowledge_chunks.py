"""The resource knowledge chunks."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.knowledge import Chunk, ChunkPage

_LIST = Operation[ChunkPage](
    "GET",
    "/knowledge/{article_id}/chunks",
    parameters=(Path("article_id"), Query("limit"), Query("after")),
    returns=ChunkPage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)


class KnowledgeChunks:
    """The resource knowledge chunks."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> KnowledgeChunksWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return KnowledgeChunksWithRawResponse(self)

    def list(
        self,
        article_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Chunk]:
        """List the chunks of an article.

        Returns one page of the chunks that an article was cut into, in its own order.

        Args:
            article_id: The article's `id`.
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
            NotFoundError: Your workspace has no article with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            for chunk in client.knowledge.chunks.list("art_6e09c4"):
                print(chunk)
        """
        return self._caller.paginate(
            _LIST, {"article_id": article_id, "limit": limit, "after": after}, options
        )


class KnowledgeChunksWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: KnowledgeChunks) -> None:
        self.list = raw(resource.list, _LIST)


class AsyncKnowledgeChunks:
    """The resource knowledge chunks."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncKnowledgeChunksWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncKnowledgeChunksWithRawResponse(self)

    def list(
        self,
        article_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Chunk]:
        """List the chunks of an article.

        Returns one page of the chunks that an article was cut into, in its own order.

        Args:
            article_id: The article's `id`.
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
            NotFoundError: Your workspace has no article with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            async for chunk in client.knowledge.chunks.list("art_6e09c4"):
                print(chunk)
        """
        return self._caller.paginate(
            _LIST, {"article_id": article_id, "limit": limit, "after": after}, options
        )


class AsyncKnowledgeChunksWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncKnowledgeChunks) -> None:
        self.list = raw_async(resource.list, _LIST)
