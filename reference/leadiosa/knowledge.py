"""The operations on the knowledge base: articles, and the chunks they are cut into (LEAD-16)."""

import hashlib
from collections.abc import Mapping, Sequence

from generated.leadiosa.server import KnowledgeChunksHandler, KnowledgeHandler, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, new_id
from reference.leadiosa.chunking import cut
from reference.leadiosa.lists import ARTICLES, CHUNKS
from reference.leadiosa.reading import Reader
from reference.leadiosa.resources import ARTICLE
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp

_ID_CHARACTERS = 16


class Knowledge(KnowledgeHandler[Caller]):
    """The articles of the caller's workspace."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_articles(
        self, request: Request[Caller], *, limit: int = 25, after: str | None = None
    ) -> models.ArticlePage:
        """Return one page of articles."""
        rows, pagination = await self._reader.page(ARTICLES, request.principal.tenant, after, limit)
        return models.ArticlePage(data=[_article(row) for row in rows], pagination=pagination)

    async def get_article(self, request: Request[Caller], article_id: str) -> models.Article:
        """Return one article."""
        return _article(await self._reader.get(ARTICLE, request.principal.tenant, article_id))

    async def create_article(
        self, request: Request[Caller], *, body: models.NewArticle
    ) -> models.Article:
        """Add an article, and cut it into chunks."""

        def add(change: Change) -> Written[models.Article]:
            article_id = new_id("art")
            row = {
                "id": article_id,
                "title": body.title,
                "content": body.content,
                "created_at": change.at,
                "updated_at": change.at,
            }
            change.insert(ARTICLES, [row])
            change.insert(CHUNKS, chunks_of(article_id, body.content))
            return Written(article_id, _article(change.get(ARTICLE, article_id)))

        return await self._writer.write(request, "article.create", add)

    async def update_article(
        self, request: Request[Caller], article_id: str, *, body: models.ArticleUpdate
    ) -> models.Article:
        """Change an article; new content is cut into chunks anew."""
        given = {"title": body.title, "content": body.content}
        values = {name: value for name, value in given.items() if value is not None}

        def change_it(change: Change) -> Written[models.Article]:
            before = change.get(ARTICLE, article_id)
            change.update(ARTICLES, before, values)
            after = change.get(ARTICLE, article_id)
            if after.content != before.content:
                change.delete(CHUNKS, change.rows(CHUNKS, article_id))
                change.insert(CHUNKS, chunks_of(article_id, after.content))
            return Written(article_id, _article(after))

        return await self._writer.write(request, "article.update", change_it)

    async def delete_article(self, request: Request[Caller], article_id: str) -> None:
        """Remove an article and its chunks."""

        def remove(change: Change) -> Written[None]:
            change.delete(ARTICLES, [change.get(ARTICLE, article_id)])
            change.delete(CHUNKS, change.rows(CHUNKS, article_id))
            return Written(article_id, None)

        await self._writer.write(request, "article.delete", remove)


class Chunks(KnowledgeChunksHandler[Caller]):
    """The chunks of the articles of the caller's workspace."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def list_chunks(
        self,
        request: Request[Caller],
        article_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> models.ChunkPage:
        """Return one page of an article's chunks."""
        rows, pagination = await self._reader.page(
            CHUNKS, request.principal.tenant, after, limit, article_id
        )
        return models.ChunkPage(data=[_chunk(row) for row in rows], pagination=pagination)


def chunks_of(article_id: str, content: str) -> Sequence[Mapping[str, object]]:
    """Return the rows of an article's chunks; a piece that stays keeps its id."""
    return [
        {
            "id": f"chunk_{_digest(f'{article_id}/{position}/{piece}')}",
            "article_id": article_id,
            "position": position,
            "content": piece,
        }
        for position, piece in enumerate(cut(content))
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_CHARACTERS]


def _article(row: AnyRow) -> models.Article:
    return models.Article(
        id=row.id,
        title=row.title,
        content=row.content,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
    )


def _chunk(row: AnyRow) -> models.Chunk:
    return models.Chunk(
        id=row.id, article_id=row.article_id, position=row.position, content=row.content
    )
