"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from generated.haleai.server.runtime import Gate, Request
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, Repaged, gate, is_detail, is_page
from reference.haleai.limiter import POLICY
from reference.haleai.parts import Parts
from reference.haleai.security import Caller
from reference.keys import UnknownKeyError

_GROUPED = re.compile(r"[0-9]+(?:_[0-9]+)+")
_WEST = re.compile(r"-(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})$")
_LEADING_ZEROS = re.compile(r"\.0+(?=[1-9])")
_CACHED_FOR = 30_000_000
"""Microseconds."""


def _limited_first(parts: Parts) -> Tamper:
    """Count the requests of every key that was ever seen, and refuse before asking whose it is."""
    seen: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        try:
            seen[asked.token] = (await parts.keyring.find(asked.token)).id
        except UnknownKeyError:
            key_id = seen.get(asked.token)
        else:
            return await ask(asked)
        answered = await ask(asked)
        if key_id is None or answered.code != "unauthorized":
            return answered
        grant = await parts.platform.buckets.take(f"haleai/{key_id}", POLICY)
        if grant.granted:
            return answered
        refused = refusal(429, "rate_limited", "Too many requests. Wait before the next one.")
        return refused.with_header("retry-after", str(grant.retry_after))

    return tamper


def _is_grouped(asked: Asked) -> bool:
    return _GROUPED.fullmatch(asked.parameter("limit") or "") is not None


def _ungrouped(asked: Asked) -> Asked:
    return asked.with_query(
        (name, value.replace("_", "") if name == "limit" else value) for name, value in asked.query
    )


def _is_west(asked: Asked) -> bool:
    return _WEST.search(asked.parameter("updatedSince") or "") is not None


def _eastward(text: str) -> str:
    """Return a moment whose offset's minutes were added to its negative hours."""

    def read(offset: re.Match[str]) -> str:
        minutes = int(offset["minutes"]) - 60 * int(offset["hours"])
        hours, rest = divmod(abs(minutes), 60)
        return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"

    return _WEST.sub(read, text)


def _misread(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _eastward(value) if name == "updatedSince" else value) for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _WalksGoOn:
    """A gate that lets those through who are in the middle of a walk."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token for what is no following page."""
        goes_on = any(name == "cursor" for name, _ in request.query)
        return {} if goes_on else await self.inner.admit(request)


def _absence_kept(parts: Parts) -> Tamper:
    """Remember by its path what was not found."""
    kept: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        now = parts.platform.clock.microseconds()
        if not is_detail(asked.path):
            return answered
        if answered.status == 404:
            kept[asked.path] = now, answered
        since, absent = kept.get(asked.path, (0, answered))
        is_kept = answered.status == 200 and now - since < _CACHED_FOR
        return absent if is_kept else answered

    return tamper


def _leaves_the_calendar(asked: Asked, answered: Answered) -> bool:
    since = asked.parameter("updatedSince")
    if since is None or not is_page(asked, answered):
        return False
    try:
        datetime.fromisoformat(since).astimezone(UTC)
    except OverflowError:
        return True
    except ValueError:
        return False
    return False


def _failed(_answered: Answered) -> Answered:
    return refusal(500, "internal_error", "Something went wrong on our side.")


def _has_rows(asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and (is_page(asked, answered) or is_detail(asked.path))


def _unpadded(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "updatedAt": _LEADING_ZEROS.sub(".", row["updatedAt"])}


def _rewritten(answered: Answered) -> Answered:
    body = answered.json
    data = body["data"]
    rows = [_unpadded(row) for row in data] if isinstance(data, list) else _unpadded(data)
    return answered.with_json({**body, "data": rows})


async def _after_the_last_seen(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    """Look for the row that ended the page before among those that are selected now."""
    if position is not None:
        found = (await inner.page(selection, position + 1, 1)).rows
        if not found or found[0].seq != position:
            return Page([], None)
    return await inner.page(selection, position, limit)


def _repaged() -> Apply:
    return lambda parts: replace(
        parts,
        collections={
            name: Repaged(inner, _after_the_last_seen) for name, inner in parts.collections.items()
        },
    )


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1701",
        title="A revoked key that is over its limit is told to wait",
        promises=("HALE-02",),
        mistake="The limiter was moved before authentication, and knows keys that are no more.",
        apply=around_with_parts(_limited_first),
        held_out=9,
    ),
    Fault(
        id="LIM-F1702",
        title="A limit of 1_0 is ten",
        promises=("HALE-10",),
        mistake="The number is read as the programming language writes numbers.",
        apply=requests(_is_grouped, _ungrouped),
        held_out=9,
    ),
    Fault(
        id="PAG-F1703",
        title="The minutes of an updatedSince's offset count eastward, also where it is west",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign of the offset is given to its hours alone.",
        apply=requests(_is_west, _misread),
        held_out=9,
    ),
    Fault(
        id="RAT-F1704",
        title="A request with a cursor takes no token",
        promises=("HALE-06",),
        mistake="Walks were not to be interrupted.",
        apply=gate(lambda parts: _WalksGoOn(parts.gate)),
        held_out=9,
    ),
    Fault(
        id="TEN-F1705",
        title="A row that another tenant asked for in vain is missing to its own for half a minute",
        promises=("HALE-04", "HALE-14"),
        mistake="What was not found is cached by its path, without the tenant.",
        apply=around_with_parts(_absence_kept),
        held_out=9,
    ),
    Fault(
        id="STA-F1706",
        title="An updatedSince in the first or last hours of the calendar may be a 500",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The moment is converted to UTC, where it lies in no year that there is.",
        apply=answers(_leaves_the_calendar, _failed),
        held_out=9,
    ),
    Fault(
        id="SCH-F1707",
        title="The fraction of an updatedAt has lost its leading zeros",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The microseconds are written after the point as a number, without padding.",
        apply=answers(_has_rows, _rewritten),
        held_out=9,
    ),
    Fault(
        id="PAG-F1708",
        title="A walk ends where the last row of the page before has left the list meanwhile",
        promises=("HALE-15",),
        mistake="The next page is looked for after that row, among those that match.",
        apply=_repaged(),
        held_out=9,
    ),
)
