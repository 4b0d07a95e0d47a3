"""Faults of HaleAI, planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, func, select

from reference.clock import Clock
from reference.collection import Collection, Page, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.tables import reading
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_ACCEPTED = {"*/*", "application/*", "application/json"}


def _place(asked: Asked) -> tuple[str, str]:
    """Return the collection that a path names, and the id where it names a row."""
    collection, _, row_id = asked.path.removeprefix(f"{BASE_PATH}/").partition("/")
    return collection, row_id


def _collected(name: str, make: Callable[[Parts], Collection]) -> Callable[[Parts], Parts]:
    """Read one collection in another way."""
    return lambda parts: replace(parts, collections={**parts.collections, name: make(parts)})


def _with(asked: Asked, name: str, value: str) -> Asked:
    return asked.with_query((known, value if known == name else old) for known, old in asked.query)


@dataclass(frozen=True, slots=True)
class _OneShort:
    """Token buckets that are never again as full as at first once they were empty."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The nanoseconds of refilling that each bucket is worth, and when it was asked."""
    emptied: set[str] = field(default_factory=set)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        capacity = policy.capacity - (policy.interval if name in self.emptied else 0)
        worth, asked_at = self.held.get(name, (capacity, now))
        worth = min(capacity, worth + now - asked_at)
        granted = worth >= policy.interval
        left = worth - policy.interval if granted else worth
        self.held[name] = left, now
        if left < policy.interval:
            self.emptied.add(name)
        wait = 0 if granted else -(-(policy.interval - worth) // _SECOND)
        return Grant(granted, left // policy.interval, wait, now + capacity - left)


def _is_listed(asked: Asked) -> bool:
    return "," in asked.headers.get("authorization", "")


def _first_listed(asked: Asked) -> Asked:
    first = asked.headers["authorization"].partition(",")[0]
    return asked.with_header("authorization", first.strip())


async def _updated_at(parts: Parts, collection: str, row_id: str) -> int | None:
    """Return when a row of any tenant was updated, None where there is none."""
    kind = KINDS.get(collection)
    if kind is None:
        return None
    columns = kind.table.c
    statement = select(columns.updated_at).where(columns.id == bindparam("id"))
    rows = await parts.platform.database.select(statement, {"id": row_id})
    return rows[0].updated_at if rows else None


def _bound_to_the_last_row(parts: Parts) -> Tamper:
    """Refuse a cursor where the row that its page ended with is not as it was."""
    ends: dict[str, tuple[str, int | None]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        collection, _ = _place(asked)
        row_id, before = ends.get(asked.parameter("cursor") or "", ("", None))
        changed = row_id and await _updated_at(parts, collection, row_id) != before
        answered = await ask(_with(asked, "cursor", "changed") if changed else asked)
        match answered.json:
            case {"data": [*_, {"id": str(last)}], "pagination": {"nextCursor": str(following)}}:
                ends[following] = last, await _updated_at(parts, collection, last)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _InclusiveOnward:
    """A collection whose following pages have the rows of the very moment, too."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        since = selection.get("updated_since")
        if position is not None and isinstance(since, int):
            selection = {**selection, "updated_since": since - 1}
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _row_before_query(parts: Parts) -> Tamper:
    """Look at the query of a detail only where anybody has the row."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        collection, row_id = _place(asked)
        is_detail = collection in KINDS and bool(row_id)
        if is_detail and asked.query and await _updated_at(parts, collection, row_id) is None:
            asked = asked.with_query([])
        return await ask(asked)

    return tamper


def _not_acceptable(asked: Asked, answered: Answered) -> bool:
    accepted = asked.headers.get("accept", "*/*").split(",")
    is_json = any(part.partition(";")[0].strip().lower() in _ACCEPTED for part in accepted)
    return answered.status == 200 and not is_json


def _has_stages(asked: Asked) -> bool:
    return _place(asked) == ("leads", "") and "," in (asked.parameter("stage") or "")


def _first_stage(asked: Asked) -> Asked:
    return _with(asked, "stage", (asked.parameter("stage") or "").partition(",")[0])


def _padded(parts: Parts) -> Collection:
    honest = reading(KINDS["contacts"].table)
    source = func.rtrim(honest.table.c.source) == func.rtrim(bindparam("source"))
    how = replace(honest, conditions={**honest.conditions, "source": source})
    return SqlCollection(parts.platform.database, how)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F3401",
        title="A key that once used up its burst never has more than 59 again",
        promises=("HALE-06",),
        mistake="A new bucket holds the burst, and a refilled one is capped below it.",
        apply=lambda parts: replace(parts, gate=Limiter(_OneShort(parts.platform.clock), POLICY)),
        held_out=17,
    ),
    Fault(
        id="AUT-F3402",
        title="Whatever follows a key and a comma in the Authorization header is let pass",
        promises=("HALE-02",),
        mistake="A proxy joins repeated headers with commas, and the first part is read.",
        apply=requests(_is_listed, _first_listed),
        held_out=17,
    ),
    Fault(
        id="PAG-F3403",
        title="A cursor is refused once the last row of the page before it was updated",
        promises=("HALE-15",),
        mistake="The cursor names the row as it was, to be sure that it is still there.",
        apply=around_with_parts(_bound_to_the_last_row),
        held_out=17,
    ),
    Fault(
        id="PAG-F3404",
        title="From the second page on, deals of the very moment of updatedSince are listed",
        promises=("HALE-13", "HALE-15"),
        mistake="The query of a following page says >= where the first one says >.",
        apply=_collected("deals", lambda parts: _InclusiveOnward(parts.collections["deals"])),
        held_out=17,
    ),
    Fault(
        id="TEN-F3405",
        title="With an unknown parameter, another tenant's id is 400 and one of nobody 404",
        promises=("HALE-04",),
        mistake="The row is loaded before the query is checked, and the tenant looked at last.",
        apply=around_with_parts(_row_before_query),
        held_out=17,
    ),
    Fault(
        id="STA-F3406",
        title="Who accepts something else than JSON is answered with 406",
        promises=("HALE-09",),
        mistake="The framework negotiates the type of the answer.",
        apply=answers(
            _not_acceptable,
            lambda _: refusal(406, "not_acceptable", "The answer would be application/json."),
        ),
        held_out=17,
    ),
    Fault(
        id="STA-F3407",
        title="Several stages of leads, with commas between, are taken for the first of them",
        promises=("HALE-12",),
        mistake="A binder of lists splits the value, and the handler wants one.",
        apply=requests(_has_stages, _first_stage),
        held_out=17,
    ),
    Fault(
        id="PAG-F3408",
        title="Contacts are found by source whatever spaces end it",
        promises=("HALE-11",),
        mistake="The collation of the column pads with spaces before it compares.",
        apply=_collected("contacts", _padded),
        held_out=17,
    ),
)
