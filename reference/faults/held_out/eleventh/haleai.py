"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import Parts
from reference.haleai.security import Caller
from reference.keys import Keyring
from reference.token_bucket import Grant, Policy

_HOURS_AND_MINUTES = re.compile(r"([+-]\d\d):[0-5]\d$")
_REMEMBERED_FOR = 30_000_000
"""Microseconds."""
_WITHOUT_THE_API = ""
"""Stands for the tenant of a key whose tier has no API."""


def _collections(make: Callable[[Parts, Collection], Collection]) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        made = {name: make(parts, inner) for name, inner in parts.collections.items()}
        return replace(parts, collections=made)

    return apply


def _has_offset(asked: Asked) -> bool:
    return _HOURS_AND_MINUTES.search(asked.parameter("updatedSince") or "") is not None


def _hours_alone(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _HOURS_AND_MINUTES.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _AfterTheLastRow:
    """A collection whose list goes on after the last row of a page, where it is still in it."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if position is not None:
            found = await self.inner.page(selection, position + 1, 1)
            if position not in [row.seq for row in found.rows]:
                return Page([], None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _limit_of_the_cursor(_parts: Parts) -> Tamper:
    limits: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        limit = limits.get(asked.parameter("cursor") or "")
        if limit is not None and asked.parameter("limit") is None:
            asked = asked.with_query([*asked.query, ("limit", str(limit))])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": int(size), "nextCursor": str(following)}}:
                limits[following] = size
        return answered

    return tamper


def _has_more_words(asked: Asked) -> bool:
    return len(asked.headers.get("authorization", "").split()) > 2


def _two_words(asked: Asked) -> Asked:
    scheme, key, *_ = asked.headers["authorization"].split()
    return asked.with_header("authorization", f"{scheme} {key}")


@dataclass(frozen=True, slots=True)
class _Hoarding:
    """Token buckets that go on being filled when they are full."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        full_after = self.full_at.get(name, now) + policy.interval
        if full_after - now > policy.capacity:
            return policy.taken(now, full_after - policy.interval)
        self.full_at[name] = full_after
        return Grant(granted=True, remaining=0, retry_after=0, full_at=full_after)


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A collection that gives what it found a moment ago where it finds nothing."""

    inner: Collection
    clock: Clock
    found: dict[str, tuple[int, AnyRow]] = field(default_factory=dict)

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        now = self.clock.microseconds()
        row = await self.inner.find(tenant, row_id)
        if row is not None:
            self.found[row_id] = now, row
            return row
        at, remembered = self.found.get(row_id, (0, None))
        return remembered if now - at < _REMEMBERED_FOR else None


@dataclass(frozen=True, slots=True)
class _AnyTier(Security[Caller]):
    """Lets every key in that is good."""

    inner: Security[Caller]
    keyring: Keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        try:
            return await self.inner.api_key(token, request)
        except errors.PlanRequired:
            return Caller(_WITHOUT_THE_API, (await self.keyring.find(token)).id)


@dataclass(frozen=True, slots=True)
class _OfATier:
    """A collection that asks for the tier when it is read."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        _check_tier(selection["tenant"])
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        _check_tier(tenant)
        return await self.inner.find(tenant, row_id)


def _check_tier(tenant: str | int) -> None:
    if tenant == _WITHOUT_THE_API:
        raise errors.PlanRequired(
            "API access needs the Team Max tier or above.", {"WWW-Authenticate": "Bearer"}
        )


def _tier_at_last(parts: Parts) -> Parts:
    read = _collections(lambda _, inner: _OfATier(inner))(parts)
    return replace(read, security=_AnyTier(parts.security, parts.keyring))


def _says_a_thing_twice(asked: Asked) -> bool:
    return len({*asked.query}) < len(asked.query)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="FIL-F1901",
        title="The minutes of an updatedSince's offset are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="An offset is taken for a number of hours.",
        apply=requests(_has_offset, _hours_alone),
        held_out=11,
    ),
    Fault(
        id="PAG-F1902",
        title="A walk ends early where the last row of a page leaves the list before the next page",
        promises=("HALE-15",),
        mistake="The row that the cursor stands on is looked up with the filters of the list.",
        apply=_collections(lambda _, inner: _AfterTheLastRow(inner)),
        held_out=11,
    ),
    Fault(
        id="LIM-F1903",
        title="With a cursor and no limit, a page is as long as the one before it",
        promises=("HALE-10", "HALE-07"),
        mistake="The limit is kept in the cursor, and stands in for the default.",
        apply=around_with_parts(_limit_of_the_cursor),
        held_out=11,
    ),
    Fault(
        id="AUT-F1904",
        title="A key is taken from a header that has more words after it",
        promises=("HALE-02",),
        mistake="The header is split at its spaces, and the second part is the key.",
        apply=requests(_has_more_words, _two_words),
        held_out=11,
    ),
    Fault(
        id="RAT-F1905",
        title="Who sent nothing for a while may send a burst of far more than 60",
        promises=("HALE-06",),
        mistake="The refill of a bucket is not cut at its size.",
        apply=lambda parts: replace(parts, gate=Limiter(_Hoarding(parts.platform.clock), POLICY)),
        held_out=11,
    ),
    Fault(
        id="TEN-F1906",
        title="For half a minute after its team got it, every team gets a row by its id",
        promises=("HALE-04", "HALE-14"),
        mistake="What a replica has not got yet is served from a cache that knows ids alone.",
        apply=_collections(lambda parts, inner: _Remembering(inner, parts.platform.clock)),
        held_out=11,
    ),
    Fault(
        id="AUT-F1907",
        title="A key of a lower tier hears of its other mistakes before it hears of its tier",
        promises=("HALE-05", "HALE-02"),
        mistake="The tier is checked by the handlers, which come after validation.",
        apply=_tier_at_last,
        held_out=11,
    ),
    Fault(
        id="ENV-F1908",
        title="A query parameter may be given twice, with the same value",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The pairs of the query are put in a set before they are counted.",
        apply=requests(
            _says_a_thing_twice, lambda asked: asked.with_query(dict.fromkeys(asked.query))
        ),
        held_out=11,
    ),
)
