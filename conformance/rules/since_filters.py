"""PAG: a filter by a moment gives what changed after it, as finely as moments are written."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from functools import partial

from conformance.filters import instant, moment
from conformance.rule import Check, Need, must
from conformance.rules.filters import PROMISES, chosen, exactly, expect, in_two
from conformance.vocabulary import since_filtered
from conformance.walk import Row, identity


@must(
    "PAG-033",
    "Since a moment means strictly after it",
    since_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def strictly_after(check: Check) -> None:
    """A row of exactly that moment is not listed; one of a moment later is, however small.

    Asks at moments that rows have, a little before and after them, far away, and in the last days
    of a year, which some calendars count to the next.

    Source: the contract's parameter ("strictly later").
    Passes: `?updatedSince=T` without the row whose `updatedAt` is T.
    Fails: with it; seconds are cut off, so that a row of the same second is lost or kept.
    """
    rows = check.session.whole_census(check.operation).rows
    for found in chosen(check, "since"):
        moments = {identity(row): moment(row.get(found.member)) for row in rows}
        ordered = sorted(set(moments.values()))
        late = {ordered[-1], ordered[-2:][0], ordered[-20:][0]}
        step = timedelta(microseconds=1)
        asked = {at + shift for at in late for shift in (-step, timedelta(), step)}
        asked |= {at + timedelta(milliseconds=500) for at in late}
        asked |= {ordered[0], ordered[len(ordered) // 2], ordered[-200:][0]}
        asked |= {ordered[0] - timedelta(days=9000), ordered[-1] + timedelta(days=9000)}
        asked.add(datetime(ordered[-1].year - 1, 12, 30, 12, tzinfo=UTC))
        for at in sorted(asked):
            query = ((found.parameter.name, instant(at)),)
            later = partial(_is_later, found.member, at)
            expect(check, query, later, f"{found.parameter.name}={instant(at)}")


@must(
    "PAG-034",
    "A moment is the same in every time zone",
    since_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def any_offset(check: Check) -> None:
    """`12:00:00Z`, `14:00:00+02:00` and `04:00:00-08:00` name one moment.

    East of Greenwich it is asked just before a row's moment, west of it at that moment: an offset
    that is read as a smaller one loses that row, or adds it. So it is with `t` and `z`, and on the
    second page of what is asked for with an offset.

    Source: RFC 3339 §4.
    Passes: the three give the same rows.
    Fails: the offset is ignored, or its minutes are, so that some rows are lost or kept.
    """
    rows = check.session.whole_census(check.operation).rows
    for found in chosen(check, "since"):
        moments = {identity(row): moment(row.get(found.member)) for row in rows}
        of_row = sorted(moments.values())[-150:][0]
        for hours in (0, 2, -8, 5.5, -3.5, 14, -12):
            at = of_row - timedelta(microseconds=hours > 0)
            later = partial(_is_later, found.member, at)
            written = at.astimezone(timezone(timedelta(hours=hours))).isoformat()
            query = ((found.parameter.name, written),)
            expect(check, query, later, f"{found.parameter.name}={written}")
        later = partial(_is_later, found.member, of_row)
        ours = of_row.astimezone(timezone(timedelta(hours=2))).isoformat()
        for written in (instant(of_row).lower(), ours):
            query = ((found.parameter.name, written),)
            read = partial(in_two, check, query, later)
            what = f"{found.parameter.name}={written} in two pages"
            exactly(check, read(), later, what, read)


@must(
    "PAG-037",
    "Fractions of a second count",
    since_filtered,
    promises=PROMISES,
    needs=(Need.ROWS, Need.CLOCK),
)
def fractions_count(check: Check) -> None:
    """Rows that changed within one second are told apart as finely as their moments are written.

    Makes rows a quarter of a second apart, half of them after midnight, and asks between them, and
    a tenth of a microsecond before the last.

    Source: RFC 3339 §5.6 (`time-secfrac`).
    Passes: rows of 12:00:00.25 and 12:00:00.50; since 12:00:00.30 only the second.
    Fails: both, as the fraction is cut off; neither, as it is rounded up; since midnight the row of
    midnight, too.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 0)
    if session.control is None:
        return
    with session.control.frozen():
        now = session.control.now()
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        session.control.advance((midnight - now).total_seconds() - 1)
        for _ in range(8):
            ledger.insert(1)
            session.control.advance(0.25)
    rows = session.walk(operation, ledger.caller).rows
    for found in chosen(check, "since"):
        moments = {identity(row): moment(row.get(found.member)) for row in rows}
        near = [timedelta(milliseconds=number) for number in (-1, 0, 1)]
        since = {instant(at + by): at + by for at in moments.values() for by in near}
        before = max(moments.values()) - timedelta(microseconds=1)
        since[f"{before:%Y-%m-%dT%H:%M:%S.%f}9Z"] = before
        for text, at in sorted(since.items()):
            walk = session.walk(operation, ledger.caller, query=((found.parameter.name, text),))
            expected = {id_ for id_, changed in moments.items() if changed > at}
            check.require(
                set(walk.ids) == expected,
                f"{found.parameter.name}={text} gives {len(walk.ids)} rows, "
                f"not the {len(expected)} that are later.",
                walk.last.exchange,
            )


@must(
    "PAG-038",
    "Rows of one moment are all walked",
    since_filtered,
    promises=(*PROMISES, "HALE-15"),
    needs=(Need.ROWS, Need.CLOCK),
)
def one_moment(check: Check) -> None:
    """Rows that changed at the same moment are each listed once, wherever the page is cut.

    Makes rows while the clock stands, and walks what changed since just before, in small steps.

    Source: the contract's paging and parameter; a sync reads so what changed since its last one.
    Passes: nine rows of 12:00:00, two to a page → nine rows.
    Fails: the second page goes on after 12:00:00; pages begin with rows of the one before.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 9)
    rows = session.walk(operation, ledger.caller).rows
    for found in chosen(check, "since"):
        moments = {identity(row): moment(row.get(found.member)) for row in rows}
        since = max(moments.values()) - timedelta(microseconds=1)
        query = ((found.parameter.name, instant(since)),)
        later = sorted(id_ for id_, at in moments.items() if at > since)
        for size in (1, 2, 4):
            walk = session.walk(operation, ledger.caller, size=size, query=query)
            check.require(
                sorted(walk.ids) == later,
                f"{found.parameter.name}={query[0][1]} by {size} gives {len(walk.ids)} rows, "
                f"{len(set(walk.ids))} of them different, not the {len(later)} that are later.",
                walk.last.exchange,
            )


def _is_later(member: str, at: datetime, row: Row) -> bool:
    return moment(row.get(member)) > at
