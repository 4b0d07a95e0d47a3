"""Faults of HaleAI, the fifth set planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import String, and_, bindparam, or_

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.clock import Clock
from reference.collection import SqlCollection
from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import gate, is_list
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import deals, reading
from reference.keys import Keyring

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_CURSOR_LIFE = 10 * _MINUTE
_SHOWN = 20
"""How many characters of a key are shown where keys are managed."""
_PAGE_SIZES = range(1, 201)
_DETAIL = re.compile(rf"{BASE_PATH}/(contacts|leads|deals)/[^/]+")
_FRACTION = re.compile(r"\.\d+")
_DIGITS = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class _LeadsForAll(Security[Caller]):
    """Asks for no tier where one lead is read."""

    inner: Security[Caller]
    keyring: Keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        try:
            return await self.inner.api_key(token, request)
        except errors.PlanRequired:
            if request.operation_id != "getLead":
                raise
            key = await self.keyring.find(token)
            return Caller(key.tenant, key.id)


@dataclass(frozen=True, slots=True)
class _Abbreviated(Security[Caller]):
    """Takes for a key whatever begins as a key does that was used before."""

    inner: Security[Caller]
    used: dict[str, str] = field(default_factory=dict)

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        key = self.used.get(token[:_SHOWN], token)
        caller = await self.inner.api_key(key, request)
        self.used[key[:_SHOWN]] = key
        return caller


def _abbreviated(parts: Parts) -> Parts:
    return replace(parts, security=_Abbreviated(parts.security))


def _leads_for_all(parts: Parts) -> Parts:
    return replace(parts, security=_LeadsForAll(parts.security, parts.keyring))


def _kept_details(parts: Parts) -> Tamper:
    """Answer for a detail what was answered last, for a minute."""
    kept: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not _DETAIL.fullmatch(asked.path) or answered.status not in {200, 404}:
            return answered
        now = parts.platform.clock.microseconds()
        at, before = kept.get(asked.path, (now - _MINUTE, answered))
        if now - at < _MINUTE:
            return before
        if answered.status == 200:
            kept[asked.path] = (now, answered)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _Blocking:
    """Refuses a key for a whole minute once it is over its limit."""

    inner: Gate[Caller]
    clock: Clock
    until: dict[str, int] = field(default_factory=dict)

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        key, now = request.principal.key_id, self.clock.microseconds()
        if self.until.get(key, now) <= now:
            try:
                return await self.inner.admit(request)
            except errors.RateLimited:
                self.until[key] = now + _MINUTE
        wait = -((now - self.until[key]) // _SECOND)
        raise errors.RateLimited(
            f"Too many requests. Wait {wait} s before the next one.",
            headers={"Retry-After": str(wait)},
        )


def _is_page_size(limit: str) -> bool:
    return _DIGITS.fullmatch(limit) is not None and int(limit) in _PAGE_SIZES


def _may_be_resized(asked: Asked) -> bool:
    limits = [value for name, value in asked.query if name == "limit"]
    return is_list(asked.path) and len(limits) <= 1 and all(map(_is_page_size, limits))


def _first_size_stays() -> Tamper:
    """Cut each page of a walk as large as its first."""
    sizes: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        size = sizes.get(asked.parameter("cursor") or "")
        if size is not None and _may_be_resized(asked):
            asked = asked.with_query([*asked.without("limit").query, ("limit", str(size))])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": int(limit), "nextCursor": str(cursor)}}:
                sizes[cursor] = limit
        return answered

    return tamper


def _has_rows(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and "data" in answered.json


def _in_whole_seconds(answered: Answered) -> Answered:
    data = answered.json["data"]
    rows = [_rounded(row) for row in data] if isinstance(data, list) else _rounded(data)
    return answered.with_json({**answered.json, "data": rows})


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "updatedAt": _FRACTION.sub("", row["updatedAt"])}


@dataclass(frozen=True, slots=True)
class _ShortLived:
    """Cursors that are good for some minutes."""

    inner: Cursors
    clock: Clock
    minted: dict[str, int] = field(default_factory=dict)

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        cursor = self.inner.mint(position, scope)
        self.minted[cursor] = self.clock.microseconds()
        return cursor

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        now = self.clock.microseconds()
        if now - self.minted.get(cursor, now) > _CURSOR_LIFE:
            raise UnknownCursorError
        return self.inner.read(cursor, scope)


def _short_lived(parts: Parts) -> Parts:
    return replace(parts, cursors=_ShortLived(parts.cursors, parts.platform.clock))


def _listing_until_closed(parts: Parts) -> Parts:
    honest, asked = reading(deals), bindparam("stage", type_=String())
    stage = or_(
        deals.c.stage == asked,
        and_(asked == "listing", deals.c.stage == "under_contract"),
    )
    how = replace(honest, conditions={**honest.conditions, "stage": stage})
    collection = SqlCollection(parts.platform.database, how)
    return replace(parts, collections={**parts.collections, "deals": collection})


def _number(text: str) -> int | None:
    """Return the whole number that a text is in some way of writing it."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _has_odd_limit(asked: Asked) -> bool:
    limit = asked.parameter("limit") or ""
    return is_list(asked.path) and _number(limit) in _PAGE_SIZES and not _is_page_size(limit)


