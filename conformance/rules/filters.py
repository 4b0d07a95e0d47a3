"""PAG: a filter gives the rows that match, all of them and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, timezone
from functools import partial
from itertools import combinations, product

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.filters import (
    Condition,
    Filter,
    at_the_edge,
    by_value,
    conditions_of,
    days,
    filters,
    instant,
    moment,
    telling_apart,
)
from conformance.rule import Check, Need, Violation, must
from conformance.vocabulary import (
    Subjects,
    equal_filtered,
    filtered,
    paging,
    since_filtered,
    value_filtered,
)
from conformance.walk import Row, Walk, identity, read_page

PROMISES = ("HALE-11", "HALE-12", "HALE-13", "ALOHA-07")
LONG_AGO = "2001-01-01T00:00:00Z"
OTHER_DAYS = 3
"""How many days are asked for that rows without the moment tell elsewhere."""
NOTHING_MEANT = ("null", "undefined", "all", "any", "0", "false")
"""Words that careless code takes for no filter."""
Query = tuple[tuple[str, str], ...]


def bounded(contract: Contract) -> Subjects:
    """Every list that can be narrowed, and that documents how large a page may be."""
    lists = (op for op in filtered(contract) if op)
    return tuple(op for op in lists if (size := paging(op).size) and size.maximum)


def chosen(check: Check, *kinds: str) -> list[Filter]:
    """The filters of the operation that are of some kinds."""
    return [f for f in filters(check.contract, check.operation) if f.kind in kinds]


def values(check: Check, found: Filter, most: int = 6) -> list[str]:
    """Values to filter by: every documented one, else some that rows have.

    Of days also some of other moments, of rows that are to be on none.
    """
    documented = [str(value) for value in check.contract.values(found.parameter)]
    if documented:
        return documented
    rows = check.session.whole_census(check.operation).rows
    some = sorted({value for row in rows for value in found.values(row)})[:most]
    if found.kind != "day":
        return some
    others = {day for row in rows if not found.values(row) for day in days(row)}
    return [*some, *sorted(others.difference(some))[:OTHER_DAYS]]


def matching(check: Check, query: Query) -> Walk:
    """The whole list, narrowed."""
    session, operation = check.session, check.operation
    return session.walk(operation, session.caller(), size=session.largest(operation), query=query)


def _in_two(check: Check, query: Query, holds: Callable[[Row], bool]) -> Walk:
    """The whole list, narrowed, in two pages where it fits them and their size can be chosen."""
    session, operation = check.session, check.operation
    half = sum(map(holds, session.whole_census(operation).rows)) // 2 + 1
    largest = session.largest(operation)
    size = min(half, largest) if largest else None
    return session.walk(operation, session.caller(), size=size, query=query)


def expect(check: Check, query: Query, holds: Callable[[Row], bool], what: str) -> None:
    """Require that the narrowed list, read at the largest page, holds exactly what matches."""
    read = partial(matching, check, query)
    exactly(check, read(), holds, what, read)


def exactly(
    check: Check, walk: Walk, holds: Callable[[Row], bool], what: str, again: Callable[[], Walk]
) -> None:
    """Require that what is read of a list is each of its rows that match, once, and no other.

    Where it is not, it is read again, and the whole list before and after it: a row may have come
    to match, or to match no longer, since the census; those that stayed as they were are judged.
    """
    rows = {identity(row): row for row in check.session.whole_census(check.operation).rows}
    wanted = {id_: row for id_, row in rows.items() if holds(row)}
    narrowed = {identity(row): row for row in walk.rows}
    if sorted(walk.ids) == sorted(wanted) and narrowed == wanted:
        return
    before, walk, after = _rows(check), again(), _rows(check)
    settled = {id_: holds(row) for id_, row in before.items() if after.get(id_) == row}
    found = {identity(row): row for row in walk.rows}
    more = sorted(id_ for id_ in found if settled.get(id_) is False)
    lost = sorted({id_ for id_, right in settled.items() if right} - found.keys())
    unknown = sorted(found.keys() - before.keys() - after.keys())
    other = sorted(id_ for id_, row in found.items() if id_ in settled and row != before[id_])
    exchange = walk.pages[0].exchange
    check.require(not more, f"{what}: {len(more)} rows do not match, such as {more[:2]}.", exchange)
    check.require(
        not lost or not walk.complete,
        f"{what}: {len(lost)} rows are missing, such as {lost[:2]}.",
        exchange,
    )
    check.require(len(walk.ids) == len(found), f"{what}: a row is listed twice.", exchange)
    check.require(not unknown, f"{what}: {unknown[:2]} are in no other list.", exchange)
    check.require(not other, f"{what}: {other[:2]} are otherwise on the whole list.", exchange)


def _rows(check: Check) -> dict[str, Row]:
    """Each row of the whole list as it is now."""
    session, operation = check.session, check.operation
    walk = session.walk(operation, session.caller(), size=session.largest(operation))
    return {identity(row): row for row in walk.rows}


@must(
    "PAG-031",
    "A filter by value gives exactly the rows with that value",
    value_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def exact_match(check: Check) -> None:
    """Every row that matches and none that does not, as it is on the whole list, page after page.

    Source: the contract's parameter, named after the member of the row that it narrows.
    Passes: `?stage=won` → all rows whose `stage` is `won`; `?date=2026-04-15` → those of that day.
    Fails: the parameter is ignored; only the first page is searched; rows lack what others have;
    what is due on no day is listed on that on which it was made.
    """
    for found in chosen(check, "equal", "among", "day"):
        for value in values(check, found):
            name, wanted = found.parameter.name, partial(found.holds, value)
            expect(check, ((name, value),), wanted, f"{name}={value}")
            read = partial(_in_two, check, ((name, value),), wanted)
            exactly(check, read(), wanted, f"{name}={value} in two pages", read)


@must(
    "PAG-032",
    "A filter by value compares the whole value, letter by letter",
    equal_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def nothing_but_the_value(check: Check) -> None:
    """Exact means exact: no wildcards, no prefixes, no other letters, no trimming, no magic words.

    Source: the contract's parameter ("exactly").
    Passes: `?source=ZILLOW` → no rows, where all rows have `zillow`.
    Fails: `?source=zil` or `?source=%25` → rows; `?source=all`, `null` or `0` → every row.
    """
    rows = check.session.whole_census(check.operation).rows
    for found in chosen(check, "equal"):
        if check.contract.values(found.parameter):
            continue
        name = found.parameter.name
        seen = values(check, found, most=2)
        near = ["%", "_" * len(seen[0]), "*", "", ".*", *NOTHING_MEANT] if seen else []
        for value in seen:
            near += [
                value.upper(),
                value.title(),
                value[:-1],
                value[1:],
                f"{value} ",
                f" {value}",
                f"{value}%",
                f"{value}\x00",
                f"{value[:-1]}_",
                f"{value},x",
                f'"{value}"',
            ]
        for value in dict.fromkeys(near):
            matches = {identity(row) for row in rows if row.get(found.member) == value}
            exchange = check.session.caller().call(
                check.operation, check.session.sample(check.operation).asking((name, value))
            )
            if exchange.status == 400 and (not value or "\x00" in value):
                continue
            listed = set(matching(check, ((name, value),)).ids) if exchange.status == 200 else set()
            check.require(
                exchange.status == 200,
                f"{name}={value!r} is answered with {exchange.status}.",
                exchange,
            )
            check.require(
                listed == matches,
                f"{name}={value!r} gives rows that have another {found.member}.",
                exchange,
            )


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
    that is read as a smaller one loses that row, or adds it.

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


@must("PAG-035", "Filters narrow together", filtered, promises=PROMISES, needs=(Need.CREDENTIAL,))
def all_at_once(check: Check) -> None:
    """A row is listed only if it matches every filter that is given, a moment strictly here too.

    Each value of a closed list is asked for together with each other filter, and with all.

    Source: the contract's description of the list ("only if it matches all").
    Passes: `?stage=won&source=zillow` → rows that are both.
    Fails: rows that are either; the last filter wins.
    """
    rows = check.session.whole_census(check.operation).rows
    every = conditions_of(found := filters(check.contract, check.operation), rows)
    asked: dict[Query, tuple[Condition, ...]] = {}
    for each in (every, tuple(map(at_the_edge, every))):
        for conditions in (*combinations(each, 2), each):
            if len(conditions) > 1:
                asked[tuple(one.query for one in conditions)] = conditions
    for one in found if len(found) > 1 else ():
        for group in by_value(one, rows) if check.contract.values(one.parameter) else ():
            for some in (found, *((one, other) for other in found if other is not one)):
                if together := conditions_of(some, group):
                    asked[tuple(sorted(each.query for each in together))] = together
    for query, conditions in asked.items():
        what = " and ".join(f"{name}={value}" for name, value in query)
        expect(check, query, partial(_meets, conditions), what)


@must(
    "PAG-036",
    "A filter holds on every page",
    filtered,
    promises=(*PROMISES, "HALE-15"),
    needs=(Need.CREDENTIAL,),
)
def on_every_page(check: Check) -> None:
    """Narrowed lists are walked like whole ones: full pages, the same rows, in small steps too.

    Each filter alone, all at once, and each pair by values that both keep rows off later pages.

    Source: the contract's paging.
    Passes: `?stage=won&limit=7` walks all rows of that stage, seven at a time.
    Fails: narrowed once the page is cut; the next page forgets a filter; a full last has a next.
    """
    session, operation = check.session, check.operation
    rows, largest = session.whole_census(operation).rows, session.largest(operation)
    found = filters(check.contract, operation)
    singles = (each for one in found for each in conditions_of([one], rows))
    for conditions in (
        *((each,) for each in singles),
        *filter(None, (telling_apart(pair, rows) for pair in combinations(found, 2))),
        *((conditions_of(found, rows),) if len(found) > 2 else ()),
    ):
        holds = partial(_meets, conditions)
        query, count = tuple(each.query for each in conditions), sum(map(holds, rows))
        size = min(count // 5 + 1, largest) if largest else None
        what = "&".join("=".join(pair) for pair in query)
        read = partial(session.walk, operation, session.caller(), size=size, query=query)
        walk = read()
        for page in walk.pages:
            if not all(map(holds, page.rows)):
                raise Violation(f"A page of {what} holds rows that do not match.", page.exchange)
        exactly(check, walk, holds, f"{what} by {size}", read)
        if largest and 0 < count <= largest:
            _require_end(check, query, count)


def _require_end(check: Check, query: Query, count: int, who: Caller | None = None) -> None:
    """Require that a page which holds all rows that match has no next one, or no empty one."""
    operation, caller = check.operation, who or check.session.caller()
    ask = partial(
        read_page, caller, operation, check.session.sample(operation, caller), query=query
    )
    page = ask(size=count)
    check.require(
        page.next is None or ask(size=count, cursor=page.next).rows,
        f"A page of {count} rows holds all that match, and names a next one, which is empty.",
        page.exchange,
    )


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


@must(
    "PAG-039",
    "A narrowed page is as large as it was asked to be",
    bounded,
    promises=(*PROMISES, "HALE-07"),
    needs=(Need.ROWS,),
)
def full_pages(check: Check) -> None:
    """Pages are that large with a filter, too, where so many rows match: the largest, the default.

    Makes more rows that match than the largest page holds, of each value that is documented, and
    reads the page after it, too; of the first value also those changed since long ago: all of them.

    Source: the contract's page size and parameter.
    Passes: `?stage=won&limit=200`, of 205 won leads → 200 rows, then 5; `?stage=won` → 50, then 50.
    Fails: → 100 rows and a next page; → 25; after the largest page there is none; without a limit
    the next page is the first one again.
    """
    session, operation = check.session, check.operation
    largest, ledger = session.largest(operation) or 0, session.ledger(operation, 0)
    for found, value in _each_value(check):
        having, is_first = {found.parameter.name: value} if value else {}, not ledger.ids
        ledger.insert(largest, having)
        if is_first:
            _require_end(check, (), largest, ledger.caller)
        ledger.insert(5, having)
        rows = session.walk(operation, ledger.caller, size=largest).rows
        narrowed = next(iter(conditions_of([found], rows[: largest + 5])), None)
        if narrowed is None:
            continue
        sample = session.sample(operation, ledger.caller)
        sizes, there = paging(operation).size, sum(map(narrowed.holds, rows))
        since = [each for each in chosen(check, "since") if is_first and each != found]
        besides = (((each.parameter.name, LONG_AGO),) for each in since)
        asked = (largest, largest), (None, sizes.default if sizes else None)
        for more, (size, most) in product(((), *besides), asked):
            query = (narrowed.query, *more)
            read = partial(read_page, ledger.caller, operation, sample, size=size, query=query)
            page = read()
            wanted = min(there, most or len(page.rows))
            what = "&".join("=".join(pair) for pair in query)
            check.require(
                len(page.rows) == wanted,
                f"{what} by {size or 'default'} gives {len(page.rows)} rows, not {wanted}.",
                page.exchange,
            )
            after = read(cursor=page.next) if page.next else page
            ids = {identity(row) for row in (*page.rows, *after.rows)}
            check.require(
                len(ids) == min(there, 2 * wanted),
                f"The first two pages of {what} by {size or 'default'} have {len(ids)} rows.",
                after.exchange,
            )


def _each_value(check: Check) -> Iterator[tuple[Filter, str]]:
    """The filters with each of their documented values, or with none."""
    for found in filters(check.contract, check.operation):
        for value in check.contract.values(found.parameter) or ("",):
            yield found, str(value)


def _is_later(member: str, at: datetime, row: Row) -> bool:
    return moment(row.get(member)) > at


def _meets(conditions: Sequence[Condition], row: Row) -> bool:
    return all(each.holds(row) for each in conditions)
