"""Lists, walked page by page: each page is fetched once, when it is needed."""

from __future__ import annotations

import re
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
)
from contextlib import aclosing, closing
from copy import copy
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec

from .errors import APIResponseValidationError, PaginationError
from .narrowing import is_list
from .operation import Operation, Pages
from .options import RequestOptions
from .response import Response
from .values import UNSET, lookup
from .walking import Circuit, async_pages_ahead, async_pages_in_turn, pages_ahead, pages_in_turn

T = TypeVar("T")

_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,;]*)*)")


class Step(msgspec.Struct, frozen=True):
    """What asks for one page: arguments of the operation, and query parameters besides."""

    arguments: Mapping[str, Any]
    options: RequestOptions

    @property
    def place(self) -> str:
        """What tells it from other steps of the same walk."""
        return repr((sorted(self.arguments.items()), self.options.get("query")))


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. `next_cursor` asks for the page after it, None on the last."""

    items: list[T]
    response: Response[Any]
    next_cursor: str | None = None
    following: Step | None = None

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.following is not None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page(items={self.items!r}, next_cursor={self.next_cursor!r})"


def read_page(operation: Operation[Any], step: Step, response: Response[Any]) -> Page[Any]:
    """The page that an answer holds, and what asks for the next.

    Raises `APIResponseValidationError` where the answer has no rows at the place for them.
    """
    pages = operation.pages or Pages(results=())
    body = response.parse()
    rows = lookup(body, pages.results) if pages.results else body
    if rows is None:
        rows = []
    if not is_list(rows):
        raise APIResponseValidationError("the page has no list of rows", response)
    following = _following(pages, step, body, rows, response)
    cursor = following.arguments.get(pages.argument) if following and pages.argument else None
    return Page(rows, response, None if cursor is None else str(cursor), following)


def _following(
    pages: Pages, step: Step, body: Any, rows: list[Any], response: Response[Any]
) -> Step | None:
    if pages.has_more and lookup(body, pages.has_more) is False:
        return None
    if pages.style == "link":
        return _linked(pages, step, body, response)
    if pages.style == "cursor":
        cursor = lookup(body, pages.next)
        return _moved(pages, step, cursor) if cursor is not None and cursor != "" else None
    if not rows:
        return None
    current = step.arguments.get(pages.argument)
    if pages.style == "offset":
        return _moved(pages, step, _number(current, 0) + len(rows))
    return _moved(pages, step, _number(current, 1) + 1)


def _moved(pages: Pages, step: Step, position: Any) -> Step:
    return msgspec.structs.replace(step, arguments={**step.arguments, pages.argument: position})


def _linked(pages: Pages, step: Step, body: Any, response: Response[Any]) -> Step | None:
    link = lookup(body, pages.next) if pages.next else next_link(response.headers.get("link", ""))
    if not isinstance(link, str) or not link:
        return None
    target = urlsplit(urljoin(response.request.url, link))
    if target.path != urlsplit(response.request.url).path:
        raise PaginationError(f"the next page lies elsewhere, at {target.path}")
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    options = cast(RequestOptions, {**step.options, "query": query})
    return msgspec.structs.replace(step, options=options)


def next_link(header: str) -> str:
    """The target of `rel="next"` in a `Link` header (RFC 8288), or nothing."""
    for target, parameters in _LINK.findall(header):
        if re.search(r';\s*rel="?([^";]*\s)?next(\s|"|;|$)', parameters, re.IGNORECASE):
            return str(target)
    return ""


def _number(value: Any, default: int) -> int:
    return default if value is None or value is UNSET else int(value)


class Paginator(Generic[T]):
    """The rows of a list. Iterate over it for every row; nothing is sent before that."""

    def __init__(
        self,
        fetch: Callable[[Operation[Any], Mapping[str, Any], RequestOptions], Response[Any]],
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        options: RequestOptions,
    ) -> None:
        self._fetch = fetch
        self._operation = operation
        self._start = Step(arguments, options)
        self._first: Page[T] | None = None
        self._walk: Callable[..., Generator[Page[T], None, None]] = pages_in_turn

    @property
    def first_page(self) -> Page[T]:
        """The first page, fetched once."""
        if self._first is None:
            self._first = self._page(self._start)
        return self._first

    def prefetched(self) -> Paginator[T]:
        """The same list, the next page of which is fetched while one is read, by a thread.

        A walk that is left early waits for the page that is on its way.
        """
        twin = copy(self)
        twin._walk = pages_ahead
        return twin

    def pages(self) -> Generator[Page[T], None, None]:
        """Every page, each fetched when it is reached."""
        return self._walk(Circuit(self._start.place), lambda: self.first_page, self._page)

    def __iter__(self) -> Iterator[T]:
        with closing(self.pages()) as pages:
            for page in pages:
                yield from page.items

    def _page(self, step: Step) -> Page[T]:
        response = self._fetch(self._operation, step.arguments, step.options)
        return read_page(self._operation, step, response)


class AsyncPaginator(Generic[T]):
    """The rows of a list: `async for` every row, or `await` it for the first page."""

    def __init__(
        self,
        fetch: Callable[
            [Operation[Any], Mapping[str, Any], RequestOptions], Awaitable[Response[Any]]
        ],
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        options: RequestOptions,
    ) -> None:
        self._fetch = fetch
        self._operation = operation
        self._start = Step(arguments, options)
        self._first: Page[T] | None = None
        self._walk: Callable[..., AsyncGenerator[Page[T], None]] = async_pages_in_turn

    @property
    def first_page(self) -> Awaitable[Page[T]]:
        """The first page, to be awaited, fetched once."""
        return self._first_page()

    def prefetched(self) -> AsyncPaginator[T]:
        """The same list, the next page of which is fetched while one is read, by an asyncio task.

        A walk that is left early cancels the page that is on its way.
        """
        twin = copy(self)
        twin._walk = async_pages_ahead
        return twin

    def pages(self) -> AsyncGenerator[Page[T], None]:
        """Every page, each fetched when it is reached."""
        return self._walk(Circuit(self._start.place), self._first_page, self._page)

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._first_page().__await__()

    async def _first_page(self) -> Page[T]:
        if self._first is None:
            self._first = await self._page(self._start)
        return self._first

    async def _page(self, step: Step) -> Page[T]:
        response = await self._fetch(self._operation, step.arguments, step.options)
        return read_page(self._operation, step, response)
