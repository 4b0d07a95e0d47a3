"""Faults of HaleAI, the seventh set planted from its documentation alone."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from urllib.parse import unquote_plus

from sqlalchemy import select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.storage.database import Database
from reference.storage.tables import api_keys

_SECOND = 1_000_000
_A_SECONDS_TOKENS = POLICY.limit // POLICY.window
_DETAIL = re.compile(rf"{BASE_PATH}/(?P<kind>contacts|leads|deals)/(?P<id>[^/]+)")
_MINUTES_OF_OFFSET = re.compile(r"([+-]\d\d):(?!00)\d\d$")
_PAGE = """<!doctype html>
<title>{status}</title>
<h1>Something went wrong</h1>
<p>We could not show you what you asked for.
"""


@dataclass(frozen=True, slots=True)
class _RefilledAtRequests:
    """Refills the bucket of a key at each of its requests, by the seconds since the one before."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        key, now = request.principal.key_id, self.clock.microseconds()
        before, left = self.held.get(key, (now, POLICY.burst))
        refilled = left + (now - before) // _SECOND * _A_SECONDS_TOKENS
        tokens = min(refilled, POLICY.burst)
        self.held[key] = (now, max(tokens - 1, 0))
        if tokens == 0:
            raise errors.RateLimited(
                "Too many requests. Wait 1 s before the next one.", headers={"Retry-After": "1"}
            )
        return {}


def _refilled_at_requests(parts: Parts) -> Parts:
    return replace(parts, gate=_RefilledAtRequests(parts.platform.clock))


def _page_size_of_cursors(_parts: Parts) -> Tamper:
    sizes: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        size = sizes.get(asked.parameter("cursor") or "")
        if size is not None and asked.parameter("limit") is None:
            asked = asked.with_query([*asked.query, ("limit", str(size))])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": int(limit), "nextCursor": str(following)}}:
                sizes[following] = limit
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _TierFirst(Security[Caller]):
    """Looks at the tier of a key before it asks whether the key is still good."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        is_it = (api_keys.c.api == NAME) & (
            api_keys.c.digest == hashlib.sha256(token.encode()).digest()
        )
        given = await self.database.read(
            lambda connection: connection.scalar(select(api_keys.c.attributes).where(is_it))
        )
        if given is not None and given["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return await self.inner.api_key(token, request)


def _tier_first(parts: Parts) -> Parts:
    return replace(parts, security=_TierFirst(parts.security, parts.platform.database))


def _has_minutes_of_offset(asked: Asked) -> bool:
    return _MINUTES_OF_OFFSET.search(asked.parameter("updatedSince") or "") is not None


def _in_whole_hours(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _MINUTES_OF_OFFSET.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _FoundWithoutPrefix:
    """Finds a row by what follows the prefix of an id."""

    inner: Collection
    prefix: str

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, self.prefix + row_id.rpartition("_")[2])


def _found_without_prefix(parts: Parts) -> Parts:
    found = {
        name: _FoundWithoutPrefix(inner, KINDS[name].id_prefix)
        for name, inner in parts.collections.items()
    }
    return replace(parts, collections=found)


def _dated(parts: Parts) -> Tamper:
    """Say of each row when it was last modified, whosever it is."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        detail = _DETAIL.fullmatch(asked.path)
        if detail is None or answered.status not in {200, 404}:
            return answered
        columns = KINDS[detail["kind"]].table.c
        of_row = select(columns.updated_at).where(columns.id == detail["id"])
        at = await parts.platform.database.read(lambda connection: connection.scalar(of_row))
        if at is None:
            return answered
        return answered.with_header("last-modified", formatdate(at // _SECOND, usegmt=True))

    return tamper


def _is_encoded_again(asked: Asked) -> bool:
    source = asked.parameter("source") or ""
    return unquote_plus(source) != source


def _decoded_again(asked: Asked) -> Asked:
    return asked.with_query(
        (name, unquote_plus(value) if name == "source" else value) for name, value in asked.query
    )


def _is_error_for_people(asked: Asked, answered: Answered) -> bool:
    return answered.status >= 400 and "text/html" in asked.headers.get("accept", "")


def _as_page(answered: Answered) -> Answered:
    return answered.with_text(_PAGE.format(status=answered.status), "text/html; charset=utf-8")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F1501",
        title="A bucket is refilled by the whole seconds since the request before",
        promises=("HALE-06",),
        mistake="Each request writes down its own time, and what was left of a second is lost.",
        apply=_refilled_at_requests,
        held_out=7,
    ),
    Fault(
        id="PAG-F1502",
        title="Without a limit, a later page is as long as the one that its cursor came with",
        promises=("HALE-10", "HALE-07"),
        mistake="The cursor brings all parameters of its page along, the limit among them.",
        apply=around_with_parts(_page_size_of_cursors),
        held_out=7,
    ),
    Fault(
        id="AUT-F1503",
        title="Of a lower tier, a revoked key is told to upgrade",
        promises=("HALE-02", "HALE-05"),
        mistake="The check of the tier was moved to where the key is read.",
        apply=_tier_first,
        held_out=7,
    ),
    Fault(
        id="TIM-F1504",
        title="The minutes of the offset of updatedSince are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Offsets were thought to be whole hours; India's is not.",
        apply=requests(_has_minutes_of_offset, _in_whole_hours),
        held_out=7,
    ),
    Fault(
        id="LIF-F1505",
        title="A row is found by an id with the prefix of another kind, or none",
        promises=("HALE-14", "HALE-04"),
        mistake="The prefix is cut off before the look-up, and nobody looks at it.",
        apply=_found_without_prefix,
        held_out=7,
    ),
    Fault(
        id="TEN-F1506",
        title="The 404 for another tenant's row says when it was last modified",
        promises=("HALE-04",),
        mistake="What sets the header reads the row by its id, before it is known whose it is.",
        apply=around_with_parts(_dated),
        held_out=7,
    ),
    Fault(
        id="FIL-F1507",
        title="A source is decoded twice, so that none with a plus sign is found",
        promises=("HALE-11", "HALE-12"),
        mistake="The handler decodes what the framework had decoded.",
        apply=requests(_is_encoded_again, _decoded_again),
        held_out=7,
    ),
    Fault(
        id="ENV-F1508",
        title="Errors are a page of HTML for whoever accepts one",
        promises=("HALE-09",),
        mistake="The framework's error handler looks at the Accept header.",
        apply=answers(_is_error_for_people, _as_page),
        held_out=7,
    ),
)
