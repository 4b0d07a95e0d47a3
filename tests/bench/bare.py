"""The same page by bare httpx2 and msgspec, as one would write it by hand."""

import datetime as dt
from collections.abc import Callable

import httpx2
import msgspec


class Channel(msgspec.Struct, rename="camel"):
    """A post on one channel."""

    channel: str
    status: str
    published_at: dt.datetime | msgspec.UnsetType = msgspec.UNSET
    failure_reason: str | msgspec.UnsetType = msgspec.UNSET


class Post(msgspec.Struct, rename="camel", kw_only=True):
    """A post."""

    id: str
    status: str
    content: str
    channels: list[Channel]
    scheduled_at: dt.datetime | msgspec.UnsetType = msgspec.UNSET
    created_at: dt.datetime


class Pagination(msgspec.Struct, rename="camel"):
    """Where a page stands."""

    limit: int
    next_cursor: str | None


class Page(msgspec.Struct):
    """One page."""

    data: list[Post]
    pagination: Pagination


_HEADERS = {"authorization": "Bearer alo_test_x", "accept": "application/json"}


def call(url: str) -> Callable[[], Page]:
    """Ask for the page, kept alive, and decode it."""
    decoder, client = msgspec.json.Decoder(Page), httpx2.Client()

    def ask() -> Page:
        answer = client.get(url, params={"limit": 50}, headers=_HEADERS)
        answer.raise_for_status()
        return decoder.decode(answer.content)

    return ask


def decode(url: str) -> Callable[[], Page]:
    """Decode the page that is at hand."""
    content, decoder = httpx2.get(url).content, msgspec.json.Decoder(Page)
    return lambda: decoder.decode(content)
