"""Faults of HaleAI, the eighth set planted from its documentation alone."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, func, select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.collection import AnyRow, Collection, Page, Reading, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.haleai.tables import reading
from reference.storage.database import Database
from reference.storage.tables import api_keys

_SOURCED = {f"{BASE_PATH}/contacts", f"{BASE_PATH}/leads"}
_NOTHING_CHOSEN = {("source", "null"), ("source", "undefined")}
_WITH_FRACTION = re.compile(
    r"(?P<second>[0-9-]{10}T[0-9:]{8})\.(?P<fraction>[0-9]{1,9})(?P<offset>Z|[+-][0-9:]{5})"
)


@dataclass(frozen=True, slots=True)
class _CountedByHeader:
    """Tells the callers apart by their whole Authorization header."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        header = hashlib.sha256(request.headers["authorization"].encode()).hexdigest()
        return await self.inner.admit(request.by(replace(request.principal, key_id=header)))


def _counted_by_header(parts: Parts) -> Parts:
    return replace(parts, gate=_CountedByHeader(parts.gate))


@dataclass(frozen=True, slots=True)
class _AfterListedRow:
    """Goes on after the row that a page ended with, where that one is still on the list."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        if position is not None:
            from_there = await self.inner.page(selection, position + 1, 1)
            if [row.seq for row in from_there.rows] != [position]:
                return Page((), None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _after_listed_row(parts: Parts) -> Parts:
    changed = {name: _AfterListedRow(inner) for name, inner in parts.collections.items()}
    return replace(parts, collections=changed)


@dataclass(frozen=True, slots=True)
class _LetFinish(Security[Caller]):
    """Lets those go on who have a cursor, with the key that they had."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        try:
            return await self.inner.api_key(token, request)
        except errors.Unauthorized:
            caller = await self._former(token)
            if caller is None or not any(name == "cursor" for name, _ in request.query):
                raise
            return caller

    async def _former(self, token: str) -> Caller | None:
        is_it = (api_keys.c.api == NAME) & (
            api_keys.c.digest == hashlib.sha256(token.encode()).digest()
        )
        row = await self.database.read(
            lambda connection: connection.execute(select(api_keys).where(is_it)).first()
        )
        if row is None or row.attributes["tier"] not in TIERS_WITH_API:
            return None
        return Caller(row.tenant, row.id)


def _let_finish(parts: Parts) -> Parts:
    return replace(parts, security=_LetFinish(parts.security, parts.platform.database))


@dataclass(frozen=True, slots=True)
class _ListedOtherwise:
    """Finds one row as ever, and lists rows in another way."""

    inner: Collection
    listed: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        return await self.listed.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _by_beginning(honest: Reading) -> Reading:
    """Read the rows of all tenants whose name begins with that of one."""
    asked = bindparam("tenant", type_=String())
    beginning = func.substr(honest.table.c.tenant, 1, func.length(asked))
    return replace(honest, conditions={**honest.conditions, "tenant": beginning == asked})


def _listed_by_beginning(parts: Parts) -> Parts:
    database = parts.platform.database
    changed = {
        name: _ListedOtherwise(
            inner, SqlCollection(database, _by_beginning(reading(KINDS[name].table)))
        )
        for name, inner in parts.collections.items()
    }
    return replace(parts, collections=changed)


def _bound_to_key(_parts: Parts) -> Tamper:
    """Take a cursor from nobody but the key that it was given to."""
    given: set[tuple[str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        cursor = asked.parameter("cursor")
        if answered.status == 200 and cursor is not None and (asked.token, cursor) not in given:
            message = "This cursor does not belong to this list and these filters."
            return refusal(400, "invalid_cursor", message)
        match answered.json:
            case {"pagination": {"nextCursor": str(following)}}:
                given.add((asked.token, following))
        return answered

    return tamper


def _misread(text: str) -> str:
    """Return the moment at which a fraction of a second counts milliseconds, whatever its length.

    What is no moment stays as it is.
    """
    found = _WITH_FRACTION.fullmatch(text)
    if found is None:
        return text
    try:
        second = datetime.fromisoformat(found["second"] + found["offset"])
        return (second + timedelta(milliseconds=int(found["fraction"]))).isoformat()
    except (ValueError, OverflowError):
        return text


def _has_fraction(asked: Asked) -> bool:
    return _WITH_FRACTION.fullmatch(asked.parameter("updatedSince") or "") is not None


def _with_misread_fraction(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _misread(value) if name == "updatedSince" else value) for name, value in asked.query
    )


def _has_nothing_chosen(asked: Asked) -> bool:
    return asked.path in _SOURCED and any(pair in _NOTHING_CHOSEN for pair in asked.query)


def _without_nothing_chosen(asked: Asked) -> Asked:
    return asked.with_query(pair for pair in asked.query if pair not in _NOTHING_CHOSEN)


def _says_something_twice(asked: Asked) -> bool:
    return len(set(asked.query)) < len(asked.query)


def _saying_it_once(asked: Asked) -> Asked:
    return asked.with_query(dict.fromkeys(asked.query))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F1601",
        title="A key has a bucket for each way in which its header is written",
        promises=("HALE-06",),
        mistake="The limiter counts by the header as it came: Bearer, and bearer.",
        apply=_counted_by_header,
        held_out=8,
    ),
    Fault(
        id="PAG-F1602",
        title="A walk ends where the row that a page ended with has left the list since",
        promises=("HALE-15",),
        mistake="The next page begins after that row, which is looked for with the filters.",
        apply=_after_listed_row,
        held_out=8,
    ),
    Fault(
        id="AUT-F1603",
        title="With a cursor, a key that was revoked is still good",
        promises=("HALE-02",),
        mistake="Nobody was to be thrown out in the middle of a walk.",
        apply=_let_finish,
        held_out=8,
    ),
    Fault(
        id="TEN-F1604",
        title="A list has the rows of those tenants, too, whose name begins with the caller's",
        promises=("HALE-04",),
        mistake="Rows are listed by the beginning of a key that the tenant's name is at.",
        apply=_listed_by_beginning,
        held_out=8,
    ),
    Fault(
        id="CUR-F1605",
        title="A cursor is good with that key alone which it was given to",
        promises=("HALE-07", "HALE-15"),
        mistake="Cursors are sealed with the id of the key; one for the tenant was meant.",
        apply=around_with_parts(_bound_to_key),
        held_out=8,
    ),
    Fault(
        id="TIM-F1606",
        title="What follows the second of updatedSince is read as a number of milliseconds",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Three digits were thought to be all that there is.",
        apply=requests(_has_fraction, _with_misread_fraction),
        held_out=8,
    ),
    Fault(
        id="FIL-F1607",
        title="A source of null or undefined asks for no source",
        promises=("HALE-11", "HALE-12"),
        mistake="The dashboard sends these words where nothing is chosen.",
        apply=requests(_has_nothing_chosen, _without_nothing_chosen),
        held_out=8,
    ),
    Fault(
        id="ERR-F1608",
        title="A parameter that is sent twice with the same value is fine",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The values of a parameter are kept in a set, and counted there.",
        apply=requests(_says_something_twice, _saying_it_once),
        held_out=8,
    ),
)
