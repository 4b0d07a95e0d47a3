"""PAG: walking a list gives every row once, and then ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice

from conformance.caller import Caller
from conformance.exchange import Exchange
from conformance.filters import absent, conditions_of, filters
from conformance.ledger import Ledger
from conformance.rule import Check, Need, Untestable, must
from conformance.sample import escaped, written
from conformance.vocabulary import echoing, paginated, paging, sized
from conformance.walk import Page, Row, Walk, dig, identity, pages, read_page, walk

PROMISES = ("HALE-15", "LEAD-09", "ALOHA-07", "ALOHA-09")
KNOWN_ROWS = 24
SHORT_LIST = 80
MANY_ROWS = 1_050
"""More than search engines and databases like to skip."""
SMALL_PAGE = 10
LONG_AGO = "2001-01-01T00:00:00Z"
SOME_TEXT = "Open House"


@dataclass(frozen=True, slots=True)
class ShortList:
    """A list that is short enough to be walked in every way, and the ids that it must hold."""

    caller: Caller
    query: tuple[tuple[str, str], ...]
    ids: tuple[str, ...]


def short_list(check: Check) -> ShortList:
    """Rows that the suite put there itself; else the end of a list, narrowed by a moment.

    Raises Untestable where neither can be had.
    """
    session, operation = check.session, check.operation
    if not session.missing(Need.ROWS):
        ledger = session.ledger(operation, KNOWN_ROWS)
        return ShortList(ledger.caller, (), tuple(ledger.ids))
    census = session.census(operation)
    if census.complete and 3 <= len(census.rows) <= SHORT_LIST:
        return ShortList(session.caller(), (), census.ids)
    for found in filters(check.contract, operation):
        moments = sorted(str(row[found.member]) for row in census.rows if row.get(found.member))
        if found.kind == "since" and len(moments) > KNOWN_ROWS:
            query = ((found.parameter.name, moments[-KNOWN_ROWS]),)
            narrowed = session.walk(operation, session.caller(), query=query)
            if narrowed.complete and 3 <= len(narrowed.rows) <= SHORT_LIST:
                return ShortList(session.caller(), query, narrowed.ids)
    raise Untestable("There is no list short enough to walk row by row, and no way to make one.")


def once(check: Check, found: Walk, expected: tuple[str, ...], what: str) -> None:
    """Require that a complete walk holds each of these rows once and no others."""
    counts, known = Counter(found.ids), set(expected)
    twice = [id_ for id_, count in counts.items() if count > 1]
    lost = [id_ for id_ in expected if id_ not in counts]
    more = [id_ for id_ in counts if id_ not in known]
    exchange = found.last.exchange
    check.require(found.complete, f"{what}: the walk does not end.", exchange)
    check.require(
        not twice, f"{what}: {len(twice)} rows came twice, such as {twice[:2]}.", exchange
    )
    check.require(not lost, f"{what}: {len(lost)} rows were lost, such as {lost[:2]}.", exchange)
    check.require(not more, f"{what}: {len(more)} rows belong elsewhere: {more[:2]}.", exchange)


def size_limits(check: Check) -> tuple[int, int, int]:
    """The smallest, default and largest page size of the operation."""
    size = paging(check.operation).size
    low = size.minimum if size else 1
    default = size.default if size and size.default else 25
    return low, default, size.maximum if size and size.maximum else default


@must(
    "PAG-001",
    "A walk gives each row once, and ends",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def each_row_once(check: Check) -> None:
    """The whole list, at the default and at the largest page size: no row twice, the same rows.

    Source: the contract's paging.
    Passes: both walks give the same rows, each once.
    Fails: the last row of a page is the first of the next; the last page leads to itself.
    """
    session, operation = check.session, check.operation
    largest = session.census(operation)
    default = session.walk(operation, session.caller())
    for found in (largest, default):
        check.require(
            len(set(found.ids)) == len(found.ids), "A row came twice.", found.last.exchange
        )
    if not (largest.complete and default.complete):
        shorter = min(len(largest.ids), len(default.ids))
        lost = set(default.ids[:shorter]) ^ set(largest.ids[:shorter])
        check.require(
            len(lost) <= shorter // 2, "Page sizes disagree on the rows.", default.last.exchange
        )
    elif set(default.ids) != set(largest.ids):
        _same_now(check)


def _same_now(check: Check) -> None:
    """Compare both walks anew: rows may have come and gone since the census."""
    session, operation = check.session, check.operation
    whole = partial(session.walk, operation, session.caller(), size=session.largest(operation))
    before, default, after = whole().ids, session.walk(operation, session.caller()), whole().ids
    steady, known = set(before) & set(after), set(before) | set(after)
    lost, more = sorted(steady - set(default.ids)), sorted(set(default.ids) - known)
    what, exchange = "Walking at the default size", default.last.exchange
    check.require(not lost, f"{what}: {len(lost)} rows were lost, such as {lost[:2]}.", exchange)
    check.require(not more, f"{what}: {len(more)} rows belong elsewhere: {more[:2]}.", exchange)


@must(
    "PAG-002",
    "Every page size gives the same rows",
    sized,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def every_page_size(check: Check) -> None:
    """How a list is cut changes nothing about what is on it.

    Rows that were made at one moment are among them, and sizes that divide the list evenly. A row
    is the same on whichever page it is.

    Source: the contract's paging.
    Passes: 24 rows at sizes 1, 2, 3, 5, 8, 12, 23, 24, 25, default and largest: each row once.
    Fails: at size 1 the walk stands still; rows of one moment are lost between pages; rows of later
    pages lack what those of the first one have.
    """
    short = short_list(check)
    low, default, high = size_limits(check)
    count = len(short.ids)
    sizes = {low, low + 1, 3, 5, 8, 12, count - 1, count, count + 1, default, high}
    rows: dict[str, Row] = {}
    for size in sorted(size for size in sizes if low <= size <= high):
        sample = check.session.sample(check.operation, short.caller)
        found = walk(short.caller, check.operation, sample, size=size, query=short.query)
        once(check, found, short.ids, f"Walking at size {size}")
        for row in found.rows:
            same = rows.setdefault(identity(row), row) == row
            check.require(same, f"{identity(row)} is another at size {size}.", found.last.exchange)


@must(
    "PAG-043",
    "A long list is walked to its end",
    paginated,
    promises=PROMISES,
    needs=(Need.ROWS,),
)
def long_list(check: Check) -> None:
    """A list ends where its rows do, however many there are, and in however many pages.

    Walks the whole list, and narrowed to what changed since long ago, which is all, and to what has
    a value that all have; one list of the API in small pages, too. After each walk its second page
    is read again: a cursor is good, however many others were given since.

    Source: the contract's paging, which documents no greatest number of rows or pages.
    Passes: 1,050 rows, at the largest page size, and at ten to a page: each row once.
    Fails: after 1,000 rows, or 100 pages, there is no next page; the last of them is refused; of a
    stage, 500 rows are found at most.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 0)
    with ledger.control.frozen():
        alike = _insert_alike(check, ledger, MANY_ROWS)
    largest = session.largest(operation)
    since = [f.parameter.name for f in filters(check.contract, operation) if f.kind == "since"]
    narrowed = [*((name, LONG_AGO) for name in since), *alike.items()]
    walks = [(largest, ()), *((largest, (query,)) for query in narrowed)]
    if operation in sized(check.contract)[:1]:
        walks.append((SMALL_PAGE, ()))
    for size, query in walks:
        found = session.walk(operation, ledger.caller, size=size, query=query, most=MANY_ROWS)
        what = "&".join("=".join(pair) for pair in query)
        once(check, found, tuple(ledger.ids), f"Walking {MANY_ROWS:,} rows {what}".strip())
        _still_there(check, ledger, found, size, query)


