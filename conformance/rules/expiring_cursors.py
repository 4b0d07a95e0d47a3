"""PAG: cursors that are good until the data of their list changes, and not a moment longer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.refusal import require_refusal
from conformance.resources import Body, Resource, Workbench, resources
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.kinds_of_keys import kinds_of_keys
from conformance.sample import NO_SUCH_ID, Sample
from conformance.vocabulary import Subjects, body_schema, is_secured, paging
from conformance.walk import read_page
from generator.model import Enumeration, Operation

PROMISES = ("LEAD-10", "LEAD-09")
ROWS = 4
A_MONTH = 31 * 86_400
Event = tuple[str, Callable[[], object]]


def expiring(contract: Contract) -> Subjects:
    """Every list whose cursors die when its data changes, and that can be written to."""
    lists = (resource.listed for resource in resources(contract))
    return tuple(listed for listed in lists if paging(listed).expired_cursor)


@must(
    "PAG-041",
    "A cursor ends when the data of its list changes",
    expiring,
    promises=PROMISES,
    needs=(Need.FRESH_KEYS,),
)
def ends_with_a_change(check: Check) -> None:
    """After a row was added, changed or deleted, before its place or after it, there is no page.

    Adds rows with each value that the contract lists for a member. Changes a row as documented,
    each documented member of it alone, and one of them back to what it was. Part of it is done with
    a key of another kind that may write.

    Source: the contract's `x-page-limits`, which names `expired-cursor`.
    Passes: DELETE of an article; the cursor of before → 400, `cursor_expired`, ever after.
    Fails: → 200, and a row is left out, because the others moved up; → 400, `invalid_cursor`; a
    change of the `title` ends it, and one of the `content` does not; a change that is taken back
    brings it to life again; what a contact writes does not end it, and what an agent writes does;
    HEAD with an ended cursor → 200; what an owner changes ends it, and what an agent does not.
    """
    bench = _bench(check)
    ids, ended = [bench.made() for _ in range(ROWS)], ""
    code = paging(check.operation).expired_cursor or ""
    for what, write in _writes(bench, _another_writer(bench, ids[1]), ids):
        cursor, before = _cursor(bench), bench.rows()
        write()
        now = bench.rows()
        for _ in range(2 if now != before else 0):
            ended, exchange = cursor, _follow(bench, cursor)
            require_refusal(check, exchange, 400, f"A cursor of before {what}", code)
    if ended:
        head = _follow(bench, ended, method="HEAD")
        told = f"HEAD with an ended cursor is answered with {head.status}."
        check.require(head.status == 400, told, head)
    for kind, secret in [*kinds_of_keys(check.session, bench.tenant)][-1:] if ended else ():
        other = replace(bench, caller=check.session.holding(secret))
        require_refusal(check, _follow(other, ended), 400, f"An ended cursor with {kind}", code)


@must(
    "PAG-042",
    "A cursor lives while the data of its list stays",
    expiring,
    promises=PROMISES,
    needs=(Need.FRESH_KEYS, Need.CLOCK),
)
def lives_until_then(check: Check) -> None:
    """Neither time ends a cursor, nor a read, nor a write that leaves the rows of its list alone.

    Such are writes to another list, to the row that the list is of, to the same list of another
    row, or of another tenant, those that are refused, an update to what the row is already, and
    what is told to the account as a whole, one after the other: to close, and to restore.
    Where one of them does change a row of the list, the cursor is to end.

    Source: the contract's decision that the data of a list are the rows on it, and nothing else.
    Passes: a month later, after writes elsewhere, the cursor → 200 with the page that follows.
    Fails: → 400, `cursor_expired`, because anything at all was written; because it was used before;
    → 200, though a note has changed the `updated_at` of the conversation that it is on; a change
    of a conversation ends the cursors of its messages, or one of a contact those of conversations.
    """
    bench = _bench(check)
    for _ in range(ROWS):
        bench.made()
    events = [*_elsewhere(check, bench)]
    cursor, rows = _cursor(bench), bench.rows()
    first = _follow(bench, cursor)
    for what, happen in events:
        happen()
        exchange = _follow(bench, cursor)
        if bench.rows() != rows:
            code = paging(check.operation).expired_cursor or ""
            require_refusal(check, exchange, 400, f"A cursor of before {what}", code)
            cursor, rows = _cursor(bench), bench.rows()
            first = _follow(bench, cursor)
            continue
        check.require(
            exchange.status == 200,
            f"After {what}, which left its list as it was, the cursor is answered with "
            f"{exchange.status}.",
            exchange,
        )
        check.require(
            exchange.json == first.json, f"After {what} the cursor leads to another page.", exchange
        )


def _bench(check: Check) -> Workbench:
    """The list under test, in a tenant that nobody else writes to."""
    found = next(each for each in resources(check.contract) if each.listed == check.operation)
    return _beside(check, found, check.session.new_tenant())


def _beside(check: Check, resource: Resource, tenant: str) -> Workbench:
    return Workbench.of(check.session, resource, check.session.of_tenant(tenant), tenant)


def _another_writer(bench: Workbench, id_: str) -> Workbench:
    """The same list in the hands of a key of another kind that may write, if one does."""
    resource = bench.resource
    operation = resource.update or resource.create
    if operation is None:
        return bench
    is_update, place = operation == resource.update, Sample(path=bench.place)
    sample = bench.row_sample(operation, id_) if is_update else place
    bodies = [json.dumps(body).encode() for body in bench.bodies(operation)]
    for _, secret in kinds_of_keys(bench.session, bench.tenant):
        other = replace(bench, caller=bench.session.holding(secret))
        if any(other.send(operation, sample, content).status < 300 for content in bodies):
            return other
    return bench


def _writes(bench: Workbench, other: Workbench, ids: list[str]) -> Iterator[Event]:
    resource = bench.resource
    if resource.create:
        yield "a row was created", bench.create
        yield "a row was created with another key", other.create
        for body in _listed_values(bench, resource.create):
            content = json.dumps(body).encode()
            sent = partial(bench.send, resource.create, Sample(path=bench.place), content)
            yield "a row was created", sent
    if resource.update:
        yield "a row was changed and changed back", partial(_there_and_back, bench, ids[1])
        sample = bench.row_sample(resource.update, ids[1])
        for body in [*bench.alone(resource.update)]:
            content = json.dumps(body).encode()
            sent = partial(bench.send, resource.update, sample, content)
            yield f"{', '.join(body)} of a row was updated", sent
    for id_, whose in ((ids[0], bench), (ids[-1], other)):
        if resource.update:
            yield "a row was updated", partial(whose.update, id_)
        if resource.delete:
            sample = bench.row_sample(resource.delete, id_)
            yield "a row was deleted", partial(whose.send, resource.delete, sample, b"")


def _listed_values(bench: Workbench, create: Operation) -> Iterator[Body]:
    """A documented body with each value, that it does not have, of a member that lists its own."""
    body = next(bench.bodies(create), {})
    schema = body_schema(bench.session.contract, create)
    members = bench.session.contract.members(schema) if schema else {}
    for name, member in members.items():
        type_ = bench.session.contract.resolve(member).type
        for value in type_.values if isinstance(type_, Enumeration) else ():
            if value != body.get(name):
                yield {**body, name: value}


def _there_and_back(bench: Workbench, id_: str) -> None:
    """Change a member of a row and give it the value again that it had, where both are taken."""
    if bench.resource.update is None:
        return
    sample, before = bench.row_sample(bench.resource.update, id_), bench.read(id_) or {}
    for body in bench.alone(bench.resource.update):
        back = {name: before[name] for name in body if before.get(name, body[name]) != body[name]}
        sent = [json.dumps(each).encode() for each in (body, back) if back]
        if sent and all(
            bench.send(bench.resource.update, sample, content).status < 300 for content in sent
        ):
            return


def _elsewhere(check: Check, bench: Workbench) -> Iterator[Event]:
    """What does not change the list."""
    session, resource = check.session, bench.resource
    yield "another use", bench.rows
    if session.control:
        yield "a month", partial(session.control.advance, A_MONTH)
    yield "another tenant's write", _beside(check, resource, session.new_tenant()).made
    for other in resources(check.contract):
        if other.listed == resource.listed and not bench.place:
            continue
        try:
            beside = Workbench.of(session, other, bench.caller, bench.tenant)
        except Untestable:
            continue
        where = "the same list of another row" if other == resource else other.listed.path
        yield f"writes to {where}", partial(_written, beside)
        if other != resource and bench.place and _parent(other) == _parent(resource):
            sibling = replace(bench, resource=other)
            yield f"writes to {where} of the same row", partial(_written, sibling)
    if bench.above:
        owner, row = bench.above
        yield f"changes in {owner.resource.listed.path}", partial(_changed, owner, row)
    if resource.create:
        yield "a refused write", partial(_refused, bench, resource.create)
    if resource.update:
        id_ = next(iter(bench.rows()))
        bench.update(id_)
        yield "an update to what the row is already", partial(bench.update, id_)
    orders = [*_orders(check.contract)]
    if orders:
        what = ", ".join(order.id for order in orders)
        yield what, partial(_given, bench, orders)


def _orders(contract: Contract) -> Iterator[Operation]:
    """What is told to the whole account: writes that are of no row and have no body."""
    for operation in contract.api.operations:
        is_order = operation.method.upper() == "POST" and is_secured(operation)
        if is_order and not operation.body and not operation.in_location("path"):
            yield operation


def _given(bench: Workbench, orders: list[Operation]) -> None:
    """Tell each with a key of its own, which may be what it ends."""
    for order in orders:
        key = bench.session.fresh_key(bench.tenant)
        bench.session.holding(key.secret).call(order, Sample())


def _parent(resource: Resource) -> str:
    """The path of the row that a list is of."""
    return resource.listed.path.rpartition("/")[0]


def _written(bench: Workbench) -> None:
    """Make a row, change it and delete it again, as far as that can be done."""
    id_ = bench.made()
    if bench.resource.update:
        bench.update(id_)
    if bench.resource.delete:
        sample = bench.row_sample(bench.resource.delete, id_)
        bench.send(bench.resource.delete, sample, b"")


def _changed(bench: Workbench, id_: str) -> None:
    """Change a row in every documented way."""
    for _ in bench.states(id_):
        pass


def _refused(bench: Workbench, create: Operation) -> None:
    """Send a creation that cannot be read, and one that names what is not there."""
    body = next(bench.bodies(create), {})
    unknown = {name: NO_SUCH_ID if name.endswith("_id") else body[name] for name in body}
    for content in ("{", json.dumps(unknown)) if unknown != body else ("{",):
        bench.send(create, Sample(path=bench.place), content.encode())


def _cursor(bench: Workbench) -> str:
    """The cursor of the second page, of two rows a page.

    Raises Untestable where there is no second page.
    """
    page = read_page(bench.caller, bench.resource.listed, Sample(path=bench.place), size=2)
    if page.next is None:
        raise Untestable(f"{bench.resource.listed.id} has no second page to ask for.")
    return page.next


def _follow(bench: Workbench, cursor: str, method: str = "") -> Exchange:
    rules = paging(bench.resource.listed)
    query = [(rules.parameter, cursor)]
    query += [(rules.size.parameter, "2")] if rules.size else []
    sample = Sample(path=bench.place, query=tuple(query))
    return bench.caller.call(bench.resource.listed, sample, method=method)
