"""LIF: what one operation says, another does not deny."""

from __future__ import annotations

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.refusal import require_refusal
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.moments import HALF_A_YEAR, HOUR, require_between
from conformance.sample import escaped
from conformance.shapes import of_every_shape
from conformance.vocabulary import (
    Subjects,
    below_rows,
    collection,
    id_parameter,
    is_list,
    list_of,
    listed_details,
)
from conformance.walk import Row, identity
from generator.model import Operation

PROMISES = ("HALE-14", "HALE-08", "LEAD-05")
WORDS = ("new", "me", "latest", "search", "count", "export")
"""What other APIs have beside their rows."""


def read(check: Check, id_: str) -> Exchange:
    """Read one thing by its id."""
    sample = check.session.sample(check.operation).at(**{id_parameter(check.operation): id_})
    return check.session.caller().call(check.operation, sample)


def listed(check: Check) -> tuple[Operation, tuple[Row, ...]]:
    """The list of the detail under test, and its rows.

    Raises Untestable where it has none.
    """
    operation = list_of(check.contract, check.operation)
    rows = check.session.census(operation).rows if operation else ()
    if operation is None or not rows:
        raise Untestable("There is no row to read.")
    return operation, rows


@must(
    "LIF-001",
    "A listed row can be read by its id, and is the same",
    listed_details,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def detail_agrees(check: Check) -> None:
    """The detail is the row of the list: what both have is equal, of rows of every shape.

    Reads the first and last rows, those whose members are written longest and shortest, one of each
    value of a member that has few, and, where rows can be made, two that were made a quarter of a
    second apart; one of them with each letter of its id escaped, too.

    Source: the contract's list and detail, which share a schema; RFC 3986 §6.2.2.2.
    Passes: `GET /contacts/ctk_AbCd` → the row that `GET /contacts` lists.
    Fails: → 404; another row; another `updatedAt`.
    """
    operation, known = listed(check)
    # Read anew: what was listed before may have changed since, as rules write, too.
    session = check.session
    now = session.walk(operation, session.caller(), size=session.largest(operation))
    rows = now.rows or known
    for row in of_every_shape(rows):
        _require_same(check, row, read(check, identity(row)))
    path, text = check.operation.path, escaped(identity(rows[0]))
    sample = check.session.sample(check.operation).at(**{id_parameter(check.operation): text})
    for name, value in sample.path.items():
        path = path.replace(f"{{{name}}}", value)
    _require_same(
        check, rows[0], check.session.caller().send("GET", path, operation=check.operation.id)
    )
    _require_same_of_new(check, operation)


def _require_same_of_new(check: Check, operation: Operation) -> None:
    """The same of rows that were just made where they can be, one of them at no whole second."""
    session = check.session
    if session.control is None or not session.control.keeps(collection(operation)):
        return
    if session.missing(Need.ROWS) or session.missing(Need.CLOCK):
        return
    ledger = session.ledger(operation, 0)
    with session.control.frozen():
        ledger.insert(1)
        session.control.advance(0.25)
        ledger.insert(1)
    sample = session.sample(check.operation, ledger.caller)
    for row in session.walk(operation, ledger.caller).rows:
        at = sample.at(**{id_parameter(check.operation): identity(row)})
        _require_same(check, row, ledger.caller.call(check.operation, at))


def _require_same(check: Check, row: Row, exchange: Exchange) -> None:
    check.require(exchange.status == 200, "A listed row cannot be read.", exchange)
    found = detail(exchange)
    differ = [name for name in row if name in found and found[name] != row[name]]
    check.require(
        identity(found) == identity(row), "Another row is read than was asked for.", exchange
    )
    check.require(not differ, f"List and detail differ in {', '.join(differ)}.", exchange)


def detail(exchange: Exchange) -> Row:
    """The one thing in an answer: the body, or the member that holds it."""
    body = exchange.json
    if not isinstance(body, dict):
        return {}
    if "id" in body:
        return body
    return next((each for each in body.values() if isinstance(each, dict) and "id" in each), {})


@must(
    "LIF-005",
    "What is below a row that does not exist is 404",
    below_rows,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def below_nothing(check: Check) -> None:
    """A list that belongs to a row is there where the row is, and nowhere else.

    Source: RFC 9110 §15.5.5.
    Passes: the messages of a conversation that does not exist → 404.
    Fails: → 200 with no row.
    """
    sample, name = check.session.sample(check.operation), id_parameter(check.operation)
    known = sample.path[name]
    for id_ in (f"{known}x", known[:-1], known.swapcase(), "0", "undefined"):
        if id_ == known:
            continue
        exchange = check.session.caller().call(check.operation, sample.at(**{name: id_}))
        require_refusal(check, exchange, 404, f"What is below the unknown id {id_!r}")


@must(
    "LIF-002",
    "An id that does not exist is 404",
    listed_details,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def unknown_ids(check: Check) -> None:
    """An id is compared whole and letter by letter; nothing near it reads the row.

    Nor is a word that routes of other APIs have in the place of an id.

    Source: RFC 9110 §15.5.5; the contract's decision on ids of another shape.
    Passes: `GET /contacts/ctk_abcd` → 404, where `ctk_AbCd` exists.
    Fails: → 200; `GET /contacts/%25` → the first row; `GET /contacts/0` → 400 or 500.
    """
    _, rows = listed(check)
    known = {identity(row) for row in rows}
    for id_ in sorted(known)[:1] + sorted(known)[-1:]:
        prefix, _, rest = id_.rpartition("_")
        near = [
            id_.swapcase(),
            id_.upper(),
            id_.lower(),
            id_[:-1],
            id_ + "A",
            f"{id_} ",
            f" {id_}",
            rest,
            f"{prefix}_",
            f"{id_}%",
            f"{id_[:-1]}_",
            f"{id_[:-1]}%",
            f"{id_}\x00",
            f"{id_},{id_}",
            f"{id_}.json",
        ]
        for value in [*near, "0", "1", "-1", "null", "%", "*", "x" * 200]:
            if value and value not in known:
                exchange = read(check, value)
                require_refusal(check, exchange, 404, f"The id {value[:40]!r}")
    for word in WORDS:
        require_refusal(check, read(check, word), 404, f"The id {word!r}")


@must(
    "LIF-003",
    "An id of another list is 404",
    listed_details,
    promises=(*PROMISES, "HALE-04"),
    needs=(Need.CREDENTIAL,),
)
def ids_of_other_lists(check: Check) -> None:
    """The id of a lead reads no contact.

    Source: the contract's paths.
    Passes: `GET /contacts/ld_AbCd` → 404.
    Fails: → 200 with a lead.
    """
    operation, rows = listed(check)
    own = {identity(row) for row in rows}
    for other in check.contract.api.operations:
        if is_list(other) and other.id != operation.id and not other.in_location("path"):
            for row in check.session.census(other).rows[:2]:
                if identity(row) not in own:
                    exchange = read(check, identity(row))
                    require_refusal(check, exchange, 404, f"An id of {other.id}")


def dated(contract: Contract) -> Subjects:
    """Every list whose rows tell when they last changed."""
    return tuple(
        op
        for op in contract.api.operations
        if is_list(op)
        and any(name.lower().startswith("updated") for name in contract.row_schema(op))
    )


@must(
    "LIF-004",
    "A row that was added or updated is read as it is now",
    dated,
    promises=(*PROMISES, "HALE-11", "HALE-12", "HALE-13"),
    needs=(Need.ROWS, Need.CLOCK),
)
def nothing_stale(check: Check) -> None:
    """After a change the next read knows it: the moment of the change moves on, nothing is cached.

    It is the moment by the clock, in UTC, and half a year later, too.

    Source: the contract's row (`updatedAt`: when it last changed).
    Passes: after an update the row's `updatedAt` is later, in list and detail.
    Fails: the same `updatedAt`; another row changed too; in summer it is an hour ahead.
    """
    session, operation = check.session, check.operation
    ledger = session.ledger(operation, 4)
    before = {identity(row): row for row in session.walk(operation, ledger.caller).rows}
    if session.control is None or not before:
        raise Untestable("There is no row to update.")
    chosen = sorted(before)[0]
    session.control.advance(5)
    ledger.update(chosen)
    walk = session.walk(operation, ledger.caller)
    after = {identity(row): row for row in walk.rows}
    exchange = walk.last.exchange
    moments = [name for name in after.get(chosen, {}) if name.lower().startswith("updated")]
    check.require(chosen in after, "A row that was updated is gone.", exchange)
    for name in moments:
        check.require(
            str(after[chosen][name]) > str(before[chosen][name]),
            f"After an update {name} is {after[chosen][name]!r}, as before or earlier.",
            exchange,
        )
    changed = [id_ for id_ in before if id_ != chosen and after.get(id_) != before[id_]]
    check.require(not changed, "An update changed other rows too.", exchange)
    for wait in (HOUR, HALF_A_YEAR):
        session.control.advance(wait)
        began = session.control.now()
        ledger.update(chosen)
        rows = session.walk(operation, ledger.caller).rows
        found = next((row for row in rows if identity(row) == chosen), {})
        require_between(check, found, moments, began, session.control)
