"""Walking a list: page after page until there is no next one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from conformance.caller import Caller
from conformance.exchange import Exchange, Pairs
from conformance.rule import Violation
from conformance.sample import Sample
from conformance.vocabulary import is_list, paging
from generator.model import Operation, WirePath

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, the cursor of the next one, and what it was asked with."""

    exchange: Exchange
    rows: tuple[Row, ...]
    next: str | None
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """The pages of a walk; `complete` where the last of them said that it is the last."""

    pages: tuple[Page, ...]
    complete: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all pages, in order."""
        return tuple(row for page in self.pages for row in page.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """What tells the rows apart, in order."""
        return tuple(identity(row) for row in self.rows)

    @property
    def last(self) -> Page:
        """The page that was read last."""
        return self.pages[-1]


def identity(row: Row) -> str:
    """What tells a row from others: its `id`, else all of it."""
    return str(row["id"]) if "id" in row else json.dumps(row, sort_keys=True)


def dig(value: Any, path: WirePath) -> Any:
    """The member at a path of a JSON value, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def smallest(operation: Operation, sample: Sample) -> Sample:
    """The same for the smallest page, where there is a choice."""
    size = operation.pagination.size if operation.pagination else None
    return sample.asking((size.parameter, str(size.minimum))) if size else sample


def following(operation: Operation, sample: Sample, page: Exchange) -> Sample | None:
    """What asks for the page after this one, where there is one."""
    cursor = dig(page.json, paging(operation).next) if is_list(operation) else None
    return sample.asking((paging(operation).parameter, cursor)) if isinstance(cursor, str) else None


def read_page(
    caller: Caller,
    operation: Operation,
    sample: Sample,
    *,
    size: int | None = None,
    cursor: str | None = None,
    query: Pairs = (),
) -> Page:
    """Ask for one page.

    Raises Violation where the answer is not a page.
    """
    rules = paging(operation)
    asked = list(query)
    if size is not None and rules.size:
        asked.append((rules.size.parameter, str(size)))
    if cursor is not None:
        asked.append((rules.parameter, cursor))
    exchange = caller.call(operation, sample.asking(*asked))
    if exchange.status != 200:
        raise Violation(f"A page that was to be had is answered with {exchange.status}.", exchange)
    rows = dig(exchange.json, rules.results)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Violation(f"There is no list of rows at {'.'.join(rules.results)}.", exchange)
    following = dig(exchange.json, rules.next)
    if following is not None and not (isinstance(following, str) and following):
        raise Violation("The next cursor is neither null nor a non-empty string.", exchange)
    if rules.has_more and not dig(exchange.json, rules.has_more):
        following = None
    return Page(exchange, tuple(rows), following, cursor)


def pages(
    caller: Caller,
    operation: Operation,
    sample: Sample,
    *,
    sizes: Callable[[int], int | None],
    query: Pairs = (),
    most: int = 400,
) -> Iterator[Page]:
    """The pages of a walk, at most so many; `sizes` gives the size of the page by its number.

    Raises Violation where a cursor comes back that was already followed.
    """
    cursor: str | None = None
    followed: set[str] = set()
    for number in range(most):
        page = read_page(caller, operation, sample, size=sizes(number), cursor=cursor, query=query)
        yield page
        cursor = page.next
        if cursor is None:
            return
        if cursor in followed:
            raise Violation(
                "The walk does not end: a cursor came back a second time.", page.exchange
            )
        followed.add(cursor)


def walk(
    caller: Caller,
    operation: Operation,
    sample: Sample,
    *,
    size: int | None = None,
    query: Pairs = (),
    most: int = 400,
) -> Walk:
    """Walk a list at one page size (None: the default) for at most so many pages."""
    found = tuple(pages(caller, operation, sample, sizes=lambda _: size, query=query, most=most))
    return Walk(found, found[-1].next is None)