def _still_there(
    check: Check, ledger: Ledger, found: Walk, size: int | None, query: tuple[tuple[str, str], ...]
) -> None:
    """Require that the second page of a walk is the same after the walk."""
    sample = check.session.sample(check.operation, ledger.caller)
    for page in found.pages[1:2]:
        again = read_page(
            ledger.caller, check.operation, sample, size=size, query=query, cursor=page.cursor
        )
        check.require(again.rows == page.rows, "A page is another after the walk.", again.exchange)


def _insert_alike(check: Check, ledger: Ledger, rows: int) -> Mapping[str, str]:
    """Insert rows that have one value of each filter by value, if such can be made; which values.

    Of filters that the control plane puts into no row none are looked at.
    """
    equal = [f.parameter for f in filters(check.contract, check.operation) if f.kind == "equal"]
    values = {each.name: written([*check.contract.values(each), SOME_TEXT][0]) for each in equal}
    with suppress(Untestable):
        ledger.insert(rows, values)
        return values
    ledger.insert(rows)
    return {}


@must(
    "PAG-003",
    "A page is as large as it was asked to be",
    sized,
    promises=("HALE-10", "HALE-07", "LEAD-09"),
    needs=(Need.CREDENTIAL,),
)
def page_size(check: Check) -> None:
    """A page never holds more rows than asked for, and only the last one holds fewer.

    What the pages before it were asked for is nothing to it: without a size it has the default.

    Source: the contract's page size.
    Passes: `?limit=3` of 24 rows → 3 rows.
    Fails: `?limit=3` → 4 rows, or 50; `?limit=200` → 100 rows and a next page; `?cursor=…` of a
    page of 3 → 3 rows more, and not 50.
    """
    session, operation = check.session, check.operation
    low, default, high = size_limits(check)
    sample = session.sample(operation)
    half = high // 2
    asked = {low, low + 1, 3, 10, default - 1, default, default + 1, half, half + 1, high - 1, high}
    sizes = sorted(s for s in asked if low <= s <= high)
    for size, then in [(None, None), *((size, size) for size in sizes), (low, None)]:
        first = read_page(session.caller(), operation, sample, size=size)
        following = (
            [(then, read_page(session.caller(), operation, sample, size=then, cursor=first.next))]
            if first.next
            else []
        )
        for wanted, page in ((size, first), *following):
            rows, most = len(page.rows), wanted or default
            check.require(
                rows <= most, f"A page of at most {most} rows holds {rows}.", page.exchange
            )
            check.require(
                rows == most or page.next is None,
                f"A page of {most} rows holds {rows}, although there are more.",
                page.exchange,
            )


