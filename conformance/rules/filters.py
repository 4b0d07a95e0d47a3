"""PAG: a filter gives the rows that match, all of them and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    telling_apart,
)
from conformance.rule import Check, Need, Violation, must
from conformance.vocabulary import (
    Subjects,
    equal_filtered,
    filtered,
    paging,
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


def in_two(check: Check, query: Query, holds: Callable[[Row], bool]) -> Walk:
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
            read = partial(in_two, check, ((name, value),), wanted)
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


@must("PAG-035", "Filters narrow together", filtered, promises=PROMISES, needs=(Need.CREDENTIAL,))
def all_at_once(check: Check) -> None:
    """A row is listed only if it matches every filter that is given, a moment strictly here too.

    Each value of a closed list is asked for together with each other filter, and with all.

    Source: the contract's description of the list ("only if it matches all").
    Passes: `?stage=won&source=zillow` → rows that are both.
    Fails: rows that are either; the last filter wins.
    """
    rows = check.session.whole_census(check.operation).rows
    found = filters(check.contract, check.operation)
    every = conditions_of(found, rows)
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
    Fails: rows are narrowed after the page is cut; the next page forgets a filter; a full page
    that is the last has a cursor.
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


def _meets(conditions: Sequence[Condition], row: Row) -> bool:
    return all(each.holds(row) for each in conditions)
