"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import answers, requests
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_MISSING_FOR = 60_000_000
"""Microseconds."""
_LARGEST_PAGE = 200
_OFFSET = re.compile(r"([+-]\d\d):[0-5]\d$")
_ROUTE = re.compile(rf"{BASE_PATH}/(contacts|leads|deals)(/[^/]+)?")
_PAGE_NOT_FOUND = "<!doctype html><title>Not Found</title><h1>Not Found</h1>"


def _in_collections(make: Callable[[Parts, Collection], Collection]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(
        parts, collections={name: make(parts, inner) for name, inner in parts.collections.items()}
    )


def _has_offset(asked: Asked) -> bool:
    return _OFFSET.search(asked.parameter("updatedSince") or "") is not None


def _in_whole_hours(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _KnownMissing:
    """A collection that remembers for a while which ids were not found, whoever asked."""

    inner: Collection
    clock: Clock
    missing: dict[str, int] = field(default_factory=dict)
    """When each id was not found."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        now = self.clock.microseconds()
        if row_id in self.missing and now - self.missing[row_id] < _MISSING_FOR:
            return None
        row = await self.inner.find(tenant, row_id)
        if row is None:
            self.missing[row_id] = now
        return row


@dataclass(frozen=True, slots=True)
class _Saving:
    """Token buckets that begin with the burst, and are refilled to the limit of a window."""

    clock: Clock
    held: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How much each bucket has, in nanoseconds of refilling, and when it was asked."""

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        before, asked_at = self.held.get(name, (policy.capacity, now))
        level = min(policy.window * _SECOND, before + now - asked_at)
        granted = level >= policy.interval
        kept = level - policy.interval if granted else level
        self.held[name] = kept, now
        wait = 0 if granted else -(-(policy.interval - kept) // _SECOND)
        return Grant(granted, kept // policy.interval, wait, now)


@dataclass(frozen=True, slots=True)
class _Unpadded:
    """A collection whose sources are compared without the spaces at their end."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        if "source" in selection:
            selection = {**selection, "source": str(selection["source"]).rstrip(" ")}
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _says_more_than_a_key(asked: Asked) -> bool:
    return len(asked.headers.get("authorization", "").split()) > len(("Bearer", "key"))


def _scheme_and_key(asked: Asked) -> Asked:
    scheme, key, *_ = asked.headers["authorization"].split()
    return asked.with_header("authorization", f"{scheme} {key}")


def _is_too_large_later(asked: Asked) -> bool:
    limit = asked.parameter("limit") or ""
    is_number = limit.isascii() and limit.isdecimal()
    return asked.parameter("cursor") is not None and is_number and int(limit) > _LARGEST_PAGE


def _clamped(asked: Asked) -> Asked:
    return asked.with_query(
        (name, str(_LARGEST_PAGE) if name == "limit" else value) for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _OneWalk:
    """Cursors of the latest walk of each tenant through each collection."""

    inner: Cursors
    latest: dict[tuple[object, object], Scope] = field(default_factory=dict)

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in the list of a scope."""
        self.latest[scope["tenant"], scope["collection"]] = scope
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError."""
        position = self.inner.read(cursor, scope)
        if self.latest.get((scope["tenant"], scope["collection"]), scope) != scope:
            raise UnknownCursorError
        return position


def _is_of_a_browser(asked: Asked, answered: Answered) -> bool:
    is_unknown = answered.status == 404 and not _ROUTE.fullmatch(asked.path)
    return is_unknown and "text/html" in asked.headers.get("accept", "")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2701",
        title="The minutes of updatedSince's offset from UTC are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="A parser of dates written by hand, where every offset is of whole hours.",
        apply=requests(_has_offset, _in_whole_hours),
        held_out=16,
    ),
    Fault(
        id="TEN-F2702",
        title="A row that another tenant asked for is 404 to its own for a minute",
        promises=("HALE-04", "HALE-14"),
        mistake="What was not found is cached by its id, without the tenant.",
        apply=_in_collections(lambda parts, inner: _KnownMissing(inner, parts.platform.clock)),
        held_out=16,
    ),
    Fault(
        id="RAT-F2703",
        title="Who was silent for a while may send more than 60 requests at once",
        promises=("HALE-06",),
        mistake="The bucket is capped at the limit of a minute where the burst was meant.",
        apply=lambda parts: replace(parts, gate=Limiter(_Saving(parts.platform.clock), POLICY)),
        held_out=16,
    ),
    Fault(
        id="PAG-F2704",
        title="A source matches with spaces after it, too",
        promises=("HALE-11", "HALE-12"),
        mistake="The column's collation pads what it compares.",
        apply=_in_collections(lambda _, inner: _Unpadded(inner)),
        held_out=16,
    ),
    Fault(
        id="AUT-F2705",
        title="What follows a valid key in the Authorization header is ignored",
        promises=("HALE-02",),
        mistake="The header is split at its spaces, and the second part taken.",
        apply=requests(_says_more_than_a_key, _scheme_and_key),
        held_out=16,
    ),
    Fault(
        id="LIM-F2706",
        title="A limit over 200 is clamped where a cursor is sent with it",
        promises=("HALE-10",),
        mistake="The first page is validated; those that follow have an older way in.",
        apply=requests(_is_too_large_later, _clamped),
        held_out=16,
    ),
    Fault(
        id="PAG-F2707",
        title="A cursor is refused once its tenant walks the same list with other filters",
        promises=("HALE-07", "HALE-15"),
        mistake="The server keeps the state of a walk, one for each tenant and list.",
        apply=lambda parts: replace(parts, cursors=_OneWalk(parts.cursors)),
        held_out=16,
    ),
    Fault(
        id="ENV-F2708",
        title="An unknown path is answered with a page where Accept names text/html",
        promises=("HALE-01", "HALE-09"),
        mistake="The framework's own handler of unknown routes shows browsers its page.",
        apply=answers(
            _is_of_a_browser,
            lambda answered: answered.with_text(_PAGE_NOT_FOUND, "text/html; charset=utf-8"),
        ),
        held_out=16,
    ),
)