@must(
    "PAG-004",
    "The last page says that it is the last, and no other does",
    paginated,
    promises=("HALE-07", *PROMISES),
    needs=(Need.CREDENTIAL,),
)
def last_page(check: Check) -> None:
    """A next cursor means that there is a next row: no empty page at the end, none in between.

    Source: the contract's paging.
    Passes: 24 rows at size 12 → two pages; the cursor of the second is null.
    Fails: a third page, empty; a null cursor with rows still to come.
    """
    short = short_list(check)
    session, operation = check.session, check.operation
    low, _, high = size_limits(check)
    count = len(short.ids)
    for size in sorted({count, count // 2, count // 3, count - 1, count + 1, low + 1}):
        if not low <= size <= high:
            continue
        sample = session.sample(operation, short.caller)
        found = walk(short.caller, operation, sample, size=size, query=short.query)
        for page in found.pages:
            check.require(
                page.rows or len(found.pages) == 1, "A cursor led to an empty page.", page.exchange
            )
        needed = -(-count // size)
        check.require(
            len(found.pages) == needed,
            f"{count} rows at size {size} took {len(found.pages)} pages, not {needed}.",
            found.last.exchange,
        )


@must(
    "PAG-005",
    "An empty list is one empty page",
    paginated,
    promises=("HALE-07", "LEAD-09"),
    needs=(Need.CREDENTIAL,),
)
def empty_list(check: Check) -> None:
    """Nothing to list is no error: an empty page, and no next one.

    Source: the contract's paging.
    Passes: `{"data": [], "pagination": {"limit": 50, "cursor": null, "nextCursor": null}}`.
    Fails: 404; `"data": null`; a next cursor.
    """
    session, operation = check.session, check.operation
    queries = [
        ((f.parameter.name, absent(f)),)
        for f in filters(check.contract, operation)
        if f.kind == "since" or not check.contract.values(f.parameter)
    ]
    for query in queries:
        page = read_page(session.caller(), operation, session.sample(operation), query=query)
        check.require(not page.rows, "A filter that nothing matches gives rows.", page.exchange)
        check.require(page.next is None, "An empty list has a next page.", page.exchange)


@must(
    "PAG-006",
    "A page repeats its size and its cursor",
    echoing,
    promises=("HALE-07",),
    needs=(Need.CREDENTIAL,),
)
def echoes(check: Check) -> None:
    """The size in effect and the cursor that was asked with, null on the first page.

    Whether the list is narrowed or not, where that leaves nothing of it, and on its last page.

    Source: the contract's `x-page-limits`.
    Passes: `?limit=2` → `"limit": 2, "cursor": null`, then `"cursor"` as it was sent.
    Fails: `"limit": 50` for `?limit=2`; the number of rows on the last page; the next cursor.
    """
    session, operation = check.session, check.operation
    rules = paging(operation)
    low, default, _ = size_limits(check)
    echo = rules.size.echo if rules.size else ()
    ask = partial(pages, session.caller(), operation, session.sample(operation), most=3)
    read = [(size, ask(sizes=partial(_always, size))) for size in (None, low, 7)]
    for each in filters(check.contract, operation):
        for narrowing in conditions_of([each], session.census(operation).rows):
            narrowed = ask(sizes=partial(_always, low), query=(narrowing.query,))
            read.append((low, islice(narrowed, 2)))
            if most := session.largest(operation):
                read.append((most, ask(sizes=partial(_always, most), query=(narrowing.query,))))
        if not check.contract.values(each.parameter):
            nothing = (each.parameter.name, absent(each))
            read.append((low, ask(sizes=partial(_always, low), query=(nothing,))))
    with suppress(Untestable):
        short = short_list(check)
        ending = partial(pages, short.caller, operation, session.sample(operation, short.caller))
        few_first = ending(sizes=lambda number: None if number else low, query=short.query)
        read.append((None, islice(few_first, 1, 3)))
    for size, found in (*read, (session.largest(operation), session.census(operation).pages)):
        for page in found:
            body = page.exchange.json
            if echo:
                value = dig(body, echo)
                check.require(
                    value == (size or default) and type(value) is int,
                    f"The page size in effect is {size or default}, and the answer says {value!r}.",
                    page.exchange,
                )
            if rules.cursor_echo:
                value = dig(body, rules.cursor_echo)
                check.require(
                    value == page.cursor,
                    f"The answer says that it was asked with the cursor {value!r}.",
                    page.exchange,
                )
            check.require(
                not rules.next or _present(body, rules.next) or rules.has_more,
                f"{'.'.join(rules.next)} is missing.",
                page.exchange,
            )


def _always(size: int | None, _: int) -> int | None:
    return size


def _present(body: object, path: tuple[str, ...]) -> bool:
    parent = dig(body, path[:-1])
    return isinstance(parent, dict) and path[-1] in parent


@must(
    "PAG-007",
    "Page sizes may change during a walk",
    sized,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def changing_sizes(check: Check) -> None:
    """The size of a page is no filter: a cursor is good at any size, and the next page has its own.

    Source: the house's decision on page sizes.
    Passes: pages of 1, 5, 2, 9 and the rest, each row once.
    Fails: a cursor counts pages of one size, so that rows are lost or repeated; or keeps the first.
    """
    short = short_list(check)
    low, _, high = size_limits(check)
    steps = [min(max(step, low), high) for step in (1, 5, 2, 9, 3, 1, 4)]
    found = tuple(
        pages(
            short.caller,
            check.operation,
            check.session.sample(check.operation, short.caller),
            sizes=lambda number: steps[number % len(steps)],
            query=short.query,
        )
    )
    for page, size in zip(found, cycle(steps), strict=False):
        check.require(
            len(page.rows) == size or (page.next is None and len(page.rows) < size),
            f"A page that was asked for with {size} rows holds {len(page.rows)}.",
            page.exchange,
        )
    once(check, Walk(found, found[-1].next is None), short.ids, "Walking at changing sizes")


@must(
    "PAG-008",
    "The same request gives the same page",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def same_again(check: Check) -> None:
    """While nothing changes, a page is the same each time, the first and any other.

    So it is where its parameters are sent in another order, or with each of their letters escaped.

    Source: RFC 9110 §9.2.2; RFC 3986 §6.2.2.2; the contract's paging.
    Passes: two requests with one cursor give the same rows in the same order.
    Fails: a cursor works once; the order changes from request to request; `%6Cimit=3` → 400.
    """
    session, operation = check.session, check.operation
    sample = session.sample(operation)
    first = read_page(session.caller(), operation, sample, size=few(check))
    for cursor in (None, first.next):
        if cursor is None and first.next is None:
            continue
        again = [
            read_page(session.caller(), operation, sample, size=few(check), cursor=cursor)
            for _ in range(3)
        ]
        rows = [[identity(row) for row in page.rows] for page in again]
        check.require(
            rows[0] == rows[1] == rows[2], "The same request gave other rows.", again[1].exchange
        )
    for exchange in _otherwise_written(check, first) if first.next else ():
        found = [identity(row) for row in dig(exchange.json, paging(operation).results) or ()]
        check.require(
            found == rows[0], "Another spelling of the request gave other rows.", exchange
        )


def _otherwise_written(check: Check, first: Page) -> Iterator[Exchange]:
    """What the second page is answered with, its parameters in turn, and escaped."""
    rules, sample, caller = (
        paging(check.operation),
        check.session.sample(check.operation),
        check.session.caller(),
    )
    size = ((rules.size.parameter, str(few(check))),) if rules.size else ()
    query = ((rules.parameter, first.next or ""), *size, *sample.query)
    yield caller.call(check.operation, replace(sample, query=query))
    path = check.operation.path
    for name, value in sample.path.items():
        path = path.replace(f"{{{name}}}", value)
    text = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in query)
    yield caller.send("GET", path, text, operation=check.operation.id)


def few(check: Check) -> int | None:
    """A small page size, where a size can be chosen."""
    low, _, high = size_limits(check)
    return min(max(5, low), high) if paging(check.operation).size else None
