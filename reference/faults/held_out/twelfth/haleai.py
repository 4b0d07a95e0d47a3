"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from generated.haleai.server import Security
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around, requests
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS, LEADS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, KEY_PREFIX, Parts
from reference.haleai.security import Caller
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_KEY_LENGTH = len(KEY_PREFIX) + 32
_LARGEST_PAGE = 200
_OFFSET = re.compile(r"([+-]\d\d):(?!00)[0-5]\d$")

Wrap = Callable[[Collection], Collection]


def _each_collection(wrap: Wrap) -> Callable[[Parts], Parts]:
    return lambda parts: replace(
        parts, collections={name: wrap(inner) for name, inner in parts.collections.items()}
    )


def _has_minutes(asked: Asked) -> bool:
    return _OFFSET.search(asked.parameter("updatedSince") or "") is not None


def _in_whole_hours(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A collection whose pages begin after a row that has to be in the list still."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if position is not None and not await self._is_there(selection, position):
            return Page([], None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)

    async def _is_there(self, selection: Scope, position: int) -> bool:
        rows = (await self.inner.page(selection, position + 1, 1)).rows
        return bool(rows) and rows[0].seq == position


@dataclass(frozen=True, slots=True)
class _Capped:
    """A collection that never reads the one row more that tells of a next page, at the maximum."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        page = await self.inner.page(selection, position, limit)
        return Page(page.rows, None) if limit == _LARGEST_PAGE else page

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _UpToTheComma:
    """A collection that compares a source with what comes before the first comma."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        source = selection.get("source")
        first = {"source": source.partition(",")[0]} if isinstance(source, str) else {}
        return await self.inner.page({**selection, **first}, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _lead_as_contact(asked: Asked) -> bool:
    return asked.path.startswith(f"{BASE_PATH}/contacts/{LEADS.id_prefix}")


def _as_lead(asked: Asked) -> Asked:
    return replace(asked, path=asked.path.replace("/contacts/", "/leads/", 1))


@dataclass(frozen=True, slots=True)
class _Saving:
    """Token buckets that begin with a burst, and are refilled to the whole limit of a window."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What each bucket holds, in the nanoseconds that refilled it, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        saved, asked_at = self.held.get(name, (policy.capacity, now))
        saved = min(policy.limit * policy.interval, saved + now - asked_at)
        granted = saved >= policy.interval
        wait = 0 if granted else -(-(policy.interval - saved) // _SECOND)
        left = saved - policy.interval if granted else saved
        self.held[name] = left, now
        return Grant(granted, left // policy.interval, wait, now)


async def _head_of_any_list(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    is_list = asked.path.removeprefix(f"{BASE_PATH}/") in KINDS
    if asked.method != "HEAD" or answered.status != 400 or not is_list:
        return answered
    return await ask(asked.with_query([]))


@dataclass(frozen=True, slots=True)
class _CutKeys(Security[Caller]):
    """Security that looks at as many characters as a key has."""

    inner: Security[Caller]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it begins with."""
        return await self.inner.api_key(token[:_KEY_LENGTH], request)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2001",
        title="The minutes of the offset of updatedSince are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Offsets are parsed as a number of hours.",
        apply=requests(_has_minutes, _in_whole_hours),
        held_out=12,
    ),
    Fault(
        id="PAG-F2002",
        title="A walk ends early where the last row of a page has left the filter meanwhile",
        promises=("HALE-15",),
        mistake="The row of the cursor is looked up among the filtered rows before it is gone on.",
        apply=_each_collection(_Anchored),
        held_out=12,
    ),
    Fault(
        id="RAT-F2003",
        title="A key that rests for a minute may send 600 requests at once",
        promises=("HALE-06",),
        mistake="The bucket is made with the burst, and refilled up to the limit.",
        apply=lambda parts: replace(parts, gate=Limiter(_Saving(parts.platform.clock), POLICY)),
        held_out=12,
    ),
    Fault(
        id="STA-F2004",
        title="HEAD of a list is 200 with whatever parameters",
        promises=("HALE-01", "HALE-10", "HALE-11"),
        mistake="HEAD has a handler of its own, which reads no query.",
        apply=around(_head_of_any_list),
        held_out=12,
    ),
    Fault(
        id="AUT-F2005",
        title="A key with more characters after it is taken for the key",
        promises=("HALE-02",),
        mistake="What is looked up is cut to the length of the column.",
        apply=lambda parts: replace(parts, security=_CutKeys(parts.security)),
        held_out=12,
    ),
    Fault(
        id="STA-F2006",
        title="The id of a lead gets the lead where a contact is asked for",
        promises=("HALE-14", "HALE-04"),
        mistake="One route serves people of both kinds, and goes by the prefix of the id.",
        apply=requests(_lead_as_contact, _as_lead),
        held_out=12,
    ),
    Fault(
        id="PAG-F2007",
        title="The first page is the last one where limit is 200",
        promises=("HALE-07", "HALE-10", "HALE-15"),
        mistake="One row more is read to know of a next page, and the query is capped at 200.",
        apply=_each_collection(_Capped),
        held_out=12,
    ),
    Fault(
        id="PAG-F2008",
        title="Of a source with a comma, only what is before it is compared",
        promises=("HALE-11", "HALE-12"),
        mistake="The query parser splits lists, and the handler takes the first.",
        apply=_each_collection(_UpToTheComma),
        held_out=12,
    ),
)
