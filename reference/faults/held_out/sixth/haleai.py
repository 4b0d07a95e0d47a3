"""Faults of HaleAI, the sixth set planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import String, and_, bindparam, func, literal, or_, true

from generated.haleai.server import errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page, Reading, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import answers, around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import reading

_SECOND = 1_000_000
_WINDOW = 6 * _SECOND
_YEAR = 365 * 24 * 3_600 * _SECOND
_DETAIL = re.compile(rf"{BASE_PATH}/(contacts|leads|deals)/[^/]+")
_SLASHED = re.compile(rf"{BASE_PATH}/(contacts|leads|deals)(/[^/]+)?/")
_SOURCED = re.compile(rf"{BASE_PATH}/(contacts|leads)(/[^/]+)?")


def _is_head_without_key(asked: Asked, answered: Answered) -> bool:
    return asked.method == "HEAD" and answered.status == 401


def _let_in(answered: Answered) -> Answered:
    return answered.with_status(200).without_header("www-authenticate")


@dataclass(frozen=True, slots=True)
class _ReadOtherwise:
    """Reads the pages that are selected by certain filters in another way."""

    inner: Collection
    other: Collection
    filters: frozenset[str]

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        chosen = self.other if self.filters <= selection.keys() else self.inner
        return await chosen.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _with_collections(parts: Parts, changed: Mapping[str, Collection]) -> Parts:
    return replace(parts, collections={**parts.collections, **changed})


def _reread(
    name: str, change: Callable[[Reading], Reading], *filters: str
) -> Callable[[Parts], Collection]:
    """Return what reads a collection in another way where these filters are given."""

    def collection(parts: Parts) -> Collection:
        other = SqlCollection(parts.platform.database, change(reading(KINDS[name].table)))
        return _ReadOtherwise(parts.collections[name], other, frozenset(filters))

    return collection


def _without_brackets(honest: Reading) -> Reading:
    """Read what is `tenant AND stage OR source`."""
    given = honest.conditions
    mixed = or_(and_(given["tenant"], given["stage"]), given["source"])
    conditions = {**given, "tenant": true(), "source": true(), "stage": mixed}
    return replace(honest, conditions=conditions)


def _leads_of_all(parts: Parts) -> Parts:
    return _with_collections(
        parts, {"leads": _reread("leads", _without_brackets, "stage", "source")(parts)}
    )


@dataclass(frozen=True, slots=True)
class _FixedWindow:
    """Counts the requests of a key from its first one on, and begins anew after six seconds."""

    clock: Clock
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        key, now = request.principal.key_id, self.clock.microseconds()
        opened, count = self.counted.get(key, (now, 0))
        if now - opened >= _WINDOW:
            opened, count = now, 0
        if count >= POLICY.burst:
            wait = -((now - opened - _WINDOW) // _SECOND)
            raise errors.RateLimited(
                f"Too many requests. Wait {wait} s before the next one.",
                headers={"Retry-After": str(wait)},
            )
        self.counted[key] = (opened, count + 1)
        return {}


def _counted_by_window(parts: Parts) -> Parts:
    gate: Gate[Caller] = _FixedWindow(parts.platform.clock)
    return replace(parts, gate=gate)


def _by_time(honest: Reading) -> Reading:
    """Read the rows by when they were updated, and go on after the last such moment."""
    updated_at = honest.table.c.updated_at
    conditions = {**honest.conditions, "position": updated_at > bindparam("position")}
    return Reading(honest.table, conditions, key=updated_at, order=updated_at.asc())


def _cut_by_time(parts: Parts) -> Parts:
    return _with_collections(
        parts, {name: _reread(name, _by_time, "updated_since")(parts) for name in KINDS}
    )


def _one_of_several(honest: Reading) -> Reading:
    """Read the rows whose source is between two of the commas of what is asked for."""
    source = honest.table.c.source
    comma, asked = literal(","), bindparam("source", type_=String())
    listed, one = comma + asked + comma, comma + source + comma
    is_listed = and_(
        func.replace(listed, one, "") != listed, func.replace(source, ",", "") == source
    )
    return replace(honest, conditions={**honest.conditions, "source": is_listed})


def _several_sources(parts: Parts) -> Parts:
    return _with_collections(
        parts,
        {name: _reread(name, _one_of_several, "source")(parts) for name in ("contacts", "leads")},
    )


@dataclass(frozen=True, slots=True)
class _OfOneYear:
    """Looks back a year, where it is to look back at all."""

    inner: Collection
    clock: Clock

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        match selection:
            case {"updated_since": int(since)}:
                earliest = self.clock.microseconds() - _YEAR
                selection = {**selection, "updated_since": max(since, earliest)}
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _looking_back_a_year(parts: Parts) -> Parts:
    clock = parts.platform.clock
    return _with_collections(
        parts, {name: _OfOneYear(inner, clock) for name, inner in parts.collections.items()}
    )


async def _redirected(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 404 or not _SLASHED.fullmatch(asked.path):
        return answered
    query = f"?{asked.query_string.decode('latin-1')}" if asked.query_string else ""
    return Answered(307, {"location": asked.path.removesuffix("/") + query}, b"")


def _is_absent(asked: Asked, answered: Answered) -> bool:
    return answered.status == 404 and _DETAIL.fullmatch(asked.path) is not None


def _kept_a_minute(answered: Answered) -> Answered:
    return answered.with_header("cache-control", "public, max-age=60")


def _has_sources(asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and _SOURCED.fullmatch(asked.path) is not None


def _null_if_empty(answered: Answered) -> Answered:
    data = answered.json["data"]
    rows = [_sourced(row) for row in data] if isinstance(data, list) else _sourced(data)
    return answered.with_json({**answered.json, "data": rows})


def _sourced(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "source": row["source"] or None}


@dataclass(frozen=True, slots=True)
class _WithoutLost:
    """Finds no lead that was lost."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        row = await self.inner.find(tenant, row_id)
        return None if row is None or row.stage == "lost" else row


