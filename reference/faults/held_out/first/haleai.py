"""Faults of HaleAI, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from generated.haleai.server import Security
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import Collection, Page, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import (
    Apply,
    PageFrom,
    Repaged,
    gate,
    is_detail,
    is_page,
    reselected,
    security,
)
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import reading
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_CACHED_FOR = 30_000_000
"""Microseconds."""


def _is_of(kind: str, asked: Asked) -> bool:
    """Whether a path is that of a collection, or of a row of it."""
    return asked.path.removeprefix(f"{BASE_PATH}/").partition("/")[0] == kind


def _repaged_leads(make: PageFrom) -> Apply:
    return lambda parts: replace(
        parts,
        collections={**parts.collections, "leads": Repaged(parts.collections["leads"], make)},
    )


async def _more_where_full(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    is_full = len(page.rows) == limit
    return Page(page.rows, page.rows[-1].seq) if is_full else page


async def _hundred_of_a_stage(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    return await inner.page(selection, position, min(limit, 100) if "stage" in selection else limit)


@dataclass(frozen=True, slots=True)
class _ByUpdate:
    """A collection whose rows are in the order of their updates where updatedSince selects them."""

    inner: Collection
    by_update: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        source = self.by_update if "updated_since" in selection else self.inner
        return await source.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _ordered_by_update(parts: Parts) -> Parts:
    def by_update(name: str) -> Collection:
        honest = reading(KINDS[name].table)
        column = honest.table.c.updated_at
        before = {"position": column < bindparam("position")}
        how = replace(
            honest,
            conditions={**honest.conditions, **before},
            key=column,
            order=column.desc(),
        )
        return SqlCollection(parts.platform.database, how)

    collections = {
        name: _ByUpdate(inner, by_update(name)) for name, inner in parts.collections.items()
    }
    return replace(parts, collections=collections)


def _source_on_the_first_page(selection: Scope, position: int | None) -> Scope:
    goes_on = position is not None and "stage" in selection
    return without(selection, "source") if goes_on else selection


def _future_ignored(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        since = _moment(asked.parameter("updatedSince"))
        is_ahead = since is not None and since > parts.platform.clock.now()
        ignored = is_ahead and _is_of("contacts", asked)
        return await ask(asked.without("updatedSince") if ignored else asked)

    return tamper


def _moment(text: str | None) -> datetime | None:
    try:
        moment = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _head_of_anybody(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "HEAD" or answered.status != 404 or not is_detail(asked.path):
            return answered
        collection, _, row_id = asked.path.removeprefix(f"{BASE_PATH}/").partition("/")
        table = KINDS[collection].table
        rows = await parts.platform.database.select(
            select(table.c.id).where(table.c.id == bindparam("id")), {"id": row_id}
        )
        return answered.with_status(200) if rows else answered

    return tamper


@dataclass(frozen=True, slots=True)
class _Cached(Security[Caller]):
    """Security that remembers for a while whom it let in."""

    inner: Security[Caller]
    clock: Clock
    known: dict[str, tuple[int, Caller]] = field(default_factory=dict)

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is, or was a moment ago."""
        now = self.clock.microseconds()
        since, caller = self.known.get(token, (0, None))
        if caller is not None and now - since < _CACHED_FOR:
            return caller
        caller = await self.inner.api_key(token, request)
        self.known[token] = now, caller
        return caller


