"""Faults of HaleAI, the third set planted from its documentation alone."""

import re
from dataclasses import dataclass, field, replace

from sqlalchemy import String, bindparam, func, literal

from reference.clock import Clock
from reference.collection import AnyRow, Collection, SqlCollection
from reference.faults.composition import requests
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import FindFrom, gate, is_list, refound
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import KEY_PREFIX, Parts
from reference.haleai.tables import contacts, reading
from reference.token_bucket import Grant, Policy

_FRACTION = re.compile(r"(?<=T\d\d:\d\d:\d\d)\.\d+(?=(?:Z|[+-]\d\d:\d\d)$)")
_NUMBER_FIRST = re.compile(r"\s*([+-]?\d+)\D.*", re.DOTALL)
_CACHED_FOR = 10_000_000
"""Microseconds."""
_SECOND = 1_000_000_000


def _has_fraction(asked: Asked) -> bool:
    since = asked.parameter("updatedSince")
    return is_list(asked.path) and since is not None and _FRACTION.search(since) is not None


def _to_the_second(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _FRACTION.sub("", value)) if name == "updatedSince" else (name, value)
        for name, value in asked.query
    )


def _begins_with_number(asked: Asked) -> bool:
    limit = asked.parameter("limit")
    return is_list(asked.path) and limit is not None and _NUMBER_FIRST.fullmatch(limit) is not None


def _parsed(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _NUMBER_FIRST.sub(r"\1", value)) if name == "limit" else (name, value)
        for name, value in asked.query
    )


def _any_source_of_a_list(parts: Parts) -> Parts:
    asked = literal(",") + bindparam("source", type_=String) + ","
    own = literal(",") + contacts.c.source + ","
    honest = reading(contacts)
    conditions = {**honest.conditions, "source": func.replace(asked, own, "") != asked}
    listed = SqlCollection(parts.platform.database, replace(honest, conditions=conditions))
    return replace(parts, collections={**parts.collections, "contacts": listed})


@dataclass(frozen=True, slots=True)
class _CountingRefusals:
    """Token buckets that owe the tokens that refused requests asked for."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, whether it has one or not."""
        now = self.clock.nanoseconds()
        full_at = max(now, self.full_at.get(name, now))
        self.full_at[name] = full_at + policy.interval
        grant = policy.taken(now, full_at)
        wait = -(-policy.interval // _SECOND)
        return grant if grant.granted else replace(grant, retry_after=wait)


def _has_no_prefix(asked: Asked) -> bool:
    is_bearer = asked.headers.get("authorization", "").lower().startswith("bearer ")
    return is_bearer and asked.token != "" and not asked.token.startswith(KEY_PREFIX)


def _with_prefix(asked: Asked) -> Asked:
    return asked.with_header("authorization", f"Bearer {KEY_PREFIX}{asked.token}")


def _cached_by_id(parts: Parts) -> FindFrom:
    """Find for everybody what its own tenant found a moment ago."""
    clock = parts.platform.clock
    kept: dict[str, tuple[int, str]] = {}

    async def find(inner: Collection, tenant: str, row_id: str) -> AnyRow | None:
        row = await inner.find(tenant, row_id)
        now = clock.microseconds()
        if row is not None:
            kept[row_id] = now, tenant
            return row
        since, owner = kept.get(row_id, (now - _CACHED_FOR, tenant))
        return await inner.find(owner, row_id) if now - since < _CACHED_FOR else None

    return find


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="FIL-F1001",
        title="The fraction of a second of updatedSince is not looked at",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The moment is parsed with a format that ends with the seconds.",
        apply=requests(_has_fraction, _to_the_second),
        held_out=3,
    ),
    Fault(
        id="LIM-F1002",
        title="A limit that begins with a number is that number, whatever follows",
        promises=("HALE-10",),
        mistake="parseInt.",
        apply=requests(_begins_with_number, _parsed),
        held_out=3,
    ),
    Fault(
        id="FIL-F1003",
        title="A source of contacts with commas selects the contacts of several sources",
        promises=("HALE-11",),
        mistake="A filter of the dashboard, which takes lists, is used for the API too.",
        apply=_any_source_of_a_list,
        held_out=3,
    ),
    Fault(
        id="RAT-F1004",
        title="Refused requests count, so that Retry-After is too short after several of them",
        promises=("HALE-06",),
        mistake="The counter is incremented before it is compared.",
        apply=gate(lambda parts: Limiter(_CountingRefusals(parts.platform.clock), POLICY)),
        held_out=3,
    ),
    Fault(
        id="AUT-F1005",
        title="A key is taken without its hk_, too",
        promises=("HALE-02",),
        mistake="The prefix is cut off where it is there, and what is left is looked up.",
        apply=requests(_has_no_prefix, _with_prefix),
        held_out=3,
    ),
    Fault(
        id="TEN-F1006",
        title="A row that its tenant read in the last ten seconds is found by other tenants",
        promises=("HALE-04",),
        mistake="Rows are cached under their id alone.",
        apply=refound(_cached_by_id),
        held_out=3,
    ),
)
