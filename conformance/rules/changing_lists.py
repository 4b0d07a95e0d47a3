"""PAG: a list that changes while it is walked, or since it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from conformance.exchange import Exchange
from conformance.filters import Filter, filters, instant, moment
from conformance.ledger import Ledger
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.consistency import dated, detail
from conformance.rules.pagination import (
    KNOWN_ROWS,
    LONG_AGO,
    PROMISES,
    few,
    once,
    size_limits,
)
from conformance.sample import written
from conformance.vocabulary import (
    detail_of,
    id_parameter,
    lasting,
    paginated,
    paging,
    sized,
)
from conformance.walk import Page, Row, Walk, identity, pages, read_page
from generator.model import Operation

HOUR, MONTH = 3_600, 31 * 86_400
"""In seconds."""
FEWER_ROWS = 14
"""Of a narrowed list: a few pages."""
FEWEST_ROWS = 5
FREE_VALUES = ("Open House", "Elsewhere")
"""Of a member that may be any text."""


@must(
    "PAG-009",
    "Rows that are added during a walk disturb no other row",
    lasting,
    promises=PROMISES,
    needs=(Need.ROWS, Need.CLOCK),
)
def stable_under_inserts(check: Check) -> None:
    """A row that is there throughout a walk comes once, wherever others are put meanwhile.

    Walks the whole list, and narrowed by each filter to the rows that are all alike.

    Source: the contract's paging ("also while rows are added").
    Passes: rows added after each page; each of the first 24 comes once.
    Fails: pages are counted from the start, so that an added row pushes another onto the next page,
    or are so counted where the list is narrowed.
    """
    for listing in _listings(check):
        before = tuple(listing.ledger.ids)
        _walk_while(check, listing, before, partial(_add, listing), "Rows are added")


def _add(listing: _Listing, _: Page) -> Iterable[str]:
    return listing.ledger.insert(3, listing.values)


@must(
    "PAG-010",
    "Rows that are updated during a walk disturb no other row",
    lasting,
    promises=PROMISES,
    needs=(Need.ROWS, Need.CLOCK),
)
def stable_under_updates(check: Check) -> None:
    """A row that does not change during a walk comes once, whatever happens to the others.

    Walks the whole list, and narrowed by each filter; where that is by a documented value, rows are
    given another one, so that they leave the list. One of them is the row that a page ended with.

    Source: the contract's paging ("or updated").
    Passes: a row before the cursor, one after it and the one that it stands for are updated at
    each page; the others come once.
    Fails: the order follows the last change, so that an updated row moves and others with it; rows
    that are won no more pull others from `?stage=won` onto the page that was read; a walk ends, or
    begins anew, where the row that its page ended with is no more on the list.
    """
    session, operation, size = check.session, check.operation, few(check)
    for listing in _listings(check):
        who, query = listing.ledger.caller, listing.query
        order = session.walk(operation, who, size=size, query=query).ids
        moving = [*order[1::5], *order[3::5]]
        waiting = iter([*zip(moving, reversed(moving), strict=True)])
        change = partial(_change_next, listing, waiting)
        _walk_while(check, listing, order, change, "Rows are updated")


def _change_next(
    listing: _Listing, waiting: Iterator[tuple[str, str]], page: Page
) -> Iterable[str]:
    """Update the next pair, and the row that the page ended with; which ones these were."""
    changed = {*next(waiting, ()), *map(identity, page.rows[-1:])}
    for id_ in sorted(changed):
        try:
            listing.ledger.update(id_, listing.others)
        except Untestable:  # the control plane gives rows no other value of this member
            listing.ledger.update(id_)
    return changed


@must(
    "PAG-045",
    "A narrowed list is walked whole at one row a page",
    sized,
    promises=(*PROMISES, "HALE-11", "HALE-12", "HALE-13"),
    needs=(Need.ROWS, Need.CLOCK),
)
def narrowed_row_by_row(check: Check) -> None:
    """How a narrowed list is cut changes nothing about what is on it.

    Narrows by each filter a list of a few rows that are all alike.

    Source: the contract's paging and parameters.
    Passes: `?stage=won&limit=1`, of five won leads → five pages, each row once.
    Fails: every other row is lost at one row a page.
    """
    smallest, _, _ = size_limits(check)
    for listing in _narrowed(check, FEWEST_ROWS):
        who, query = listing.ledger.caller, listing.query
        found = check.session.walk(check.operation, who, size=smallest, query=query)
        what = "Walking " + "&".join("=".join(pair) for pair in query) + f" by {smallest}"
        once(check, found, tuple(listing.ledger.ids), what)


@dataclass(frozen=True, slots=True)
class _Listing:
    """A tenant's rows, all on the list of a query, and values with which one would leave it."""

    ledger: Ledger
    query: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    others: Mapping[str, str]


