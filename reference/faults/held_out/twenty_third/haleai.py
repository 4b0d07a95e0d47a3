"""Faults of HaleAI, planted from its documentation alone."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import gate, is_detail, is_page, repaged, security
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, NAME, Parts
from reference.haleai.security import TIERS_WITH_API, Caller
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.token_bucket import TokenSource

_ABSENT_FOR = 60_000_000
"""Microseconds."""
_OVERRIDE = "x-http-method-override"
_BEHIND_UTC = re.compile(r"-([01]\d|2[0-3]):([0-5]\d)$")
_WHOLE_MINUTE = re.compile(r"(T\d\d:\d\d):00(Z|[+-]\d\d:\d\d)$")
_ATTRIBUTES = select(api_keys.c.attributes).where(
    api_keys.c.api == NAME, api_keys.c.digest == bindparam("digest")
)


async def _while_its_row_matches(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    if position is not None:
        here = await inner.page(selection, position + 1, 1)
        if not here.rows or here.rows[0].seq != position:
            return Page((), None)
    return await inner.page(selection, position, limit)


def _is_behind_utc(asked: Asked) -> bool:
    return bool(_BEHIND_UTC.search(asked.parameter("updatedSince") or ""))


def _misread_offset(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _BEHIND_UTC.sub(_minutes_ahead, value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _minutes_ahead(offset: re.Match[str]) -> str:
    minutes = int(offset[2]) - 60 * int(offset[1])
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _has_deals(asked: Asked, answered: Answered) -> bool:
    return asked.path.startswith(f"{BASE_PATH}/deals") and answered.status == 200


def _without_seconds(answered: Answered) -> Answered:
    data = answered.json["data"]
    short = [_in_short(row) for row in data] if isinstance(data, list) else _in_short(data)
    return answered.with_json({**answered.json, "data": short})


def _in_short(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "updatedAt": _WHOLE_MINUTE.sub(r"\1\2", row["updatedAt"])}


def _absent_once(parts: Parts) -> Tamper:
    """Go on answering for a while that there is nothing with an id."""
    kept: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not is_detail(asked.path):
            return answered
        now = parts.platform.clock.microseconds()
        since, absent = kept.get(asked.path, (0, None))
        if answered.status == 200 and absent is not None and now - since < _ABSENT_FOR:
            return absent
        if answered.status == 404:
            kept[asked.path] = now, answered
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _PlanFirst(Security[Caller]):
    """Security that looks at the tier of a key before it looks whether the key is good."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        digest = hashlib.sha256(token.encode()).digest()
        rows = await self.database.select(_ATTRIBUTES, {"digest": digest})
        if rows and rows[0].attributes["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return await self.inner.api_key(token, request)


async def _of_one_key(ask: Ask, asked: Asked) -> Answered:
    """Let each cursor end in a mark of the key that it was given to."""
    mark = hashlib.sha256(asked.token.encode()).hexdigest()[:8]
    cursor = asked.parameter("cursor")
    inner = asked if cursor is None else _with_cursor(asked, _unmarked(cursor, mark))
    answered = await ask(inner)
    if not is_page(asked, answered):
        return answered
    pagination = answered.json["pagination"]
    following = pagination["nextCursor"]
    marked = None if following is None else following + mark
    changed = {**pagination, "cursor": cursor, "nextCursor": marked}
    return answered.with_json({**answered.json, "pagination": changed})


def _unmarked(cursor: str, mark: str) -> str:
    return cursor.removesuffix(mark) if cursor.endswith(mark) else f"~{cursor}"


def _with_cursor(asked: Asked, cursor: str) -> Asked:
    return asked.with_query(
        (name, cursor if name == "cursor" else value) for name, value in asked.query
    )


def _says_get(asked: Asked) -> bool:
    return asked.method == "POST" and asked.headers.get(_OVERRIDE, "").upper() == "GET"


@dataclass(frozen=True, slots=True)
class _ByHeader:
    """A gate with a bucket for each Authorization header that it meets."""

    buckets: TokenSource

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        header = request.headers["authorization"]
        name = hashlib.sha256(header.encode()).hexdigest()
        caller = replace(request.principal, key_id=name)
        return await Limiter(self.buckets, POLICY).admit(request.by(caller))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4601",
        title="A walk ends early where the row that its cursor stands on has left the filter",
        promises=("HALE-15",),
        mistake="The cursor's row is looked up with the filters, and not found there any more.",
        apply=repaged(_while_its_row_matches),
        held_out=23,
    ),
    Fault(
        id="PAG-F4602",
        title="The minutes of an offset behind UTC are counted ahead of it",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign was applied to the hours alone: -03:30 became three hours less, and "
        "half an hour more.",
        apply=requests(_is_behind_utc, _misread_offset),
        held_out=23,
    ),
    Fault(
        id="SCH-F4603",
        title="A deal that was updated on the whole minute shows it without seconds",
        promises=("HALE-13", "HALE-14"),
        mistake="A library's toString, which leaves out seconds that are zero.",
        apply=answers(_has_deals, _without_seconds),
        held_out=23,
    ),
    Fault(
        id="TEN-F4604",
        title="An id that another team asked for is 404 to its own team, too, for a minute",
        promises=("HALE-04", "HALE-14"),
        mistake="What is not found is cached by the path, which does not name the team.",
        apply=around_with_parts(_absent_once),
        held_out=23,
    ),
    Fault(
        id="AUT-F4605",
        title="A revoked key of a lower tier is told that it needs a higher one",
        promises=("HALE-02", "HALE-05"),
        mistake="The tier is looked at first, and whether the key was revoked after it.",
        apply=security(lambda parts: _PlanFirst(parts.security, parts.platform.database)),
        held_out=23,
    ),
    Fault(
        id="PAG-F4606",
        title="A cursor is of no use to another key of the same team",
        promises=("HALE-07", "HALE-15"),
        mistake="Cursors were bound to the key that asks, so that a walk ends with its rotation.",
        apply=around(_of_one_key),
        held_out=23,
    ),
    Fault(
        id="STA-F4607",
        title="A POST that says X-HTTP-Method-Override: GET is answered as GET",
        promises=("HALE-01",),
        mistake="The framework's method override is on by default.",
        apply=requests(_says_get, lambda asked: replace(asked, method="GET")),
        held_out=23,
    ),
    Fault(
        id="RAT-F4608",
        title="A key whose Bearer is spelled in another case has another burst",
        promises=("HALE-06",),
        mistake="The bucket is found by the Authorization header as it was sent.",
        apply=gate(lambda parts: _ByHeader(parts.platform.buckets)),
        held_out=23,
    ),
)
