"""Faults of HaleAI, planted from its documentation alone."""

import re
from dataclasses import dataclass, field, replace

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around, requests
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, PageFrom, Repaged
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import Parts
from reference.haleai.security import Caller
from reference.keys import Keyring
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_LARGEST_PAGE = 200
_LAST_OF_PLANE = "\uffff"
_WEST = re.compile(r"-(\d\d):(\d\d)$")


def _repaged(make: PageFrom) -> Apply:
    return lambda parts: replace(
        parts,
        collections={name: Repaged(inner, make) for name, inner in parts.collections.items()},
    )


async def _from_a_row_that_is_there(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    """Go on from the row that the page before ended with, where it is still on the list."""
    if position is not None:
        found = await inner.page(selection, position + 1, 1)
        if not found.rows or found.rows[0].seq != position:
            return Page([], None)
    return await inner.page(selection, position, limit)


async def _without_one_more(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    return Page(page.rows, None) if limit == _LARGEST_PAGE else page


async def _of_anybody(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    is_narrow = {"stage", "source", "updated_since"} <= selection.keys()
    return await inner.page(
        without(selection, "tenant") if is_narrow else selection, position, limit
    )


def _is_west(asked: Asked) -> bool:
    return _WEST.search(asked.parameter("updatedSince") or "") is not None


def _with_minutes_to_the_east(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _WEST.sub(_summed, value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _summed(offset: re.Match[str]) -> str:
    minutes = -60 * int(offset[1]) + int(offset[2])
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@dataclass(frozen=True, slots=True)
class _TierOfTheTenant(Security[Caller]):
    """Security that remembers of which tenants it saw a key with the API."""

    inner: Security[Caller]
    keyring: Keyring
    known: set[str] = field(default_factory=set)

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is, of whatever tier where the tenant is known."""
        try:
            caller = await self.inner.api_key(token, request)
        except errors.PlanRequired:
            key = await self.keyring.find(token)
            if key.tenant in self.known:
                return Caller(key.tenant, key.id)
            raise
        self.known.add(caller.tenant)
        return caller


@dataclass(frozen=True, slots=True)
class _Saving:
    """Token buckets that begin with one burst, and save up two."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The nanoseconds that each bucket was refilled for and has left, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        left, asked_at = self.held.get(name, (policy.capacity, now))
        left = min(2 * policy.capacity, left + now - asked_at)
        granted = left >= policy.interval
        wait = 0 if granted else -(-(policy.interval - left) // _SECOND)
        left -= policy.interval if granted else 0
        self.held[name] = left, now
        return Grant(granted, left // policy.interval, wait, now)


def _is_beyond_the_plane(asked: Asked, answered: Answered) -> bool:
    source = asked.parameter("source") or ""
    return answered.status == 200 and any(character > _LAST_OF_PLANE for character in source)


def _failed(answered: Answered) -> Answered:
    error = {"code": "internal_error", "message": "Something went wrong on our side."}
    return answered.with_status(500).with_json({"error": error})


async def _overridden(ask: Ask, asked: Asked) -> Answered:
    method = asked.headers.get("x-http-method-override", "").upper()
    is_read = asked.method == "POST" and method == "GET"
    return await ask(replace(asked, method="GET") if is_read else asked)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4841",
        title="A walk ends early once the last row of a page has left the list",
        promises=("HALE-15",),
        mistake="A page goes on from a row that is looked up among those that the filters select.",
        apply=_repaged(_from_a_row_that_is_there),
        held_out=28,
    ),
    Fault(
        id="PAG-F4842",
        title="The minutes of a negative offset of updatedSince are added, not subtracted",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign is given to the hours alone.",
        apply=requests(_is_west, _with_minutes_to_the_east),
        held_out=28,
    ),
    Fault(
        id="AUT-F4843",
        title="Once a tenant's key of Team Max was used, its keys of lower tiers are let in",
        promises=("HALE-05",),
        mistake="That there is access is cached, by tenant and not by key.",
        apply=lambda parts: replace(
            parts, security=_TierOfTheTenant(parts.security, parts.keyring)
        ),
        held_out=28,
    ),
    Fault(
        id="TEN-F4844",
        title="With stage, source and updatedSince together, everybody's leads are listed",
        promises=("HALE-04", "HALE-12"),
        mistake="A query was written by hand for one index, and the tenant left out.",
        apply=_repaged(_of_anybody),
        held_out=28,
    ),
    Fault(
        id="RAT-F4845",
        title="A key that rests saves up two bursts",
        promises=("HALE-06",),
        mistake="A bucket that is refilled is capped by another number than one that is made.",
        apply=lambda parts: replace(parts, gate=Limiter(_Saving(parts.platform.clock), POLICY)),
        held_out=28,
    ),
    Fault(
        id="ENV-F4846",
        title="A source with a character beyond U+FFFF is answered with 500",
        promises=("HALE-11", "HALE-12"),
        mistake="The database compares in a character set of three bytes at most.",
        apply=answers(_is_beyond_the_plane, _failed),
        held_out=28,
    ),
    Fault(
        id="STA-F4847",
        title="A POST with X-HTTP-Method-Override: GET is answered as GET",
        promises=("HALE-01",),
        mistake="A middleware of the framework that was on by default.",
        apply=around(_overridden),
        held_out=28,
    ),
    Fault(
        id="PAG-F4848",
        title="A page of the largest limit has no nextCursor, whatever follows",
        promises=("HALE-07", "HALE-15"),
        mistake="One row more is asked for, and the query is capped at the largest limit.",
        apply=_repaged(_without_one_more),
        held_out=28,
    ),
)