def _listings(check: Check) -> Iterator[_Listing]:
    """Some rows of one moment on the whole list, and on what each filter leaves of it."""
    yield _Listing(check.session.ledger(check.operation, KNOWN_ROWS), (), {}, {})
    yield from _narrowed(check, FEWER_ROWS)


def _narrowed(check: Check, rows: int) -> Iterator[_Listing]:
    """So many rows of one moment on what each filter leaves of the list.

    Filters by values that the control plane puts into no row are left out.
    """
    for found in filters(check.contract, check.operation):
        name, values, others = found.parameter.name, {}, {}
        query = ((name, LONG_AGO),)
        if found.kind == "day":
            continue
        if found.kind != "since":
            first, *_, last = check.contract.values(found.parameter) or FREE_VALUES
            values, others = {name: written(first)}, {name: written(last)}
            query = ((name, written(first)),)
        ledger = check.session.ledger(check.operation, 0)
        with suppress(Untestable):
            with ledger.control.frozen():
                ledger.insert(rows, values)
            yield _Listing(ledger, query, values, others)


def _walk_while(
    check: Check,
    listing: _Listing,
    rows: tuple[str, ...],
    change: Callable[[Page], Iterable[str]],
    what: str,
) -> None:
    """Walk in small pages, change something after each of the first four, and look at the others.

    `change` returns the rows that it changed.
    """
    who, size = listing.ledger.caller, few(check)
    sample = check.session.sample(check.operation, who)
    found: list[Page] = []
    changed: set[str] = set()
    for page in pages(
        who, check.operation, sample, sizes=lambda _: size, query=listing.query, most=100
    ):
        found.append(page)
        if len(found) <= 4:
            changed.update(change(page))
    counts = Counter(Walk(tuple(found), complete=True).ids)
    exchange = found[-1].exchange
    check.require(found[-1].next is None, f"{what}, and the walk does not end.", exchange)
    steady = [id_ for id_ in rows if id_ not in changed]
    lost = [id_ for id_ in steady if not counts[id_]]
    twice = [id_ for id_ in steady if counts[id_] > 1]
    check.require(not lost, f"{what}, and {len(lost)} other rows are lost: {lost[:2]}.", exchange)
    check.require(not twice, f"{what}, and {len(twice)} other rows repeat: {twice[:2]}.", exchange)


@must(
    "PAG-011",
    "A cursor is good for as long as the walk takes",
    lasting,
    promises=PROMISES,
    needs=(Need.CLOCK,),
)
def lasting_cursors(check: Check) -> None:
    """No cursor is documented to expire, so that a slow walk ends like a fast one.

    Source: the contract's `x-page-limits`, which names no `expired-cursor`.
    Passes: a cursor that is an hour old, or a month → the next page.
    Fails: a cursor that is an hour old → 400.
    """
    session, operation = check.session, check.operation
    sample = session.sample(operation)
    first = read_page(session.caller(), operation, sample, size=few(check))
    if first.next is None or session.control is None:
        raise Untestable("There is no second page.")
    before = read_page(session.caller(), operation, sample, size=few(check), cursor=first.next)
    for seconds in (HOUR, MONTH):
        session.control.advance(seconds)
        after = read_page(session.caller(), operation, sample, size=few(check), cursor=first.next)
        check.require(
            [identity(r) for r in before.rows] == [identity(r) for r in after.rows],
            f"{seconds // HOUR} hours later the same cursor gives other rows.",
            after.exchange,
        )


