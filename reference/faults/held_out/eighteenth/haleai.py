"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from sqlalchemy import bindparam, select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.clock import instant
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.haleai.kinds import KINDS
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.keys import Keyring

_LIMITS = 256
"""More than any limit."""
_OFFSET_WITH_MINUTES = re.compile(r"([+-]\d\d):[0-5]\d$")


def _place(asked: Asked) -> tuple[str, str]:
    """Return the collection that a path names, and the id after it."""
    collection, _, row_id = asked.path.removeprefix(f"{BASE_PATH}/").partition("/")
    return collection, row_id


def _is_list(asked: Asked) -> bool:
    collection, row_id = _place(asked)
    return collection in KINDS and not row_id


def _with_parameter(asked: Asked, name: str, value: str) -> Asked:
    return asked.with_query((key, value if key == name else old) for key, old in asked.query)


def _collections(wrap: Callable[[Collection], Collection]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(
        parts, collections={name: wrap(inner) for name, inner in parts.collections.items()}
    )


@dataclass(frozen=True, slots=True)
class _AfterARow:
    """A collection that goes on after a row which it first looks for among those selected."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows, none where the row is selected no more."""
        if position is not None:
            found = await self.inner.page(selection, position + 1, 1)
            if not found.rows or found.rows[0].seq != position:
                return Page((), None)
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _OfOneSize:
    """A collection whose positions say how large the pages of the walk are."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows, as large as the first of the walk."""
        start, size = (None, limit) if position is None else divmod(position, _LIMITS)
        page = await self.inner.page(selection, start, size)
        following = page.next_position
        return Page(page.rows, None if following is None else following * _LIMITS + size)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def _has_minutes(asked: Asked) -> bool:
    since = asked.parameter("updatedSince") or ""
    return _is_list(asked) and _OFFSET_WITH_MINUTES.search(since) is not None


def _in_whole_hours(asked: Asked) -> Asked:
    since = asked.parameter("updatedSince") or ""
    return _with_parameter(asked, "updatedSince", _OFFSET_WITH_MINUTES.sub(r"\1:00", since))


@dataclass(frozen=True, slots=True)
class _TierOnTheFirstPage(Security[Caller]):
    """Security that asks nothing of the tier of who has a cursor."""

    inner: Security[Caller]
    keyring: Keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        try:
            return await self.inner.api_key(token, request)
        except errors.PlanRequired:
            if "cursor" not in dict(request.query):
                raise
        key = await self.keyring.find(token)
        return Caller(key.tenant, key.id)


def _tier_on_the_first_page(parts: Parts) -> Parts:
    return replace(parts, security=_TierOnTheFirstPage(parts.security, parts.keyring))


async def _head_after_get(ask: Ask, asked: Asked) -> Answered:
    if asked.method == "HEAD":
        await ask(asked)
    return await ask(asked)


def _dated(parts: Parts) -> Tamper:
    """Tell of each row that there is, the caller's or not, when it was updated."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        collection, row_id = _place(asked)
        if answered.status not in {200, 404} or collection not in KINDS or not row_id:
            return answered
        table = KINDS[collection].table
        query = select(table.c.updated_at).where(table.c.id == bindparam("id"))
        rows = await parts.platform.database.select(query, {"id": row_id})
        if not rows:
            return answered
        moment: datetime = instant(rows[0].updated_at).astimezone(UTC)
        return answered.with_header("last-modified", format_datetime(moment, usegmt=True))

    return tamper


def _read_limit(asked: Asked) -> int | None:
    try:
        return int(asked.parameter("limit") or "")
    except ValueError:
        return None


def _has_a_number(asked: Asked) -> bool:
    return _is_list(asked) and _read_limit(asked) is not None


def _with_plain_limit(asked: Asked) -> Asked:
    return _with_parameter(asked, "limit", str(_read_limit(asked)))


def _is_unreadable(asked: Asked, answered: Answered) -> bool:
    is_json = asked.headers.get("content-type", "").startswith("application/json")
    return answered.status == 405 and is_json and bool(asked.body) and asked.json is None


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F3501",
        title="A walk ends early where the last row of a page has left its filters since",
        promises=("HALE-15",),
        mistake="The cursor is a row, which the next query looks for among the selected ones.",
        apply=_collections(_AfterARow),
        held_out=18,
    ),
    Fault(
        id="PAG-F3502",
        title="A page that has a cursor is as large as the first one, whatever its limit",
        promises=("HALE-07", "HALE-10", "HALE-15"),
        mistake="The page size is kept in the cursor, and believed before the parameter.",
        apply=_collections(_OfOneSize),
        held_out=18,
    ),
    Fault(
        id="SCH-F3503",
        title="The minutes of the offset of updatedSince are not read",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Time zones were taken to be whole hours.",
        apply=requests(_has_minutes, _in_whole_hours),
        held_out=18,
    ),
    Fault(
        id="AUT-F3504",
        title="A key of a lower tier is let in where it brings a cursor",
        promises=("HALE-05",),
        mistake="The plan is checked where a walk begins, to spare a query on each page.",
        apply=_tier_on_the_first_page,
        held_out=18,
    ),
    Fault(
        id="RAT-F3505",
        title="A HEAD counts twice against the rate limit",
        promises=("HALE-06",),
        mistake="HEAD is passed on as a GET, and both go through the limiter.",
        apply=around(_head_after_get),
        held_out=18,
    ),
    Fault(
        id="TEN-F3506",
        title="The 404 of another tenant's id has the Last-Modified of its row",
        promises=("HALE-04",),
        mistake="The header is set when the row is loaded, before it is seen whose it is.",
        apply=around_with_parts(_dated),
        held_out=18,
    ),
    Fault(
        id="LIM-F3507",
        title="A limit with blanks around it or underscores in it is taken",
        promises=("HALE-10",),
        mistake="It is read with int(), which takes more than digits.",
        apply=requests(_has_a_number, _with_plain_limit),
        held_out=18,
    ),
    Fault(
        id="STA-F3508",
        title="A method other than GET whose body is no JSON is 400, not 405",
        promises=("HALE-01", "HALE-09"),
        mistake="Bodies are parsed before the request is routed.",
        apply=answers(
            _is_unreadable,
            lambda _: refusal(400, "invalid_request", "The body is not valid JSON."),
        ),
        held_out=18,
    ),
)
