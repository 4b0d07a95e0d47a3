"""Faults of HaleAI, planted from its documentation alone."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import String, bindparam, literal

from reference.clock import Clock
from reference.collection import Collection, Page, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import around, requests
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.tables import reading
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_MAXIMUM = 200
_MARK_CHARACTERS = 12
_LISTS = {f"{BASE_PATH}/{name}" for name in KINDS}
_OVERRIDE = "x-http-method-override"

MakePage = Callable[[Collection, Scope, int | None, int], Any]


@dataclass(frozen=True, slots=True)
class _Paged:
    """A collection that is cut into pages in another way."""

    inner: Collection
    make: MakePage

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        page: Page = await self.make(self.inner, selection, position, limit)
        return page

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _paged(make: MakePage) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        paged = {name: _Paged(inner, make) for name, inner in parts.collections.items()}
        return replace(parts, collections=paged)

    return apply


async def _without_looking_ahead(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    return Page(page.rows, None) if limit == _MAXIMUM else page


async def _from_a_row_that_matches(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    if position is not None:
        anchor = await inner.page(selection, position + 1, 1)
        if not anchor.rows or anchor.rows[0].seq != position:
            return Page([], None)
    return await inner.page(selection, position, limit)


@dataclass(frozen=True, slots=True)
class _OfSources:
    """A collection whose sources are split at commas."""

    inner: Collection
    by_sources: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        several = "," in str(selection.get("source", ""))
        source = self.by_sources if several else self.inner
        return await source.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _split_sources(parts: Parts) -> Parts:
    def of_sources(name: str) -> Collection:
        inner = parts.collections[name]
        honest = reading(KINDS[name].table)
        if "source" not in honest.conditions:
            return inner
        asked = literal(",").concat(bindparam("source", type_=String)).concat(",")
        one = literal("%,").concat(honest.table.c.source).concat(",%")
        split = asked.like(one) & ~honest.table.c.source.contains(",")
        how = replace(honest, conditions={**honest.conditions, "source": split})
        return _OfSources(inner, SqlCollection(parts.platform.database, how))

    return replace(parts, collections={name: of_sources(name) for name in parts.collections})


@dataclass(frozen=True, slots=True)
class _Hoarding:
    """Token buckets that begin with the burst, and are filled up to a minute's worth."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The nanoseconds saved in each bucket, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        saved, asked_at = self.held.get(name, (policy.capacity, now))
        saved = min(policy.limit * policy.interval, saved + now - asked_at)
        granted = saved >= policy.interval
        left = saved - policy.interval if granted else saved
        self.held[name] = left, now
        wait = 0 if granted else -(-(policy.interval - saved) // _SECOND)
        full_at = now + max(0, policy.capacity - left)
        return Grant(granted, left // policy.interval, wait, full_at)


def _hoarded(parts: Parts) -> Parts:
    return replace(parts, gate=Limiter(_Hoarding(parts.platform.clock), POLICY))


async def _of_the_key(ask: Ask, asked: Asked) -> Answered:
    """Mark each cursor with the key that it is given to."""
    if asked.path not in _LISTS:
        return await ask(asked)
    mark = hashlib.sha256(asked.token.encode()).hexdigest()[:_MARK_CHARACTERS]
    query = [
        (name, value.removesuffix(f".{mark}") if name == "cursor" and "." in value else value)
        for name, value in asked.query
    ]
    given = asked.parameter("cursor")
    is_own = given is not None and given.endswith(f".{mark}")
    answered = await ask(asked.with_query(query) if is_own else asked)
    if answered.status != 200:
        return answered
    page = answered.json
    following = page["pagination"]["nextCursor"]
    marked = None if following is None else f"{following}.{mark}"
    pagination = {**page["pagination"], "cursor": given, "nextCursor": marked}
    return answered.with_json({**page, "pagination": pagination})


def _spelled(text: str | None) -> str | None:
    """Return the plain spelling of a number that Python reads, and the documentation does not."""
    if text is None or (text.isascii() and text.removeprefix("-").isdecimal()):
        return None
    try:
        return str(int(text))
    except ValueError:
        return None


def _has_spelled_limit(asked: Asked) -> bool:
    return asked.path in _LISTS and _spelled(asked.parameter("limit")) is not None


def _plainly_spelled(asked: Asked) -> Asked:
    query = asked.query
    return asked.with_query(
        (name, (_spelled(value) or value) if name == "limit" else value) for name, value in query
    )


def _is_overridden(asked: Asked) -> bool:
    return asked.method == "POST" and asked.headers.get(_OVERRIDE, "").upper() == "GET"


def _basic_name(asked: Asked) -> str | None:
    """Return the user name of Basic credentials."""
    scheme, _, credentials = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(credentials, validate=True).decode("ascii").partition(":")[0]
    except ValueError:
        return None


def _as_bearer(asked: Asked) -> Asked:
    return asked.with_header("authorization", f"Bearer {_basic_name(asked)}")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F2601",
        title="A key that was idle for a while may burst more than 60 requests",
        promises=("HALE-06",),
        mistake="The bucket is refilled up to the minute's limit instead of the burst.",
        apply=_hoarded,
        held_out=15,
    ),
    Fault(
        id="PAG-F2602",
        title="A page with the largest limit is always the last one",
        promises=("HALE-07", "HALE-15"),
        mistake="The row read ahead to know if there is more is cut off by the maximum of limit.",
        apply=_paged(_without_looking_ahead),
        held_out=15,
    ),
    Fault(
        id="PAG-F2603",
        title="A source with commas is taken for several sources, any of which matches",
        promises=("HALE-11", "HALE-12"),
        mistake="A library for filters splits each value at its commas.",
        apply=_split_sources,
        held_out=15,
    ),
    Fault(
        id="PAG-F2604",
        title="A walk ends early where the last row of its latest page has left the filter",
        promises=("HALE-15",),
        mistake="The row that the cursor names is looked for among those that match.",
        apply=_paged(_from_a_row_that_matches),
        held_out=15,
    ),
    Fault(
        id="PAG-F2605",
        title="A walk begun with one key of a team cannot be gone on with another",
        promises=("HALE-15",),
        mistake="Cursors are bound to the key instead of the tenant.",
        apply=around(_of_the_key),
        held_out=15,
    ),
    Fault(
        id="LIM-F2606",
        title="A limit is read however the language spells numbers, as 1_0 or with a sign",
        promises=("HALE-10",),
        mistake="int() is taken for a validation.",
        apply=requests(_has_spelled_limit, _plainly_spelled),
        held_out=15,
    ),
    Fault(
        id="STA-F2607",
        title="A POST with X-HTTP-Method-Override: GET is answered as GET",
        promises=("HALE-01",),
        mistake="The framework's middleware for old browsers' forms was left on.",
        apply=requests(_is_overridden, lambda asked: replace(asked, method="GET")),
        held_out=15,
    ),
    Fault(
        id="AUT-F2608",
        title="A key is accepted as the user name of Basic credentials",
        promises=("HALE-02",),
        mistake="Another API's habit was taken over with its code.",
        apply=requests(lambda asked: _basic_name(asked) is not None, _as_bearer),
        held_out=15,
    ),
)
