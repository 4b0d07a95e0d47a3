"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.keys import Keyring, UnknownKeyError
from reference.token_bucket import Grant, Policy

Apply = Callable[[Parts], Parts]
_SECOND = 1_000_000_000
_LISTS = {f"{BASE_PATH}/{name}" for name in KINDS}
_WEST_WITH_MINUTES = re.compile(r"(.+[Tt].+)-(\d\d):(0[1-9]|[1-5]\d)")


def _next_cursor(answered: Answered) -> str | None:
    match answered.json:
        case {"pagination": {"nextCursor": str(cursor)}}:
            return cursor
    return None


def _with_parameter(asked: Asked, name: str, value: str) -> Asked:
    return asked.with_query((known, value if known == name else old) for known, old in asked.query)


def _size_of_the_first_page(_: Parts) -> Tamper:
    sizes: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        size = sizes.get(asked.parameter("cursor") or "")
        limit = asked.parameter("limit") or ""
        is_limit = re.fullmatch("[0-9]{1,3}", limit) is not None and 1 <= int(limit) <= 200
        kept = size is not None and is_limit
        answered = await ask(_with_parameter(asked, "limit", str(size)) if kept else asked)
        following = _next_cursor(answered)
        if following is not None:
            sizes[following] = str(answered.json["pagination"]["limit"])
        return answered

    return tamper


def _cursors_of_keys(_: Parts) -> Tamper:
    holders: dict[str, set[str]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        known = holders.get(asked.parameter("cursor") or "", {asked.token})
        is_own = asked.token in known
        answered = await ask(asked if is_own else _with_parameter(asked, "cursor", "of another"))
        following = _next_cursor(answered)
        if following is not None:
            holders.setdefault(following, set()).add(asked.token)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _AnyTier(Security[Caller]):
    """Lets every key in, whatever its tier."""

    keyring: Keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:  # noqa: ARG002 - the token says it all
        """Return the caller whose key it is."""
        try:
            key = await self.keyring.find(token)
        except UnknownKeyError as error:
            raise errors.Unauthorized("This API key is unknown, or was revoked.") from error
        return Caller(key.tenant, key.id)


def _has_looked_up(asked: Asked, answered: Answered) -> bool:
    is_missing_row = answered.status == 404 and asked.path.rpartition("/")[0] in _LISTS
    return answered.status == 200 or is_missing_row


def _tier_of_what_was_found(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not _has_looked_up(asked, answered):
            return answered
        key = await parts.keyring.find(asked.token)
        if key.attributes["tier"] in TIERS_WITH_API:
            return answered
        refused = refusal(401, "plan_required", "API access needs the Team Max tier or above.")
        return refused.with_header("www-authenticate", "Bearer")

    return tamper


def _tier_at_last(parts: Parts) -> Parts:
    asking: Apply = around_with_parts(_tier_of_what_was_found)
    return asking(replace(parts, security=_AnyTier(parts.keyring)))


@dataclass(frozen=True, slots=True)
class _ForgivenAfterTheWait:
    """Token buckets that are full again once a refused caller has waited."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)
    refused_until: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        if name in self.refused_until and self.refused_until[name] <= now:
            del self.refused_until[name]
            self.full_at[name] = now
        grant = policy.taken(now, self.full_at.get(name, now))
        if grant.granted:
            self.full_at[name] = grant.full_at
        else:
            self.refused_until.setdefault(name, now + grant.retry_after * _SECOND)
        return grant


def _forgiving(parts: Parts) -> Parts:
    return replace(parts, gate=Limiter(_ForgivenAfterTheWait(parts.platform.clock), POLICY))


def _is_west_with_minutes(asked: Asked) -> bool:
    return _WEST_WITH_MINUTES.fullmatch(asked.parameter("updatedSince") or "") is not None


def _minutes_to_the_east(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _WEST_WITH_MINUTES.sub(_added, value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _added(moment: re.Match[str]) -> str:
    offset = int(moment[3]) - 60 * int(moment[2])
    hours, minutes = divmod(abs(offset), 60)
    return f"{moment[1]}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def _is_head_of_list(asked: Asked) -> bool:
    return asked.method == "HEAD" and asked.path in _LISTS


def _says_twice_the_same(asked: Asked) -> bool:
    return len(set(asked.query)) < len(asked.query)


@dataclass(frozen=True, slots=True)
class _FromTheRow:
    """A collection that looks for the row of a cursor among the selected ones."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if position is not None:
            found = await self.inner.page(selection, position + 1, 1)
            if not found.rows or found.rows[0].seq != position:
                return Page((), None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _from_rows(parts: Parts) -> Parts:
    collections = {name: _FromTheRow(inner) for name, inner in parts.collections.items()}
    return replace(parts, collections=collections)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2401",
        title="A walk keeps the limit of its first page, whatever limit is sent with a cursor",
        promises=("HALE-10", "HALE-15", "HALE-07"),
        mistake="The cursor holds the whole query, its limit as well.",
        apply=around_with_parts(_size_of_the_first_page),
        held_out=13,
    ),
    Fault(
        id="PAG-F2402",
        title="A cursor is unknown to the other keys of its tenant",
        promises=("HALE-07", "HALE-15"),
        mistake="Cursors are sealed for the key, where the tenant was meant.",
        apply=around_with_parts(_cursors_of_keys),
        held_out=13,
    ),
    Fault(
        id="AUT-F2403",
        title="A key of a lower tier is told of its wrong parameters before its tier",
        promises=("HALE-02", "HALE-05"),
        mistake="The tier is looked at once the rows are there, after all other checks.",
        apply=_tier_at_last,
        held_out=13,
    ),
    Fault(
        id="RAT-F2404",
        title="Who was refused and waits has a whole burst again",
        promises=("HALE-06",),
        mistake="When the wait is over, the bucket is made anew.",
        apply=_forgiving,
        held_out=13,
    ),
    Fault(
        id="FIL-F2405",
        title="The minutes of a negative offset of updatedSince count to the east",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign of an offset is given to its hours only.",
        apply=requests(_is_west_with_minutes, _minutes_to_the_east),
        held_out=13,
    ),
    Fault(
        id="STA-F2406",
        title="HEAD of a list is 200 where GET refuses the query",
        promises=("HALE-01", "HALE-09"),
        mistake="HEAD has a handler of its own, which reads no parameters.",
        apply=requests(_is_head_of_list, lambda asked: asked.with_query(())),
        held_out=13,
    ),
    Fault(
        id="STA-F2407",
        title="A parameter that is given twice is taken where both values are the same",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Repetitions are counted after the query was made a set of pairs.",
        apply=requests(
            _says_twice_the_same, lambda asked: asked.with_query(dict.fromkeys(asked.query))
        ),
        held_out=13,
    ),
    Fault(
        id="PAG-F2408",
        title="A walk ends early where the last row of a page leaves the selection meanwhile",
        promises=("HALE-15",),
        mistake="The row that a cursor stands on is looked up with the filters.",
        apply=_from_rows,
        held_out=13,
    ),
)
