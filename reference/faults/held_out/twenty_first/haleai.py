"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generated.haleai.server.runtime import Gate, Request
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller

_CACHED_FOR = 60_000_000
"""Microseconds."""
_LARGE_PAGE = 100
_WEST = re.compile(r"-(?P<hours>\d{2}):(?P<minutes>\d{2})$")


def _collections(make: Callable[[Collection], Collection], *names: str) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        made = {name: make(parts.collections[name]) for name in names}
        return replace(parts, collections={**parts.collections, **made})

    return apply


def _says_something_twice(asked: Asked) -> bool:
    return len(set(asked.query)) < len(asked.query)


def _said_once(asked: Asked) -> Asked:
    return asked.with_query(dict.fromkeys(asked.query))


def _minutes_to_the_east(text: str) -> str:
    """Return a moment whose offset has the sign on its hours alone."""
    west = _WEST.search(text)
    if west is None or int(west["hours"]) > 23 or int(west["minutes"]) > 59:
        return text
    offset = int(west["minutes"]) - 60 * int(west["hours"])
    hours, minutes = divmod(abs(offset), 60)
    return f"{text[: west.start()]}{'+' if offset > 0 else '-'}{hours:02}:{minutes:02}"


def _is_half_an_hour_off(asked: Asked) -> bool:
    since = asked.parameter("updatedSince") or ""
    return _minutes_to_the_east(since) != since


def _misread(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _minutes_to_the_east(value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _deals_by_id(parts: Parts) -> Tamper:
    """Look for a deal in a cache that every tenant shares."""
    kept: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "GET" or not asked.path.startswith(f"{BASE_PATH}/deals/"):
            return answered
        now = parts.platform.clock.microseconds()
        if answered.status == 200:
            kept[asked.path] = now, answered
        since, known = kept.get(asked.path, (0, None))
        is_fresh = known is not None and 0 <= now - since < _CACHED_FOR
        return known if known is not None and is_fresh and answered.status == 404 else answered

    return tamper


@dataclass(frozen=True, slots=True)
class _ByWeight:
    """Takes two tokens for a large page."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take as many tokens as the request weighs."""
        limit = dict(request.query).get("limit", "")
        if limit.isdecimal() and int(limit) > _LARGE_PAGE:
            await self.inner.admit(request)
        return await self.inner.admit(request)


def _is_head_with_query(asked: Asked) -> bool:
    return asked.method == "HEAD" and bool(asked.query_string)


def _has_more_than_a_key(asked: Asked) -> bool:
    return len(asked.headers.get("authorization", "").split()) > 2


def _first_two_words(asked: Asked) -> Asked:
    words = asked.headers["authorization"].split()
    return asked.with_header("authorization", " ".join(words[:2]))


@dataclass(frozen=True, slots=True)
class _SeveralSources:
    """A collection whose rows are selected by any of the sources between commas."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        sources = dict.fromkeys(str(selection.get("source", "")).split(","))
        if len(sources) < 2:
            return await self.inner.page(selection, position, limit)
        pages = [
            await self.inner.page({**selection, "source": source}, position, limit)
            for source in sources
        ]
        rows = sorted((row for page in pages for row in page.rows), key=lambda row: -row.seq)
        more = len(rows) > limit or any(page.next_position is not None for page in pages)
        return Page(rows[:limit], rows[limit - 1].seq if more else None)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _AfterARowOfTheList:
    """A collection whose pages go on after a row, as long as it is still among the selected."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if position is None or without(selection, "tenant") == {}:
            return await self.inner.page(selection, position, limit)
        last = await self.inner.page(selection, position + 1, 1)
        if [row.seq for row in last.rows] != [position]:
            return Page([], None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F4201",
        title="A parameter that is given twice is taken where both values are the same",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The pairs are collected in a set before they are counted.",
        apply=requests(_says_something_twice, _said_once),
        held_out=21,
    ),
    Fault(
        id="PAG-F4202",
        title="The minutes of an updatedSince's offset count to the east, also west of Greenwich",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="A hand-written parser, which gives the sign to the hours alone.",
        apply=requests(_is_half_an_hour_off, _misread),
        held_out=21,
    ),
    Fault(
        id="TEN-F4203",
        title="A deal that its tenant just read can be read by every tenant for a minute",
        promises=("HALE-04",),
        mistake="Details are cached by their path, which does not name the tenant.",
        apply=around_with_parts(_deals_by_id),
        held_out=21,
    ),
    Fault(
        id="RAT-F4204",
        title="A page with a limit of more than a hundred takes two tokens",
        promises=("HALE-06",),
        mistake="Large pages were to cost what they cost the database.",
        apply=lambda parts: replace(parts, gate=_ByWeight(parts.gate)),
        held_out=21,
    ),
    Fault(
        id="STA-F4205",
        title="HEAD ignores the query, so that what GET refuses is 200",
        promises=("HALE-01", "HALE-10"),
        mistake="HEAD is forwarded to the handler of GET by its path alone.",
        apply=requests(_is_head_with_query, lambda asked: asked.with_query([])),
        held_out=21,
    ),
    Fault(
        id="AUT-F4206",
        title="An Authorization header may go on after the key",
        promises=("HALE-02",),
        mistake="The header is split at spaces, and the second word is the key.",
        apply=requests(_has_more_than_a_key, _first_two_words),
        held_out=21,
    ),
    Fault(
        id="PAG-F4207",
        title="A source with commas selects the rows of several sources",
        promises=("HALE-11", "HALE-12"),
        mistake="A query builder of the house splits every text at its commas.",
        apply=_collections(_SeveralSources, "contacts", "leads"),
        held_out=21,
    ),
    Fault(
        id="PAG-F4208",
        title="A walk ends where the last row of the page before no longer matches its filters",
        promises=("HALE-15", "HALE-07"),
        mistake="The row to go on after is looked up with the filters of the list.",
        apply=_collections(_AfterARowOfTheList, "contacts", "leads", "deals"),
        held_out=21,
    ),
)
