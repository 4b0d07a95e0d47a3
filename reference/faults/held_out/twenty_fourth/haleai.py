"""Faults of HaleAI, planted from its documentation alone."""

import re
from dataclasses import dataclass, field, replace

from generated.haleai.server import errors
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around, requests
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import gate, reselected
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000
_CACHED_FOR = 60_000_000
"""Microseconds."""
_LISTS = {f"{BASE_PATH}/{name}" for name in KINDS}
_WITH_SOURCE = {f"{BASE_PATH}/contacts", f"{BASE_PATH}/leads"}
_LEADING_NUMBER = re.compile(r"\s*([+-]?[0-9]+)")


def _only(asked: Asked, name: str) -> str | None:
    """Return the value of a parameter that is given once."""
    values = [value for known, value in asked.query if known == name]
    return values[0] if len(values) == 1 else None


def _has_empty_source(asked: Asked) -> bool:
    return asked.path in _WITH_SOURCE and _only(asked, "source") == ""


@dataclass(frozen=True, slots=True)
class _LookedUpAgain:
    """A collection that looks for the row of a cursor among the rows that are selected."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if position is not None:
            at = await self.inner.page(selection, position + 1, 1)
            if [row.seq for row in at.rows] != [position]:
                raise errors.InvalidCursor("There is no row at this cursor.")
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _looked_up_again(parts: Parts) -> Parts:
    collections = {name: _LookedUpAgain(inner) for name, inner in parts.collections.items()}
    return replace(parts, collections=collections)


def _since_the_second(selection: Scope, _position: int | None) -> Scope:
    match selection:
        case {"updated_since": int(since)}:
            return {**selection, "updated_since": since // _SECOND * _SECOND}
    return selection


@dataclass(frozen=True, slots=True)
class _Overdrawn:
    """Token buckets from which each request takes a token, be there one or not."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        grant = policy.taken(now, self.full_at.get(name, now))
        self.full_at[name] = max(now, self.full_at.get(name, now)) + policy.interval
        return grant if grant.granted else replace(grant, retry_after=1)


def _has_another_header(asked: Asked) -> bool:
    return "authorization" not in asked.headers and "x-api-key" in asked.headers


def _as_bearer(asked: Asked) -> Asked:
    return asked.with_header("authorization", f"Bearer {asked.headers['x-api-key']}")


@dataclass(frozen=True, slots=True)
class _CachedById:
    """A collection that remembers for a while which row has an id."""

    inner: Collection
    clock: Clock
    known: dict[str, tuple[int, AnyRow]] = field(default_factory=dict)

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, as it is or was a moment ago."""
        now = self.clock.microseconds()
        since, kept = self.known.get(row_id, (0, None))
        if kept is not None and now - since < _CACHED_FOR:
            return kept
        row = await self.inner.find(tenant, row_id)
        if row is not None:
            self.known[row_id] = now, row
        return row


def _cached_deals(parts: Parts) -> Parts:
    cached = _CachedById(parts.collections["deals"], parts.platform.clock)
    return replace(parts, collections={**parts.collections, "deals": cached})


def _begins_with_a_number(asked: Asked) -> bool:
    limit = _only(asked, "limit")
    return asked.path in _LISTS and limit is not None and bool(_LEADING_NUMBER.match(limit))


def _with_that_number(asked: Asked) -> Asked:
    def read(name: str, value: str) -> str:
        found = _LEADING_NUMBER.match(value) if name == "limit" else None
        return value if found is None else str(int(found[1]))

    return asked.with_query((name, read(name, value)) for name, value in asked.query)


async def _without_slash(ask: Ask, asked: Asked) -> Answered:
    path = asked.path.removesuffix("/")
    collection, _, row_id = path.removeprefix(f"{BASE_PATH}/").partition("/")
    is_known = collection in KINDS and "/" not in row_id and path != asked.path
    if not is_known or asked.method not in {"GET", "HEAD"}:
        return await ask(asked)
    query = f"?{asked.query_string.decode('latin-1')}" if asked.query_string else ""
    return Answered(307, {"location": path + query}, b"")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4633",
        title="An empty source selects every row",
        promises=("HALE-11", "HALE-12"),
        mistake="if (source) decides whether there is a filter.",
        apply=requests(_has_empty_source, lambda asked: asked.without("source")),
        held_out=24,
    ),
    Fault(
        id="PAG-F4634",
        title="A cursor is refused once the row it stands at matches the filters no more",
        promises=("HALE-15",),
        mistake="The row of the cursor is looked up with the query of the list.",
        apply=_looked_up_again,
        held_out=24,
    ),
    Fault(
        id="PAG-F4635",
        title="The fraction of updatedSince is cut off",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The moment is turned into Unix seconds on its way to the query.",
        apply=reselected(_since_the_second),
        held_out=24,
    ),
    Fault(
        id="RAT-F4636",
        title="Requests that are refused take from the bucket, and Retry-After is always 1",
        promises=("HALE-06",),
        mistake="The counter is decremented first and compared afterwards.",
        apply=gate(lambda parts: Limiter(_Overdrawn(parts.platform.clock), POLICY)),
        held_out=24,
    ),
    Fault(
        id="AUT-F4637",
        title="Without Authorization, a key is taken from X-API-Key",
        promises=("HALE-02",),
        mistake="A header that an old integration sends was kept as a fallback.",
        apply=requests(_has_another_header, _as_bearer),
        held_out=24,
    ),
    Fault(
        id="TEN-F4638",
        title="A deal that its tenant has just got can be got by every other",
        promises=("HALE-04",),
        mistake="The cache of details has the id alone for its key.",
        apply=_cached_deals,
        held_out=24,
    ),
    Fault(
        id="LIM-F4639",
        title="A limit that only begins with a number is taken for that number",
        promises=("HALE-10",),
        mistake="parseInt reads as far as it can.",
        apply=requests(_begins_with_a_number, _with_that_number),
        held_out=24,
    ),
    Fault(
        id="STA-F4640",
        title="A path with a slash at its end is redirected with 307",
        promises=("HALE-01", "HALE-09"),
        mistake="The framework's router does so unless it is told not to.",
        apply=around(_without_slash),
        held_out=24,
    ),
)
