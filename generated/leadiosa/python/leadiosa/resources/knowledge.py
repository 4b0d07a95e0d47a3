"""The articles that answers are drawn from, and the chunks they are cut into."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Pages, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.paging import AsyncPaginator, Paginator
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.knowledge import Article, ArticlePage

if TYPE_CHECKING:
    from .knowledge_chunks import AsyncKnowledgeChunks, KnowledgeChunks

_LIST = Operation[ArticlePage](
    "GET",
    "/knowledge",
    parameters=(Query("limit"), Query("after")),
    returns=ArticlePage,
    pages=Pages(
        results=("data",),
        argument="after",
        next=("pagination", "next_cursor"),
        has_more=("pagination", "has_more"),
    ),
)
_CREATE = Operation[Article](
    "POST",
    "/knowledge",
    body=Body(members={"title": "title", "content": "content"}),
    returns=Article,
)
_GET = Operation[Article](
    "GET", "/knowledge/{article_id}", parameters=(Path("article_id"),), returns=Article
)
_UPDATE = Operation[Article](
    "PATCH",
    "/knowledge/{article_id}",
    parameters=(Path("article_id"),),
    body=Body(members={"title": "title", "content": "content"}),
    returns=Article,
)
_DELETE = Operation[None]("DELETE", "/knowledge/{article_id}", parameters=(Path("article_id"),))


class Knowledge:
    """The articles that answers are drawn from, and the chunks they are cut into."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def chunks(self) -> KnowledgeChunks:
        """The resource chunks."""
        from .knowledge_chunks import KnowledgeChunks

        return KnowledgeChunks(self._caller)

    @cached_property
    def with_raw_response(self) -> KnowledgeWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return KnowledgeWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Article]:
        """List articles.

        Returns one page of your knowledge base's articles, the newest first.

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
            for knowledge in client.knowledge.list():
                print(knowledge)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    def create(self, *, title: str, content: str, **options: Unpack[RequestOptions]) -> Article:
        """Add an article.

        Adds an article to the knowledge base by hand. It is cut into chunks, which answers are
        then drawn from.

        Args:
            title: What the article is about.
            content: The article's text.

        Returns:
            The article as added.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = client.knowledge.create(
                title="Change your billing address",
                content="Open Settings, choose Billing, and edit the address.",
            )
        """
        return self._caller.execute(_CREATE, {"title": title, "content": content}, options)

    def get(self, article_id: str, **options: Unpack[RequestOptions]) -> Article:
        """Get an article.

        Returns the article with this id. The id of another workspace's article is answered
        exactly like one that does not exist: with 404.

        Args:
            article_id: The article's `id`.

        Returns:
            The article.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no article with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = client.knowledge.get("art_6e09c4")
        """
        return self._caller.execute(_GET, {"article_id": article_id}, options)

    def update(
        self,
        article_id: str,
        *,
        title: str | Unset = UNSET,
        content: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Article:
        """Update an article.

        Changes an article. What is left out stays as it is; new content is cut into chunks anew.

        Args:
            article_id: The article's `id`.
            title: What the article is about.
            content: The article's text.

        Returns:
            The article as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no article with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = client.knowledge.update(
                "art_6e09c4",
                content="Open Settings, choose Billing, and edit the address.",
            )
        """
        return self._caller.execute(
            _UPDATE, {"article_id": article_id, "title": title, "content": content}, options
        )

    def delete(self, article_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an article.

        Removes an article and its chunks from the knowledge base.

        Args:
            article_id: The article's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no article with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            client.knowledge.delete("art_6e09c4")
        """
        return self._caller.execute(_DELETE, {"article_id": article_id}, options)


class KnowledgeWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Knowledge) -> None:
        self.list = raw(resource.list, _LIST)
        self.create = raw(resource.create, _CREATE)
        self.get = raw(resource.get, _GET)
        self.update = raw(resource.update, _UPDATE)
        self.delete = raw(resource.delete, _DELETE)


class AsyncKnowledge:
    """The articles that answers are drawn from, and the chunks they are cut into."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def chunks(self) -> AsyncKnowledgeChunks:
        """The resource chunks."""
        from .knowledge_chunks import AsyncKnowledgeChunks

        return AsyncKnowledgeChunks(self._caller)

    @cached_property
    def with_raw_response(self) -> AsyncKnowledgeWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncKnowledgeWithRawResponse(self)

    def list(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPaginator[Article]:
        """List articles.

        Returns one page of your knowledge base's articles, the newest first.

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
            async for knowledge in client.knowledge.list():
                print(knowledge)
        """
        return self._caller.paginate(_LIST, {"limit": limit, "after": after}, options)

    async def create(
        self, *, title: str, content: str, **options: Unpack[RequestOptions]
    ) -> Article:
        """Add an article.

        Adds an article to the knowledge base by hand. It is cut into chunks, which answers are
        then drawn from.

        Args:
            title: What the article is about.
            content: The article's text.

        Returns:
            The article as added.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = await client.knowledge.create(
                title="Change your billing address",
                content="Open Settings, choose Billing, and edit the address.",
            )
        """
        return await self._caller.execute(_CREATE, {"title": title, "content": content}, options)

    async def get(self, article_id: str, **options: Unpack[RequestOptions]) -> Article:
        """Get an article.

        Returns the article with this id. The id of another workspace's article is answered
        exactly like one that does not exist: with 404.

        Args:
            article_id: The article's `id`.

        Returns:
            The article.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            NotFoundError: Your workspace has no article with this id.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = await client.knowledge.get("art_6e09c4")
        """
        return await self._caller.execute(_GET, {"article_id": article_id}, options)

    async def update(
        self,
        article_id: str,
        *,
        title: str | Unset = UNSET,
        content: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Article:
        """Update an article.

        Changes an article. What is left out stays as it is; new content is cut into chunks anew.

        Args:
            article_id: The article's `id`.
            title: What the article is about.
            content: The article's text.

        Returns:
            The article as changed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no article with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            knowledge = await client.knowledge.update(
                "art_6e09c4",
                content="Open Settings, choose Billing, and edit the address.",
            )
        """
        return await self._caller.execute(
            _UPDATE, {"article_id": article_id, "title": title, "content": content}, options
        )

    async def delete(self, article_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an article.

        Removes an article and its chunks from the knowledge base.

        Args:
            article_id: The article's `id`.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token may only read.
            NotFoundError: Your workspace has no article with this id.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            await client.knowledge.delete("art_6e09c4")
        """
        return await self._caller.execute(_DELETE, {"article_id": article_id}, options)


class AsyncKnowledgeWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncKnowledge) -> None:
        self.list = raw_async(resource.list, _LIST)
        self.create = raw_async(resource.create, _CREATE)
        self.get = raw_async(resource.get, _GET)
        self.update = raw_async(resource.update, _UPDATE)
        self.delete = raw_async(resource.delete, _DELETE)
