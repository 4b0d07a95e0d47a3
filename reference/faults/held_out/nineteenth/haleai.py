"""Faults of HaleAI, planted from its documentation alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reference.clock import Clock
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import (
    Apply,
    PageFrom,
    Repaged,
    gate,
    is_detail,
    reselected,
)
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.parts import BASE_PATH, Parts
from reference.token_bucket import Grant, Policy, TokenSource

_LARGEST_PAGE = 200
_MICROSECONDS = 1_000_000
_PATIENCE = 10
"""How many refusals in a row bring a key into the penalty box."""
_SENTENCE = 10_000_000_000
"""Nanoseconds in the penalty box."""
_STALE_FOR = 300_000_000
"""Microseconds."""
_SAMPLE_TENANT = "acme"


def _repaged(make: PageFrom) -> Apply:
    return lambda parts: replace(
        parts,
        collections={name: Repaged(inner, make) for name, inner in parts.collections.items()},
    )


async def _from_a_row_of_the_list(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    if position is not None:
        first = await inner.page(selection, position + 1, 1)
        if not first.rows or first.rows[0].seq != position:
            return Page((), None)
    return await inner.page(selection, position, limit)


def _to_the_second(selection: Scope, position: int | None) -> Scope:
    since = selection.get("updated_since")
    if position is None or not isinstance(since, int):
        return selection
    return {**selection, "updated_since": since // _MICROSECONDS * _MICROSECONDS}


def _is_too_much(name: str, value: str) -> bool:
    is_number = value.isascii() and value.isdecimal()
    return name == "limit" and is_number and int(value[:9]) > _LARGEST_PAGE


def _clamped(asked: Asked) -> Iterator[tuple[str, str]]:
    for name, value in asked.query:
        yield name, str(_LARGEST_PAGE) if _is_too_much(name, value) else value


async def _clamped_further_on(ask: Ask, asked: Asked) -> Answered:
    goes_on = asked.parameter("cursor") is not None
    return await ask(asked.with_query(_clamped(asked)) if goes_on else asked)


@dataclass(frozen=True, slots=True)
class _PenaltyBox:
    """Token buckets that stay shut for a while to whoever goes on asking."""

    inner: TokenSource
    clock: Clock
    refusals: dict[str, int] = field(default_factory=dict)
    shut_until: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        if self.shut_until.get(name, now) > now:
            return Grant(granted=False, remaining=0, retry_after=1, full_at=now)
        grant = await self.inner.take(name, policy)
        self.refusals[name] = 0 if grant.granted else self.refusals.get(name, 0) + 1
        if self.refusals[name] == _PATIENCE:
            self.refusals[name] = 0
            self.shut_until[name] = now + _SENTENCE
        return grant


async def _samples_where_empty(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    is_all_of_them = selection.keys() == {"tenant"}
    if page.rows or not is_all_of_them:
        return page
    anything = await inner.page(selection, None, 1)
    if anything.rows:
        return page
    return await inner.page({"tenant": _SAMPLE_TENANT}, position, limit)


def _stale_where_refused(parts: Parts) -> Tamper:
    kept: dict[tuple[str, str], tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        now, place = parts.platform.clock.microseconds(), (asked.token, asked.path)
        if answered.status == 200 and is_detail(asked.path):
            kept[place] = now, answered
        since, known = kept.get(place, (0, None))
        is_kept = known is not None and now - since < _STALE_FOR
        return known if known and is_kept and answered.status == 401 else answered

    return tamper


def _lost_lead_in_detail(asked: Asked, answered: Answered) -> bool:
    match answered.json:
        case {"data": {"stage": "lost"}}:
            return asked.path.startswith(f"{BASE_PATH}/leads/")
    return False


def _of_no_source(answered: Answered) -> Answered:
    return answered.with_json({"data": {**answered.json["data"], "source": None}})


def _head_of_bad_cursor(asked: Asked, answered: Answered) -> bool:
    return asked.method == "HEAD" and answered.code == "invalid_cursor"


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F3701",
        title="A walk ends where the last row of a page left the filter meanwhile",
        promises=("HALE-15",),
        mistake="The row that a cursor names is looked up with the filters of the list.",
        apply=_repaged(_from_a_row_of_the_list),
        held_out=19,
    ),
    Fault(
        id="PAG-F3702",
        title="From the second page on, updatedSince is cut to the second",
        promises=("HALE-11", "HALE-12", "HALE-13", "HALE-15"),
        mistake="The filters of a walk are kept with it, and times in whole seconds.",
        apply=reselected(_to_the_second),
        held_out=19,
    ),
    Fault(
        id="LIM-F3703",
        title="With a cursor, a limit over 200 is taken for 200",
        promises=("HALE-10",),
        mistake="Following pages come by another way, which clamps instead of refusing.",
        apply=around(_clamped_further_on),
        held_out=19,
    ),
    Fault(
        id="RAT-F3704",
        title="Ten refusals in a row shut a key out for ten seconds, and Retry-After says one",
        promises=("HALE-06",),
        mistake="A penalty for those who do not wait, of which the header was never told.",
        apply=gate(
            lambda parts: Limiter(_PenaltyBox(parts.platform.buckets, parts.platform.clock), POLICY)
        ),
        held_out=19,
    ),
    Fault(
        id="TEN-F3705",
        title="A list of a tenant that has no such rows yet shows those of another",
        promises=("HALE-04",),
        mistake="Sample rows for new teams; the samples are those of a team that there is.",
        apply=_repaged(_samples_where_empty),
        held_out=19,
    ),
    Fault(
        id="AUT-F3706",
        title="A row that a key has read can be read with it once it is revoked",
        promises=("HALE-02",),
        mistake="A cache in front gives its copy where the API fails, and takes 401 for a failure.",
        apply=around_with_parts(_stale_where_refused),
        held_out=19,
    ),
    Fault(
        id="SCH-F3707",
        title="A lost lead in detail has null for its source",
        promises=("HALE-01", "HALE-14"),
        mistake="Where lost leads come from was to be forgotten, in one serializer of two.",
        apply=answers(_lost_lead_in_detail, _of_no_source),
        held_out=19,
    ),
    Fault(
        id="STA-F3708",
        title="HEAD with a cursor that was never given is 200",
        promises=("HALE-01", "HALE-15"),
        mistake="HEAD skips the query, and with it the reading of the cursor.",
        apply=answers(_head_of_bad_cursor, lambda answered: answered.with_status(200)),
        held_out=19,
    ),
)
