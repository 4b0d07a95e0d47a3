"""PAG: a filter gives the rows that match, all of them and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from functools import partial
from itertools import combinations

from conformance.contract import Contract
from conformance.rule import Check, Need, Violation, must
from conformance.vocabulary import (
    Filter,
    Subjects,
    equal_filtered,
    filtered,
    filters,
    paging,
    since_filtered,
)
from conformance.walk import Row, Walk, identity, read_page

PROMISES = ("HALE-11", "HALE-12", "HALE-13", "ALOHA-07")
Query = tuple[tuple[str, str], ...]


def bounded(contract: Contract) -> Subjects:
    """Every list that can be narrowed, and that documents how large a page may be."""
    lists = (op for op in filtered(contract) if op)
    return tuple(op for op in lists if (size := paging(op).size) and size.maximum)


def chosen(check: Check, kind: str) -> list[Filter]:
    """The filters of the operation that are of one kind."""
    return [f for f in filters(check.contract, check.operation) if f.kind == kind]


def values(check: Check, found: Filter, most: int = 6) -> list[str]:
    """Values to filter by: every documented one, else some that rows have."""
    documented = [str(value) for value in check.contract.values(found.parameter)]
    if documented:
        return documented
    rows = check.session.whole_census(check.operation).rows
    seen = sorted({str(row[found.member]) for row in rows if row.get(found.member) is not None})
    return seen[:most]


def matching(check: Check, query: Query) -> Walk:
    """The whole list, narrowed."""
    session, operation = check.session, check.operation
    return session.walk(operation, session.caller(), size=session.largest(operation), query=query)


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
    rows = check.session.whole_census(check.operation).rows
    if sorted(walk.ids) == sorted(identity(row) for row in rows if holds(row)):
        return
    before, walk, after = _verdicts(check, holds), again(), _verdicts(check, holds)
    settled = before.items() & after.items()
    found = set(walk.ids)
    more = sorted(found & {id_ for id_, right in settled if not right})
    lost = sorted({id_ for id_, right in settled if right} - found) if walk.complete else []
    unknown = sorted(found - before.keys() - after.keys())
    exchange = walk.pages[0].exchange
    check.require(not more, f"{what}: {len(more)} rows do not match, such as {more[:2]}.", exchange)
    check.require(not lost, f"{what}: {len(lost)} rows are missing, such as {lost[:2]}.", exchange)
    check.require(len(walk.ids) == len(found), f"{what}: a row is listed twice.", exchange)
    check.require(not unknown, f"{what}: {unknown[:2]} are in no other list.", exchange)


def _verdicts(check: Check, holds: Callable[[Row], bool]) -> dict[str, bool]:
    """Each row of the whole list as it is now, and whether it matches."""
    session, operation = check.session, check.operation
    walk = session.walk(operation, session.caller(), size=session.largest(operation))
    return {identity(row): holds(row) for row in walk.rows}


@must(
    "PAG-031",
    "A filter by value gives exactly the rows with that value",
    equal_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def exact_match(check: Check) -> None:
    """Every row that matches and none that does not, compared with the whole list.

    Source: the contract's parameter, named after the member of the row that it narrows.
    Passes: `?stage=won` → all rows whose `stage` is `won`.
    Fails: the parameter is ignored; only the first page is searched.
    """
    for found in chosen(check, "equal"):
        for value in values(check, found):
            name, wanted = found.parameter.name, partial(_has, found.member, value)
            expect(check, ((name, value),), wanted, f"{name}={value}")


@must(
    "PAG-032",
    "A filter by value compares the whole value, letter by letter",
    equal_filtered,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def nothing_but_the_value(check: Check) -> None:
    """Exact means exact: no wildcards, no prefixes, no other letters, no trimming.

    Source: the contract's parameter ("exactly").
    Passes: `?source=ZILLOW` → no rows, where all rows have `zillow`.
    Fails: `?source=zil` or `?source=%25` → rows.
    """
    rows = check.session.whole_census(check.operation).rows
    for found in chosen(check, "equal"):
        if check.contract.values(found.parameter):
            continue
        name = found.parameter.name
        seen = values(check, found, most=2)
        near = ["%", "_" * len(seen[0]), "*", "", ".*"] if seen else []
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

    Asks at moments that rows have, a little before and after them, and far away.

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

    Source: the contract's description of the list ("only if it matches all").
    Passes: `?stage=won&source=zillow` → rows that are both.
    Fails: rows that are either; the last filter wins.
    """
    rows = check.session.whole_census(check.operation).rows
    found = filters(check.contract, check.operation)
    if len(found) < 2:
        return
    model = rows[len(rows) // 2]
    asked: dict[Query, tuple[Condition, ...]] = {}
    for every in ([condition(f, model) for f in found], [at_the_edge(f, model) for f in found]):
        for conditions in (*combinations(every, 2), tuple(every)):
            asked[tuple(each.query for each in conditions)] = conditions
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

    Each filter alone, and each pair of them.

    Source: the contract's paging.
    Passes: `?stage=won&limit=7` walks all rows of that stage, seven at a time.
    Fails: rows are narrowed after the page is cut; the next page forgets the filter.
    """
    session, operation = check.session, check.operation
    rows, largest = session.whole_census(operation).rows, session.largest(operation)
    every = [condition(f, rows[len(rows) // 2]) for f in filters(check.contract, operation)]
    for conditions in (*((each,) for each in every), *combinations(every, 2)):
        holds = partial(_meets, conditions)
        size = min(sum(map(holds, rows)) // 5 + 1, largest) if largest else None
        query = tuple(each.query for each in conditions)
        what = "&".join("=".join(pair) for pair in query)
        read = partial(session.walk, operation, session.caller(), size=size, query=query)
        walk = read()
        for page in walk.pages:
            if not all(map(holds, page.rows)):
                raise Violation(f"A page of {what} holds rows that do not match.", page.exchange)
        exactly(check, walk, holds, f"{what} by {size}", read)


@must(
    "PAG-037",
    "Fractions of a second count",
    since_filtered,
    promises=PROMISES,
    needs=(Need.ROWS, Need.CLOCK),
)
def fractions_count(check: Check) -> None:
    """Rows that changed within one second are told apart as finely as their moments are written.

    Makes rows a quarter of a second apart, half of them after midnight, and asks between them.

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
        for at in sorted(set(moments.values())):
            for shift in (timedelta(), timedelta(milliseconds=1), timedelta(milliseconds=-1)):
                query = ((found.parameter.name, instant(at + shift)),)
                walk = session.walk(operation, ledger.caller, query=query)
                expected = {id_ for id_, changed in moments.items() if changed > at + shift}
                check.require(
                    set(walk.ids) == expected,
                    f"{found.parameter.name}={query[0][1]} gives {len(walk.ids)} rows, "
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

    Makes more rows that match than the largest page holds.

    Source: the contract's page size and parameter.
    Passes: `?stage=won&limit=200`, of 205 won leads → 200 rows; `?stage=won` → 50.
    Fails: → 100 rows and a next page; → 25.
    """
    session, operation = check.session, check.operation
    largest, ledger = session.largest(operation) or 0, session.ledger(operation, 0)
    for found in filters(check.contract, operation):
        documented = check.contract.values(found.parameter)
        ledger.insert(largest + 5, {found.member: str(documented[0])} if documented else {})
        rows = session.walk(operation, ledger.caller, size=largest).rows
        narrowed = condition(found, rows[0])
        sample = session.sample(operation, ledger.caller)
        sizes = paging(operation).size
        for size, most in ((largest, largest), (None, sizes.default if sizes else None)):
            page = read_page(ledger.caller, operation, sample, size=size, query=(narrowed.query,))
            wanted = min(sum(map(narrowed.holds, rows)), most or len(page.rows))
            check.require(
                len(page.rows) == wanted,
                f"{'='.join(narrowed.query)} by {size or 'default'} gives {len(page.rows)} rows, "
                f"not {wanted}.",
                page.exchange,
            )


def _has(member: str, value: str, row: Row) -> bool:
    return bool(row.get(member) == value)


def _is_later(member: str, at: datetime, row: Row) -> bool:
    return moment(row.get(member)) > at


def _meets(conditions: Sequence[Condition], row: Row) -> bool:
    return all(each.holds(row) for each in conditions)


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter with a value that at least one row matches."""

    filter: Filter
    value: str

    @property
    def query(self) -> tuple[str, str]:
        """The parameter as it is sent."""
        return self.filter.parameter.name, self.value

    def holds(self, row: Row) -> bool:
        """Whether a row matches."""
        found = row.get(self.filter.member)
        if self.filter.kind == "equal":
            return found == self.value
        return moment(found) > moment(self.value)


def condition(found: Filter, model: Row) -> Condition:
    """The filter with a value that this row matches."""
    value = model.get(found.member)
    if found.kind == "equal":
        return Condition(found, str(value))
    return Condition(found, instant(moment(value) - timedelta(microseconds=1)))


def at_the_edge(found: Filter, model: Row) -> Condition:
    """The same, but since the very moment of this row, which therefore does not match."""
    if found.kind == "since":
        return Condition(found, instant(moment(model.get(found.member))))
    return condition(found, model)


def moment(value: object) -> datetime:
    """A moment as an answer writes it.

    Raises Violation where it is none.
    """
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Violation(f"{value!r} is not a moment.") from error
    if at.tzinfo is None:
        raise Violation(f"{value!r} has no offset.")
    return at.astimezone(UTC)


def instant(at: datetime) -> str:
    """A moment as RFC 3339 writes it, in UTC, with as many digits as it needs."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
