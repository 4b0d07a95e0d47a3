"""Faults of HaleAI, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import answers, around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, gate, security
from reference.haleai.kinds import KINDS
from reference.haleai.parts import Parts
from reference.haleai.security import Caller
from reference.haleai.tables import reading

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_YEAR = 365 * 24 * 60 * _MINUTE
_ABSENT_FOR = 30 * _SECOND
_INDEXED_CHARACTERS = 16
_UNKNOWN_KEYS = 10
_SMALL_PAGE = 100
_LARGEST_PAGE = 200


def _collections(make: Callable[[Parts, Collection], Collection]) -> Apply:
    """Put something in place of each collection."""

    def apply(parts: Parts) -> Parts:
        made = {name: make(parts, inner) for name, inner in parts.collections.items()}
        return replace(parts, collections=made)

    return apply


@dataclass(frozen=True, slots=True)
class _PreparedAhead:
    """A collection whose next page is prepared with the one before it."""

    inner: Collection
    prepared: dict[tuple[object, ...], int] = field(default_factory=dict)

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        asked = self.prepared.get(_place(selection, position), limit)
        page = await self.inner.page(selection, position, asked)
        if page.next_position is not None:
            self.prepared[_place(selection, page.next_position)] = limit
        return page

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _place(selection: Scope, position: int | None) -> tuple[object, ...]:
    return (*sorted(selection.items()), position)


@dataclass(frozen=True, slots=True)
class _AbsentRemembered:
    """A collection that remembers for a while which ids found nothing."""

    inner: Collection
    clock: Clock
    absent: dict[str, int] = field(default_factory=dict)

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        now = self.clock.microseconds()
        if self.absent.get(row_id, 0) > now:
            return None
        row = await self.inner.find(tenant, row_id)
        if row is None:
            self.absent[row_id] = now + _ABSENT_FOR
        return row


@dataclass(frozen=True, slots=True)
class _Archived:
    """A collection of which single rows are looked for among those of the last year."""

    inner: Collection
    clock: Clock

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        row = await self.inner.find(tenant, row_id)
        is_live = row is not None and row.updated_at > self.clock.microseconds() - _YEAR
        return row if is_live else None


def _by_the_beginning_of_the_source(parts: Parts) -> Parts:
    def indexed(name: str) -> Collection:
        honest = reading(KINDS[name].table)
        column = func.substr(honest.table.c.source, 1, _INDEXED_CHARACTERS)
        asked = func.substr(bindparam("source"), 1, _INDEXED_CHARACTERS)
        conditions = {**honest.conditions, "source": column == asked}
        return SqlCollection(parts.platform.database, replace(honest, conditions=conditions))

    made = {name: indexed(name) for name in ("contacts", "leads")}
    return replace(parts, collections={**parts.collections, **made})


@dataclass(frozen=True, slots=True)
class _LockedOut(Security[Caller]):
    """Security that answers nobody's guesses, once there were some."""

    inner: Security[Caller]
    clock: Clock
    unknown: list[int] = field(default_factory=list)
    """When a key was unknown."""

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        try:
            return await self.inner.api_key(token, request)
        except errors.Unauthorized as error:
            now = self.clock.microseconds()
            self.unknown[:] = [at for at in self.unknown if at > now - _MINUTE]
            if len(self.unknown) >= _UNKNOWN_KEYS:
                wait = -(-(self.unknown[0] + _MINUTE - now) // _SECOND)
                raise errors.RateLimited(
                    "Too many attempts with unknown keys.", headers={"Retry-After": str(wait)}
                ) from error
            self.unknown.append(now)
            raise


@dataclass(frozen=True, slots=True)
class _BySize:
    """A limiter for which a large page is two requests."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take what a request costs."""
        headers = await self.inner.admit(request)
        limit = dict(request.query).get("limit", "")
        is_large = limit.isdecimal() and _SMALL_PAGE < int(limit) <= _LARGEST_PAGE
        return await self.inner.admit(request) if is_large else headers


def _has_rows(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 200


def _in_week_years(answered: Answered) -> Answered:
    match answered.json:
        case {"data": [*rows], **rest}:
            return answered.with_json({**rest, "data": [_in_week_year(row) for row in rows]})
        case {"data": dict(row), **rest}:
            return answered.with_json({**rest, "data": _in_week_year(row)})
    return answered


def _in_week_year(row: dict[str, Any]) -> dict[str, Any]:
    shown: str = row["updatedAt"]
    year = datetime.fromisoformat(shown).isocalendar().year
    return {**row, "updatedAt": f"{year:04}{shown[4:]}"}


_BLOCKED = Answered(
    403,
    {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
    b"<html><title>Request blocked</title><h1>Request blocked</h1></html>",
)


async def _firewall(ask: Ask, asked: Asked) -> Answered:
    is_suspicious = any("'" in value for _, value in asked.query)
    return _BLOCKED if is_suspicious else await ask(asked)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4733",
        title="A page that is asked with a smaller limit than the one before has as many rows",
        promises=("HALE-07", "HALE-10"),
        mistake="The next page is prepared while one is read, and keeps the limit of that one.",
        apply=_collections(lambda _, inner: _PreparedAhead(inner)),
        held_out=26,
    ),
    Fault(
        id="PAG-F4734",
        title="Sources whose first sixteen characters are the same match each other",
        promises=("HALE-11", "HALE-12"),
        mistake="An index of a source's beginning was added, and the rest is compared no more.",
        apply=_by_the_beginning_of_the_source,
        held_out=26,
    ),
    Fault(
        id="AUT-F4735",
        title="After ten unknown keys in a minute, the next one is answered with 429",
        promises=("HALE-02",),
        mistake="Guessing was to be stopped by address, which is the load balancer's.",
        apply=security(lambda parts: _LockedOut(parts.security, parts.platform.clock)),
        held_out=26,
    ),
    Fault(
        id="RAT-F4736",
        title="A page of more than a hundred rows counts as two requests",
        promises=("HALE-06",),
        mistake="Large pages were to be paid for; only the limiter was told.",
        apply=gate(lambda parts: _BySize(parts.gate)),
        held_out=26,
    ),
    Fault(
        id="TEN-F4737",
        title="An id that another tenant has just asked for is 404 to its owner",
        promises=("HALE-04", "HALE-14"),
        mistake="A cache of ids that are not found, without the tenant that did not find them.",
        apply=_collections(lambda parts, inner: _AbsentRemembered(inner, parts.platform.clock)),
        held_out=26,
    ),
    Fault(
        id="SCH-F4738",
        title="At the turn of a year, updatedAt has the year of its week",
        promises=("HALE-11", "HALE-12", "HALE-13", "HALE-14"),
        mistake="Another library for dates, in whose patterns YYYY is the year of the week.",
        apply=answers(_has_rows, _in_week_years),
        held_out=26,
    ),
    Fault(
        id="STA-F4739",
        title="A row that was last updated more than a year ago is listed, and 404 by its id",
        promises=("HALE-14",),
        mistake="Old rows were moved to an archive, which the lists read and the details do not.",
        apply=_collections(lambda parts, inner: _Archived(inner, parts.platform.clock)),
        held_out=26,
    ),
    Fault(
        id="ENV-F4740",
        title="A parameter with an apostrophe in it is answered with a page of HTML and 403",
        promises=("HALE-09", "HALE-11"),
        mistake="A firewall was put in front, with the rules that it comes with.",
        apply=around(_firewall),
        held_out=26,
    ),
)