@dataclass(frozen=True, slots=True)
class _WholeSeconds:
    """Token buckets that are refilled for the whole seconds since they were last asked."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The tokens of each bucket, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        tokens, asked_at = self.held.get(name, (policy.burst, now))
        refilled = (now - asked_at) // _SECOND * policy.limit // policy.window
        tokens = min(policy.burst, tokens + refilled)
        granted = tokens > 0
        self.held[name] = max(0, tokens - 1), now
        return Grant(granted, max(0, tokens - 1), 0 if granted else 1, now)


def _another_code(answered: Answered, code: str) -> Answered:
    return answered.with_json({"error": {**answered.json["error"], "code": code}})


def _limit_of_deals(asked: Asked, answered: Answered) -> bool:
    limit = asked.parameter("limit")
    is_number = limit is not None and limit.lstrip("-").isdecimal()
    return is_number and _is_of("deals", asked) and answered.code == "invalid_request"


def _plan_on_details(asked: Asked, answered: Answered) -> bool:
    return is_detail(asked.path) and answered.code == "plan_required"


def _lead_in_detail(asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and is_detail(asked.path) and _is_of("leads", asked)


def _to_the_second(answered: Answered) -> Answered:
    lead: Mapping[str, Any] = answered.json["data"]
    moment = datetime.fromisoformat(lead["updatedAt"]).astimezone(UTC)
    cut = moment - timedelta(microseconds=moment.microsecond)
    return answered.with_json({"data": {**lead, "updatedAt": f"{cut:%Y-%m-%dT%H:%M:%SZ}"}})


def _is_empty_page(asked: Asked, answered: Answered) -> bool:
    return is_page(asked, answered) and not answered.json["data"]


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F801",
        title="The last page of leads has a nextCursor where it is full",
        promises=("HALE-07", "HALE-12"),
        mistake="Whether there is more is guessed from the number of rows.",
        apply=_repaged_leads(_more_where_full),
        held_out=1,
    ),
    Fault(
        id="PAG-F802",
        title="Walks with updatedSince lose rows that were updated at the same moment",
        promises=("HALE-15",),
        mistake="The pages are cut by updatedAt, which is not unique.",
        apply=_ordered_by_update,
        held_out=1,
    ),
    Fault(
        id="FIL-F803",
        title="From the second page on, source is ignored where stage is given",
        promises=("HALE-12", "HALE-15"),
        mistake="The query of a following page is another one, and was forgotten.",
        apply=reselected(_source_on_the_first_page),
        held_out=1,
    ),
    Fault(
        id="FIL-F804",
        title="An updatedSince of contacts that lies ahead is ignored",
        promises=("HALE-11",),
        mistake="A moment that has yet to come was taken for a mistake of the caller.",
        apply=around_with_parts(_future_ignored),
        held_out=1,
    ),
    Fault(
        id="TEN-F805",
        title="HEAD of another tenant's row is 200",
        promises=("HALE-04",),
        mistake="HEAD has a quick query of its own, which does not look at the tenant.",
        apply=around_with_parts(_head_of_anybody),
        held_out=1,
    ),
    Fault(
        id="AUT-F806",
        title="A revoked key that was just used works for half a minute more",
        promises=("HALE-02",),
        mistake="Keys are cached, and nobody tells the cache.",
        apply=security(lambda parts: _Cached(parts.security, parts.platform.clock)),
        held_out=1,
    ),
    Fault(
        id="RAT-F807",
        title="Who sends ten requests a second, evenly, is refused after the burst",
        promises=("HALE-06",),
        mistake="The bucket is refilled for whole seconds, and each request begins a new one.",
        apply=gate(lambda parts: Limiter(_WholeSeconds(parts.platform.clock), POLICY)),
        held_out=1,
    ),
    Fault(
        id="ENV-F808",
        title="A limit of deals out of range has a code that is not documented",
        promises=("HALE-09", "HALE-10"),
        mistake="One handler checks the parameter itself, and named the error after it.",
        apply=answers(_limit_of_deals, lambda answered: _another_code(answered, "invalid_limit")),
        held_out=1,
    ),
    Fault(
        id="SCH-F809",
        title="A lead in detail shows its updatedAt cut to the second",
        promises=("HALE-12", "HALE-14"),
        mistake="Two serializers; one was never given the fraction.",
        apply=answers(_lead_in_detail, _to_the_second),
        held_out=1,
    ),
    Fault(
        id="HDR-F810",
        title="A page without rows may be cached for a minute",
        promises=("HALE-02",),
        mistake="An early return, with the headers of a public answer.",
        apply=answers(
            _is_empty_page,
            lambda answered: answered.with_header("cache-control", "public, max-age=60"),
        ),
        held_out=1,
    ),
    Fault(
        id="AUT-F811",
        title="On details, a key of a lower tier is told that it is unknown",
        promises=("HALE-05",),
        mistake="One route catches every failure of authentication alike.",
        apply=answers(_plan_on_details, lambda answered: _another_code(answered, "unauthorized")),
        held_out=1,
    ),
    Fault(
        id="LIM-F812",
        title="A page of a stage holds a hundred rows at most, whatever its limit says",
        promises=("HALE-07", "HALE-10"),
        mistake="The query of one index has a limit of its own.",
        apply=_repaged_leads(_hundred_of_a_stage),
        held_out=1,
    ),
)
