"""Faults of HaleAI, planted from its documentation alone."""

import hashlib
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import instant
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.cursors import Rescoped
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Repaged, gate, security
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.storage.database import Database
from reference.storage.tables import api_keys

_CONTACTS = f"{BASE_PATH}/contacts/"
_WEST = re.compile(r"-([01]\d|2[0-3]):(0[1-9]|[1-5]\d)$")
"""An offset west of Greenwich that is not of whole hours."""
_KEY = select(api_keys.c.attributes).where(
    api_keys.c.api == NAME, api_keys.c.digest == bindparam("digest")
)


async def _after_a_row_that_matches(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    if position is not None:
        found = await inner.page(selection, position + 1, 1)
        if not found.rows or found.rows[0].seq != position:
            return Page((), None)
    return await inner.page(selection, position, limit)


def _going_on_from_a_row(parts: Parts) -> Parts:
    collections = {
        name: Repaged(inner, _after_a_row_that_matches) for name, inner in parts.collections.items()
    }
    return replace(parts, collections=collections)


@dataclass(frozen=True, slots=True)
class _Noting(Security[Caller]):
    """Security that notes which key a request came with."""

    inner: Security[Caller]
    key_id: ContextVar[str]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        caller = await self.inner.api_key(token, request)
        self.key_id.set(caller.key_id)
        return caller


def _bound_to_a_key(parts: Parts) -> Parts:
    key_id: ContextVar[str] = ContextVar("key_id")

    def of_key(scope: Scope) -> Scope:
        return {**scope, "key": key_id.get()}

    return replace(
        parts,
        security=_Noting(parts.security, key_id),
        cursors=Rescoped(parts.cursors, of_key),
    )


def _is_west(asked: Asked) -> bool:
    since = asked.parameter("updatedSince")
    return since is not None and _WEST.search(since) is not None


def _east_by_the_minutes(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _WEST.sub(_misread, value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _misread(offset: re.Match[str]) -> str:
    minutes = 60 * -int(offset[1]) + int(offset[2])
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@dataclass(frozen=True, slots=True)
class _ByHeader:
    """A gate that knows a key by the header it came in."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        sent = request.headers["authorization"]
        return await self.inner.admit(request.by(replace(request.principal, key_id=sent)))


def _of_people(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        missed = asked.path.startswith(_CONTACTS) and answered.code == "not_found"
        if not missed or tenant is None:
            return answered
        lead = await parts.collections["leads"].find(tenant, asked.path.removeprefix(_CONTACTS))
        if lead is None:
            return answered
        updated_at = instant(lead.updated_at).isoformat().replace("+00:00", "Z")
        person = {"id": lead.id, "source": lead.source, "updatedAt": updated_at}
        return answered.with_status(200).with_json({"data": person})

    return tamper


def _as_long_as_before(_parts: Parts) -> Tamper:
    limits: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        limit = limits.get(asked.parameter("cursor") or "")
        if limit is not None and asked.parameter("limit") is None:
            asked = asked.with_query([*asked.query, ("limit", limit)])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": used, "nextCursor": str(following)}}:
                limits[following] = str(used)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _TierFirst(Security[Caller]):
    """Security that looks at the tier of a key, and then at whether the key is still good."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        digest = hashlib.sha256(token.encode()).digest()
        rows = await self.database.select(_KEY, {"digest": digest})
        if rows and rows[0].attributes["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return await self.inner.api_key(token, request)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F1801",
        title="A walk ends where the last row of a page no longer matches the filters",
        promises=("HALE-15", "HALE-07"),
        mistake="The page goes on from that row, which is looked up among the rows that match.",
        apply=_going_on_from_a_row,
        held_out=10,
    ),
    Fault(
        id="PAG-F1802",
        title="A cursor is good for the key that it was given to, not for another of the tenant",
        promises=("HALE-15", "HALE-07"),
        mistake="Cursors are sealed for the caller, and the caller was taken to be the key.",
        apply=_bound_to_a_key,
        held_out=10,
    ),
    Fault(
        id="PAG-F1803",
        title="The minutes of an offset west of Greenwich are added instead of taken away",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign was read with the hours, and never given to the minutes.",
        apply=requests(_is_west, _east_by_the_minutes),
        held_out=10,
    ),
    Fault(
        id="RAT-F1804",
        title="A key has a limit for each spelling of the word Bearer",
        promises=("HALE-06",),
        mistake="The limiter knows callers by the header as it was sent.",
        apply=gate(lambda parts: _ByHeader(parts.gate)),
        held_out=10,
    ),
    Fault(
        id="TEN-F1805",
        title="The id of a lead gets it as a contact",
        promises=("HALE-04", "HALE-14"),
        mistake="Both are people, kept in one table, and the detail looks for the id alone.",
        apply=around_with_parts(_of_people),
        held_out=10,
    ),
    Fault(
        id="LIM-F1806",
        title="Without a limit, a page after the first is as long as the one before it",
        promises=("HALE-10", "HALE-07"),
        mistake="The limit is kept with the cursor, and comes before the default.",
        apply=around_with_parts(_as_long_as_before),
        held_out=10,
    ),
    Fault(
        id="STA-F1807",
        title="HEAD takes any query",
        promises=("HALE-01", "HALE-10", "HALE-11"),
        mistake="HEAD was added for a health check, and never reads its parameters.",
        apply=requests(lambda asked: asked.method == "HEAD", lambda asked: asked.with_query(())),
        held_out=10,
    ),
    Fault(
        id="AUT-F1808",
        title="A revoked key of a lower tier is told of its plan",
        promises=("HALE-02", "HALE-05"),
        mistake="The tier is looked at before whether the key is still good.",
        apply=security(lambda parts: _TierFirst(parts.security, parts.platform.database)),
        held_out=10,
    ),
)