def _in_digits(asked: Asked) -> Asked:
    return asked.with_query(
        (name, str(_number(value))) if name == "limit" else (name, value)
        for name, value in asked.query
    )


def _has_nul(asked: Asked, answered: Answered) -> bool:
    is_sent = any("\0" in text for text in (asked.path, *(value for _, value in asked.query)))
    return is_sent and answered.status in {200, 404}


def _crashed(_answered: Answered) -> Answered:
    return refusal(500, "internal_error", "Something went wrong on our side.")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PLN-F1201",
        title="One lead is read with a key of any tier",
        promises=("HALE-05",),
        mistake="The endpoint came later, and what checks the tier was not put before it.",
        apply=_leads_for_all,
        held_out=5,
    ),
    Fault(
        id="AUT-F1202",
        title="Of a key that was used, only the first twenty characters are looked at",
        promises=("HALE-02",),
        mistake="The cache of keys is asked by the part that the settings show.",
        apply=_abbreviated,
        held_out=5,
    ),
    Fault(
        id="TEN-F1203",
        title="A detail that was read is kept for a minute, for whoever asks",
        promises=("HALE-04", "HALE-14"),
        mistake="The cache of answers goes by the path, which does not say whose key it was.",
        apply=around_with_parts(_kept_details),
        held_out=5,
    ),
    Fault(
        id="RAT-F1204",
        title="A key over its limit is refused for a whole minute",
        promises=("HALE-06",),
        mistake="The limiter was told to block for as long as its window is.",
        apply=gate(lambda parts: _Blocking(parts.gate, parts.platform.clock)),
        held_out=5,
    ),
    Fault(
        id="PAG-F1205",
        title="Each page is as large as the first of its walk, whatever limit is sent",
        promises=("HALE-10", "HALE-15"),
        mistake="The size of a page is kept with its cursor, and taken from there.",
        apply=around_with_parts(lambda _parts: _first_size_stays()),
        held_out=5,
    ),
    Fault(
        id="TIM-F1206",
        title="updatedAt is written in whole seconds, and compared in milliseconds",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The format of times has no place for a fraction.",
        apply=answers(_has_rows, _in_whole_seconds),
        held_out=5,
    ),
    Fault(
        id="CUR-F1207",
        title="A cursor is good for ten minutes",
        promises=("HALE-07", "HALE-15"),
        mistake="What a cursor stands for is kept where everything expires.",
        apply=_short_lived,
        held_out=5,
    ),
    Fault(
        id="FIL-F1208",
        title="The deals of the stage listing are those under contract, too",
        promises=("HALE-13",),
        mistake="A home under contract is still listed, as agents see it.",
        apply=_listing_until_closed,
        held_out=5,
    ),
    Fault(
        id="LIM-F1209",
        title="A limit is taken as 1e2 or 50.0, too",
        promises=("HALE-10",),
        mistake="The text is made a number first, and looked at afterwards.",
        apply=requests(_has_odd_limit, _in_digits),
        held_out=5,
    ),
    Fault(
        id="ENV-F1210",
        title="A NUL in an id or a filter is a failure of the server",
        promises=("HALE-04", "HALE-09"),
        mistake="The database takes no such text, and nobody had tried.",
        apply=answers(_has_nul, _crashed),
        held_out=5,
    ),
)
