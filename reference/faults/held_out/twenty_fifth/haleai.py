"""Faults of HaleAI, planted from its documentation alone."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from generated.haleai.server import Security
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page, SqlCollection
from reference.cursors import Scope
from reference.faults.composition import around, around_with_parts
from reference.faults.cursors import Rescoped
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import contacts, deals, leads, reading
from reference.keys import Keyring, UnknownKeyError
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000
"""Microseconds."""
_DEALS = f"{BASE_PATH}/deals/"
_NO_CHARACTER = "\0"

Condition = ColumnElement[bool]


def _selecting(collection: str, table: Any, name: str, how: Condition) -> Callable[[Parts], Parts]:
    """Select the rows of a collection by a parameter in another way."""

    def apply(parts: Parts) -> Parts:
        honest = reading(table)
        changed = replace(honest, conditions={**honest.conditions, name: how})
        made = SqlCollection(parts.platform.database, changed)
        return replace(parts, collections={**parts.collections, collection: made})

    return apply


_IN_ANY_CASE = func.lower(contacts.c.source) == func.lower(bindparam("source"))
_CUT_TO_THE_SECOND = leads.c.updated_at - leads.c.updated_at % _SECOND > bindparam("updated_since")


def _bound_to_limit(parts: Parts) -> Parts:
    limit = ContextVar("limit", default="50")

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        limit.set(asked.parameter("limit") or "50")
        return await ask(asked)

    planted: Callable[[Parts], Parts] = around(tamper)
    cursors = Rescoped(parts.cursors, lambda scope: {**scope, "limit": limit.get()})
    return planted(replace(parts, cursors=cursors))


@dataclass(frozen=True, slots=True)
class _PlanOnLists(Security[Caller]):
    """Security that asks for a tier on the lists alone."""

    inner: Security[Caller]
    keyring: Keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        if request.operation_id.startswith("list"):
            return await self.inner.api_key(token, request)
        try:
            key = await self.keyring.find(token)
        except UnknownKeyError:
            return await self.inner.api_key(token, request)
        return Caller(key.tenant, key.id)


@dataclass(frozen=True, slots=True)
class _CountingRefused:
    """Token buckets that a request takes from whether it is granted or not."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        full_at = self.full_at.get(name, now)
        self.full_at[name] = max(now, full_at) + policy.interval
        return policy.taken(now, full_at)


async def _preflight_answered(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "OPTIONS" or "access-control-request-method" not in asked.headers:
        return await ask(asked)
    headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
    }
    return Answered(204, headers, b"")


@dataclass(frozen=True, slots=True)
class _WithoutNull:
    """A collection in a database whose texts cannot have the character U+0000."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if _NO_CHARACTER in str(selection.get("source", "")):
            raise RuntimeError("invalid byte sequence for encoding")
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _without_null(parts: Parts) -> Parts:
    collections = {name: _WithoutNull(inner) for name, inner in parts.collections.items()}
    return replace(parts, collections=collections)


def _owned_by_others(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 404 or not asked.path.startswith(_DEALS):
            return answered
        rows = await parts.platform.database.select(
            select(deals.c.id).where(deals.c.id == bindparam("id")),
            {"id": asked.path.removeprefix(_DEALS)},
        )
        return _of_another_team(answered) if rows else answered

    return tamper


def _of_another_team(answered: Answered) -> Answered:
    error = {**answered.json["error"], "message": "This deal does not belong to your team."}
    return answered.with_json({"error": error})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4701",
        title="The source of contacts is compared without regard to case",
        promises=("HALE-11",),
        mistake="The collation of the column, which nobody chose.",
        apply=_selecting("contacts", contacts, "source", _IN_ANY_CASE),
        held_out=25,
    ),
    Fault(
        id="PAG-F4702",
        title="updatedSince misses leads that were updated later within the same second",
        promises=("HALE-12",),
        mistake="The column is cut to the second before it is compared.",
        apply=_selecting("leads", leads, "updated_since", _CUT_TO_THE_SECOND),
        held_out=25,
    ),
    Fault(
        id="PAG-F4703",
        title="A cursor is refused where the limit is another than that of the page before",
        promises=("HALE-15",),
        mistake="The cursor is bound to all parameters of the query, the limit too.",
        apply=_bound_to_limit,
        held_out=25,
    ),
    Fault(
        id="AUT-F4704",
        title="A key of a lower tier reads details",
        promises=("HALE-05",),
        mistake="The tier is checked by the routes of the lists, and those of details came later.",
        apply=lambda parts: replace(parts, security=_PlanOnLists(parts.security, parts.keyring)),
        held_out=25,
    ),
    Fault(
        id="RAT-F4705",
        title="Requests that are refused use up what is refilled",
        promises=("HALE-06",),
        mistake="Each request is counted before it is decided on.",
        apply=lambda parts: replace(
            parts, gate=Limiter(_CountingRefused(parts.platform.clock), POLICY)
        ),
        held_out=25,
    ),
    Fault(
        id="STA-F4706",
        title="OPTIONS that asks as a browser does is answered 204",
        promises=("HALE-01",),
        mistake="A CORS middleware with its defaults stands before the routes.",
        apply=around(_preflight_answered),
        held_out=25,
    ),
    Fault(
        id="STA-F4707",
        title="A source with the character U+0000 is a failure of the server",
        promises=("HALE-11", "HALE-12"),
        mistake="The text goes to a database that cannot have it, and its error to the top.",
        apply=_without_null,
        held_out=25,
    ),
    Fault(
        id="TEN-F4708",
        title="The id of another tenant's deal is answered in other words",
        promises=("HALE-04",),
        mistake="The row is found first and its owner looked at then, with a message of its own.",
        apply=around_with_parts(_owned_by_others),
        held_out=25,
    ),
)
