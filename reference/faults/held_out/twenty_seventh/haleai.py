"""Faults of HaleAI, planted from its documentation alone."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.storage.database import Database
from reference.storage.tables import api_keys

_LARGEST_PAGE = 200
_MISSING_FOR = 60_000_000
"""Microseconds."""
_LISTS = {f"{BASE_PATH}/{name}" for name in KINDS}
_OFFSET_WITH_MINUTES = re.compile(r"(?P<local>.+)-(?P<hours>\d\d):(?P<minutes>[1-5]\d|0[1-9])")
_ATTRIBUTES = select(api_keys.c.attributes).where(
    api_keys.c.api == bindparam("api"), api_keys.c.digest == bindparam("digest")
)

PageFrom = Callable[[Collection, Scope, int | None, int], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class _Repaged:
    """A collection whose pages are made in another way."""

    inner: Collection
    make: PageFrom

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.make(self.inner, selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


async def _last_where_largest(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    return Page(page.rows, None) if limit == _LARGEST_PAGE else page


def _never_after_the_largest(parts: Parts) -> Parts:
    repaged = {
        name: _Repaged(inner, _last_where_largest) for name, inner in parts.collections.items()
    }
    return replace(parts, collections=repaged)


async def _counted_in_a_stage(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    if "stage" not in selection:
        return await inner.page(selection, position, limit)
    start = position or 0
    page = await inner.page(selection, None, start + limit)
    return Page(page.rows[start:], None if page.next_position is None else start + limit)


def _deals_counted(parts: Parts) -> Parts:
    deals = _Repaged(parts.collections["deals"], _counted_in_a_stage)
    return replace(parts, collections={**parts.collections, "deals": deals})


@dataclass(frozen=True, slots=True)
class _RememberedMissing:
    """A collection that remembers for a while which ids were not found, whoever asked."""

    inner: Collection
    clock: Clock
    missing: dict[str, int] = field(default_factory=dict)
    """When each was not found."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, unless nobody's was found a moment ago."""
        now = self.clock.microseconds()
        since = self.missing.get(row_id)
        if since is not None and now - since < _MISSING_FOR:
            return None
        row = await self.inner.find(tenant, row_id)
        if row is None:
            self.missing[row_id] = now
        return row


def _missing_leads_remembered(parts: Parts) -> Parts:
    leads = _RememberedMissing(parts.collections["leads"], parts.platform.clock)
    return replace(parts, collections={**parts.collections, "leads": leads})


def _limits_remembered(parts: Parts) -> Parts:
    limits: dict[str, str] = {}
    planted: Callable[[Parts], Parts] = around(_of_the_page_before(limits))
    return planted(parts)


def _of_the_page_before(limits: dict[str, str]) -> Tamper:
    """Give a page without a limit that of the page whose nextCursor it is asked with."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        known = limits.get(asked.parameter("cursor") or "")
        if known is not None and asked.parameter("limit") is None:
            asked = asked.with_query([*asked.query, ("limit", known)])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": int(limit), "nextCursor": str(following)}}:
                limits[following] = str(limit)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _TierFirst(Security[Caller]):
    """Security that looks at the tier of a key before it asks whether the key is still good."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        digest = hashlib.sha256(token.encode()).digest()
        rows = await self.database.select(_ATTRIBUTES, {"api": NAME, "digest": digest})
        if rows and rows[0].attributes["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return await self.inner.api_key(token, request)


@dataclass(frozen=True, slots=True)
class _DetailsByTenant:
    """A gate that takes the details of all keys of a tenant for those of one."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token; raise RateLimited where there is none."""
        tenant = request.principal.tenant
        is_detail = request.operation_id.startswith("get")
        counted = request.by(Caller(tenant, f"details/{tenant}")) if is_detail else request
        return await self.inner.admit(counted)


def _head_of_list(asked: Asked) -> bool:
    return asked.method == "HEAD" and asked.path in _LISTS


def _west_with_minutes(asked: Asked) -> bool:
    since = asked.parameter("updatedSince")
    return since is not None and _OFFSET_WITH_MINUTES.fullmatch(since) is not None


def _minutes_to_the_east(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET_WITH_MINUTES.sub(_misread, value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _misread(found: re.Match[str]) -> str:
    """Return the moment with the offset that its minutes make of it where they are added."""
    offset = int(found["minutes"]) - 60 * int(found["hours"])
    hours, minutes = divmod(abs(offset), 60)
    return f"{found['local']}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4801",
        title="A page with a limit of 200 says that it is the last",
        promises=("HALE-07", "HALE-15"),
        mistake="One row more is asked for to see whether there is more, and 200 is the most.",
        apply=_never_after_the_largest,
        held_out=27,
    ),
    Fault(
        id="PAG-F4802",
        title="A walk of the deals of a stage loses one where another leaves the stage",
        promises=("HALE-15", "HALE-13"),
        mistake="Where the index of stages is used, a cursor counts the rows before it.",
        apply=_deals_counted,
        held_out=27,
    ),
    Fault(
        id="TEN-F4803",
        title="A lead that another tenant asked for is 404 to its own for a minute",
        promises=("HALE-14", "HALE-04"),
        mistake="What was not found is cached by its id, without the tenant.",
        apply=_missing_leads_remembered,
        held_out=27,
    ),
    Fault(
        id="LIM-F4804",
        title="A following page without a limit has that of the page before",
        promises=("HALE-10",),
        mistake="The cursor carries the limit along, and the default looks there first.",
        apply=_limits_remembered,
        held_out=27,
    ),
    Fault(
        id="AUT-F4805",
        title="A revoked key of a lower tier is told that it needs a plan",
        promises=("HALE-02", "HALE-05"),
        mistake="The tier is looked at before the revocation.",
        apply=lambda parts: replace(
            parts, security=_TierFirst(parts.security, parts.platform.database)
        ),
        held_out=27,
    ),
    Fault(
        id="RAT-F4806",
        title="The details of all keys of a tenant are limited together",
        promises=("HALE-06",),
        mistake="The limiter of one router is named after the tenant.",
        apply=lambda parts: replace(parts, gate=_DetailsByTenant(parts.gate)),
        held_out=27,
    ),
    Fault(
        id="STA-F4807",
        title="HEAD of a list pays no attention to its query",
        promises=("HALE-01", "HALE-10", "HALE-11"),
        mistake="HEAD has a route of its own, which declares no parameters.",
        apply=requests(_head_of_list, lambda asked: asked.with_query([])),
        held_out=27,
    ),
    Fault(
        id="PAG-F4808",
        title="The minutes of an offset west of UTC are added where they are to be taken off",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign of the offset of updatedSince is given to its hours alone.",
        apply=requests(_west_with_minutes, _minutes_to_the_east),
        held_out=27,
    ),
)