def _without_lost(parts: Parts) -> Parts:
    return _with_collections(parts, {"leads": _WithoutLost(parts.collections["leads"])})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1301",
        title="A HEAD request is fine without a key",
        promises=("HALE-02",),
        mistake="What probes the service has no key, and its method was let pass.",
        apply=answers(_is_head_without_key, _let_in),
        held_out=6,
    ),
    Fault(
        id="TEN-F1302",
        title="Leads of a stage and a source are those of the source of every tenant, too",
        promises=("HALE-04", "HALE-12"),
        mistake="The second filter was joined with OR, and there are no brackets around both.",
        apply=_leads_of_all,
        held_out=6,
    ),
    Fault(
        id="RAT-F1303",
        title="Requests are counted in windows of six seconds, 60 in each",
        promises=("HALE-06",),
        mistake="A counter that expires was easier to have than a bucket that is refilled.",
        apply=_counted_by_window,
        held_out=6,
    ),
    Fault(
        id="PAG-F1304",
        title="With updatedSince, rows of the moment at which a page ends are left out of the next",
        promises=("HALE-15",),
        mistake="The list goes on after the time of its last row, which others may share.",
        apply=_cut_by_time,
        held_out=6,
    ),
    Fault(
        id="FIL-F1305",
        title="A source with a comma is read as several",
        promises=("HALE-11", "HALE-12"),
        mistake="The dashboard has boxes to tick, and sends what is ticked as a list.",
        apply=_several_sources,
        held_out=6,
    ),
    Fault(
        id="TIM-F1306",
        title="An updatedSince of more than a year ago is taken as a year ago",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The database was to be kept from long scans.",
        apply=_looking_back_a_year,
        held_out=6,
    ),
    Fault(
        id="RTE-F1307",
        title="A path with a slash at its end is redirected",
        promises=("HALE-01", "HALE-09"),
        mistake="The framework does so unless it is told not to.",
        apply=around(_redirected),
        held_out=6,
    ),
    Fault(
        id="CCH-F1308",
        title="That an id does not exist may be kept by every cache for a minute",
        promises=("HALE-02",),
        mistake="The network before the server was to absorb those who try ids.",
        apply=answers(_is_absent, _kept_a_minute),
        held_out=6,
    ),
    Fault(
        id="SCH-F1309",
        title="A source that is empty is null",
        promises=("HALE-01",),
        mistake="The value is taken by its truth, or else null.",
        apply=answers(_has_sources, _null_if_empty),
        held_out=6,
    ),
    Fault(
        id="LIF-F1310",
        title="A lead that was lost is not found by its id",
        promises=("HALE-14",),
        mistake="What is lost is archived, and the query for one row leaves archived ones out.",
        apply=_without_lost,
        held_out=6,
    ),
)
