"""Types of the resource knowledge."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import UNSET, Model, Unset
from .shared import Pagination


class Article(Model, kw_only=True):
    """An article of the knowledge base."""

    id: str
    """Identifies the article."""

    title: str
    """What the article is about."""

    content: str
    """The article's text."""

    created_at: dt.datetime
    """When it was created."""

    updated_at: dt.datetime
    """When it last changed."""


class NewArticle(Model, kw_only=True):
    """An article to add."""

    title: str
    """What the article is about."""

    content: str
    """The article's text."""


class ArticleUpdate(Model, kw_only=True):
    """What to change of an article. At least one field."""

    title: str | Unset = UNSET
    """What the article is about."""

    content: str | Unset = UNSET
    """The article's text."""


class ArticlePage(Model, kw_only=True):
    """One page of articles."""

    data: list[Article]
    """The articles of this page."""

    pagination: Pagination


class Chunk(Model, kw_only=True):
    """A piece of an article, small enough to draw an answer from."""

    id: str
    """Identifies the chunk."""

    article_id: str
    """The article it was cut from."""

    position: int
    """Where it stands in the article, counted from 0."""

    content: str
    """The piece's text."""


class ChunkPage(Model, kw_only=True):
    """One page of chunks."""

    data: list[Chunk]
    """The chunks of this page."""

    pagination: Pagination
