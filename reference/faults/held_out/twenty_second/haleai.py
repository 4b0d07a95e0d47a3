"""Faults of HaleAI, planted from its documentation alone."""

import hashlib
import re
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, select
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests, wrapped
from reference.faults.cursors import Rescoped
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.token_bucket import Grant, Policy

_LARGEST_PAGE = 200
_SECOND = 1_000_000_000
_OF_A_LIST = ("tenant", "collection")
_ATTRIBUTES = select(api_keys.c.attributes).where(
    api_keys.c.api == NAME, api_keys.c.digest == bindparam("digest")
)
_OFFSET = re.compile(r"([+-]\d\d):[0-5]\d$")


@dataclass(frozen=True, slots=True)
class _Capped:
    """A collection that never reads more rows than a page may hold at most."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows; none is seen to follow a largest one."""
        page = await self.inner.page(selection, position, limit)
        return Page(page.rows, None) if limit == _LARGEST_PAGE else page

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _capped(parts: Parts) -> Parts:
    collections = {name: _Capped(inner) for name, inner in parts.collections.items()}
    return replace(parts, collections=collections)


def _found_first(parts: Parts) -> Tamper:
    """Look for a row before the query is checked, and at whose it is after that."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        collection, _, row_id = asked.path.removeprefix(f"{BASE_PATH}/").partition("/")
        if answered.status != 400 or collection not in KINDS or not row_id:
            return answered
        table = KINDS[collection].table
        rows = await parts.platform.database.select(
            select(table.c.id).where(table.c.id == bindparam("id")), {"id": row_id}
        )
        return answered if rows else refusal(404, "not_found", "There is nothing with this id.")

    return tamper


@dataclass(frozen=True, slots=True)
class _Saving:
    """Token buckets that begin with a burst, and are refilled up to the limit of a window."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The nanoseconds that each bucket has saved up, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        saved, asked_at = self.held.get(name, (policy.capacity, now))
        saved = min(policy.limit * policy.interval, saved + now - asked_at)
        granted = saved >= policy.interval
        left = saved - policy.interval if granted else saved
        self.held[name] = left, now
        wait = 0 if granted else -(-(policy.interval - left) // _SECOND)
        return Grant(granted, left // policy.interval, wait, now)


def _saving(parts: Parts) -> Parts:
    return replace(parts, gate=Limiter(_Saving(parts.platform.clock), POLICY))


@dataclass(frozen=True, slots=True)
class _PlanFirst(Security[Caller]):
    """Security that looks at a key's tier before it looks at whether the key is good."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        digest = hashlib.sha256(token.encode()).digest()
        rows = await self.database.select(_ATTRIBUTES, {"digest": digest})
        if rows and rows[0].attributes["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return await self.inner.api_key(token, request)


def _plan_first(parts: Parts) -> Parts:
    return replace(parts, security=_PlanFirst(parts.security, parts.platform.database))


@dataclass(frozen=True, slots=True)
class _Emptied:
    """ASGI middleware: what is told of the length of a HEAD is that of its empty body."""

    app: ASGIApp

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def emptied(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message["headers"] if pair[0] != b"content-length"]
                message = {**message, "headers": [*others, (b"content-length", b"0")]}
            await send(message)

        is_head = scope.get("method") == "HEAD"
        await self.app(scope, receive, emptied if is_head else send)


def _has_since(asked: Asked) -> bool:
    return asked.parameter("updatedSince") is not None


def _in_whole_hours(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _by_values(scope: Scope) -> Scope:
    """Return a scope whose filters are known by their values, not by their names."""
    filters = [str(value) for name, value in scope.items() if name not in _OF_A_LIST]
    return {name: scope[name] for name in _OF_A_LIST} | {"filters": "|".join(filters)}


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _has_a_number(asked: Asked) -> bool:
    limits = [value for name, value in asked.query if name == "limit"]
    return len(limits) == 1 and _number(limits[0]) is not None


def _in_digits(asked: Asked) -> Asked:
    return asked.with_query(
        (name, str(_number(value)) if name == "limit" else value) for name, value in asked.query
    )


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4301",
        title="A page of the largest limit is always the last",
        promises=("HALE-07", "HALE-15"),
        mistake="The one row more that tells of a next page is cut off by a cap of 200 rows.",
        apply=_capped,
        held_out=22,
    ),
    Fault(
        id="TEN-F4302",
        title="With an unknown parameter, another tenant's id is 400 and one of nobody 404",
        promises=("HALE-04", "HALE-09"),
        mistake="The row is loaded first, then the query is checked, then whose row it is.",
        apply=around_with_parts(_found_first),
        held_out=22,
    ),
    Fault(
        id="RAT-F4303",
        title="A key that rests saves up as much as a minute's requests for one burst",
        promises=("HALE-06",),
        mistake="The bucket begins with the burst, and is refilled up to the limit.",
        apply=_saving,
        held_out=22,
    ),
    Fault(
        id="AUT-F4304",
        title="A revoked key of a lower tier is told of its plan",
        promises=("HALE-02", "HALE-05"),
        mistake="The tier is checked before it is known whether the key is still good.",
        apply=_plan_first,
        held_out=22,
    ),
    Fault(
        id="HDR-F4305",
        title="HEAD says that the answer to GET has no bytes",
        promises=("HALE-01",),
        mistake="The body is dropped before its length is written.",
        apply=wrapped(_Emptied),
        held_out=22,
    ),
    Fault(
        id="PAG-F4306",
        title="The minutes of the offset of updatedSince are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="An offset was thought to be a number of hours.",
        apply=requests(_has_since, _in_whole_hours),
        held_out=22,
    ),
    Fault(
        id="PAG-F4307",
        title="A cursor of one filter is taken for another filter of the same value",
        promises=("HALE-15",),
        mistake="A cursor is bound to the values of the filters, one after the other.",
        apply=lambda parts: replace(parts, cursors=Rescoped(parts.cursors, _by_values)),
        held_out=22,
    ),
    Fault(
        id="LIM-F4308",
        title="A limit of 1_0 is read as 10",
        promises=("HALE-10",),
        mistake="Python's int() reads more than digits: underscores, and space around them.",
        apply=requests(_has_a_number, _in_digits),
        held_out=22,
    ),
)