@must(
    "PAG-012",
    "A row that is added is listed",
    paginated,
    promises=(*PROMISES, "HALE-04"),
    needs=(Need.ROWS, Need.CLOCK),
)
def added_rows_are_listed(check: Check) -> None:
    """What is written can be read at once: in the list, and by no other tenant.

    The other tenant is called like the first, and one letter more.

    Source: the contract's list.
    Passes: a row inserted a moment ago is on the list of its tenant.
    Fails: it is missing; it is on the list of another tenant.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 3)
    made = set(ledger.insert(2))
    mine = session.walk(operation, ledger.caller)
    check.require(made <= set(mine.ids), "A row that was added is not listed.", mine.last.exchange)
    stranger = session.ledger(operation, 1, tenant=f"{ledger.tenant}x")
    mine, theirs = (session.walk(operation, who.caller) for who in (ledger, stranger))
    both = set(mine.ids) & set(theirs.ids)
    check.require(not both, "A row is listed for another tenant.", theirs.last.exchange)


@dataclass(frozen=True, slots=True)
class _Read:
    """A way to read some rows; whether a row is surely among them, also after it was updated."""

    what: str
    surely: bool
    rows: Callable[[], tuple[Sequence[Row], Exchange]]


@must(
    "LIF-007",
    "What was read before a change is read anew after it",
    dated,
    promises=(*PROMISES, "HALE-11", "HALE-12", "HALE-13", "HALE-14"),
    needs=(Need.ROWS, Need.CLOCK),
)
def read_anew(check: Check) -> None:
    """The same request tells of a row as it is now, not as it was when that was last asked for.

    Reads a row in every way before it is updated and once more a second after: its detail, the list
    narrowed by each filter, and each page of a walk at its cursor. Then gives it another value of
    each documented list, and looks for it by both values.

    Source: the contract's row (`updatedAt`: when it last changed); RFC 9111 §3 (`no-store`).
    Passes: `?updatedSince=T` is empty, then holds the row that was updated after T.
    Fails: it is empty for a minute more; the detail or the second page is kept as it was; a lead
    that was won is still listed as `working`.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 5)
    rows = session.walk(operation, ledger.caller).rows
    if not rows:
        raise Untestable("There is no row to update.")
    before = rows[len(rows) // 2]
    reads = [*_reads(check, ledger, before)]
    for read in reads:
        read.rows()
    ledger.control.advance(1)
    ledger.update(identity(before))
    for read in reads:
        found, exchange = read.rows()
        now = next((row for row in found if identity(row) == identity(before)), None)
        check.require(
            now is not None or not read.surely, f"{read.what} lacks a row just updated.", exchange
        )
        for name in before if now else ():
            if now and name.lower().startswith("updated"):
                later = moment(now.get(name)) > moment(before[name])
                check.require(later, f"{read.what} tells a row as it was before.", exchange)
    for each in filters(check.contract, operation):
        if each.kind == "equal" and each.values(before) and check.contract.values(each.parameter):
            with suppress(Untestable):  # the control plane gives rows no other value of this member
                _require_moved(check, ledger, before, each)


def _require_moved(check: Check, ledger: Ledger, row: Row, found: Filter) -> None:
    """Give a row another value of a member; require that all who read it know."""
    id_, (old,), name = identity(row), found.values(row), found.parameter.name
    new = next(v for v in map(written, check.contract.values(found.parameter)) if v != old)
    narrowed = {
        value: partial(check.session.walk, check.operation, ledger.caller, query=((name, value),))
        for value in (old, new)
    }
    for read in narrowed.values():
        read()
    ledger.update(id_, {name: new})
    for value, read in narrowed.items():
        walk = read()
        check.require(
            (id_ in walk.ids) is (value == new),
            f"{name} of a row was {old}, is {new}, and the list of {value} does not know.",
            walk.last.exchange,
        )
    for each in _reads(check, ledger, {**row, found.member: new}):
        rows, exchange = each.rows()
        told = next((one.get(found.member) for one in rows if identity(one) == id_), new)
        check.require(told == new, f"{each.what} tells {name} as it was before.", exchange)


def _reads(check: Check, ledger: Ledger, row: Row) -> Iterator[_Read]:
    """Every way to read a row of a list: by itself, narrowed down to, and page by page."""
    operation, caller = check.operation, ledger.caller
    sample = check.session.sample(operation, caller)

    def page(*query: tuple[str, str], cursor: str | None = None) -> tuple[Sequence[Row], Exchange]:
        size = 2 if cursor else None
        found = read_page(caller, operation, sample, size=size, cursor=cursor, query=query)
        return found.rows, found.exchange

    def one(reading: Operation) -> tuple[Sequence[Row], Exchange]:
        asked = check.session.sample(reading, caller).at(**{id_parameter(reading): identity(row)})
        exchange = caller.call(reading, asked)
        return (detail(exchange),), exchange

    for found in filters(check.contract, operation):
        values = found.values(row)
        if found.kind == "since":
            values = (instant(moment(row.get(found.member))),)
        for value in values:
            pair = (found.parameter.name, value)
            yield _Read("=".join(pair), surely=True, rows=partial(page, pair))
    if not paging(operation).expired_cursor and paging(operation).size:
        for each in check.session.walk(operation, caller, size=2).pages[1:]:
            yield _Read("A page", surely=False, rows=partial(page, cursor=each.cursor))
    if reading := detail_of(check.contract, operation):
        yield _Read("The detail", surely=True, rows=partial(one, reading))
