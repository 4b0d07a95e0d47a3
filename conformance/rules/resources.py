"""LIF: what is written is read, what is refused is not done, what is deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from conformance.bodies import carrying
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.refusal import require_refusal
from conformance.resources import Resource, Workbench, resources, spoiled
from conformance.rule import Check, Need, must
from conformance.rules.status import claiming
from conformance.rules.tenancy import nearly, told
from conformance.rules.undocumented_names import HEADERS
from conformance.sample import NO_SUCH_ID, Sample
from conformance.vocabulary import Subjects
from conformance.walk import Row, identity
from generator.model import Operation

PROMISES = (
    "ALOHA-05",
    "ALOHA-06",
    "LEAD-05",
    "LEAD-08",
    "LEAD-12",
    "LEAD-13",
    "LEAD-14",
    "LEAD-15",
    "LEAD-16",
    "LEAD-17",
)


OTHERWISE = {"POST": ("GET", "PUT", "DELETE"), "DELETE": ("GET",)}
"""What a request of a method of writing claims to be; any other claims to read or to delete."""


def _operations(contract: Contract, *kinds: str) -> Subjects:
    found = (getattr(each, kind) for each in resources(contract) for kind in kinds)
    return tuple(operation for operation in found if operation)


def creations(contract: Contract) -> Subjects:
    """Every operation that adds a row to a list."""
    return _operations(contract, "create")


def updates(contract: Contract) -> Subjects:
    """Every operation that changes a row of a list."""
    return _operations(contract, "update")


def changes(contract: Contract) -> Subjects:
    """Every operation that adds a row to a list, or changes one."""
    return _operations(contract, "create", "update")


def deletions(contract: Contract) -> Subjects:
    """Every operation that deletes a row of a list."""
    return _operations(contract, "delete")


def writes(contract: Contract) -> Subjects:
    """Every operation that adds a row to a list, changes or deletes one."""
    return _operations(contract, "create", "update", "delete")


def row_writes(contract: Contract) -> Subjects:
    """Every operation that writes to what an id in its path names."""
    found = _operations(contract, "create", "update", "delete")
    return tuple(op for op in found if op and op.in_location("path"))


@must(
    "LIF-011",
    "What was created is read as it was answered",
    creations,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def created_is_read(check: Check) -> None:
    """A row that was made is there at once: by its id, and on its list, once, as it was sent.

    Source: RFC 9110 §15.3.2 (201: the resource has been created).
    Passes: POST → 201; the next GET of the id and of the list have the same row.
    Fails: the list has it a minute later; a member that was sent is lost or another.
    """
    bench = Workbench.at(check)
    before = bench.rows()
    sent, exchange = bench.create()
    answered = exchange.json if isinstance(exchange.json, dict) else {}
    check.require("id" in answered, "The answer has no id to read the row by.", exchange)
    id_ = identity(answered)
    check.require(id_ not in before, "The id is that of a row that was there before.", exchange)
    _agree(check, sent, answered, "What was sent and what was answered", exchange)
    listed = bench.rows()
    check.require(id_ in listed, "The list does not have the new row.", exchange)
    lasting = {n: v for n, v in answered.items() if n in sent or n.startswith("created")}
    _agree(check, lasting, listed[id_], "The answer and the row on the list", exchange)
    found = bench.read(id_)
    check.require(found is not None, "The new row cannot be read by its id.", exchange)
    _agree(check, lasting, found or {}, "The answer and the row by its id", exchange)
    new = [each for each in listed if each not in before]
    check.require(new == [id_], f"One request made {len(new)} rows.", exchange)


@must(
    "LIF-012",
    "A creation that is refused creates nothing",
    creations,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def refused_creates_nothing(check: Check) -> None:
    """Whatever is wrong with a request, its 4xx says that nothing was done.

    Source: RFC 9110 §15.5; the contract's 400 and 401.
    Passes: POST without a required member → 400, and the list is as before.
    Fails: → 400, and the list has a row without that member, or with what was unknown left out; →
    401, and the row is there.
    """
    bench, operation = Workbench.at(check), check.operation
    body = next(bench.bodies(operation))
    sample = Sample(path=bench.place)
    before = bench.rows()
    for what, content in spoiled(check, operation, body):
        exchange = bench.send(operation, sample, content)
        if exchange.status >= 400:
            _unchanged(check, bench, before, f"A request with {what}", exchange)
        before = bench.rows() if exchange.status < 400 else before
    nobody = bench.send(operation, sample, json.dumps(body).encode(), check.session.nobody())
    _unchanged(check, bench, before, "A request without a credential", nobody)
    asked = carrying(sample, body).asking(("no-such-parameter", "1"))
    exchange = bench.caller.call(operation, asked)
    if exchange.status >= 400:
        _unchanged(check, bench, before, "A request with an unknown parameter", exchange)


@must(
    "LIF-013",
    "Ids are not used twice",
    creations,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def ids_are_new(check: Check) -> None:
    """The same request makes another row each time, and a deleted row's id is not given again.

    Source: the contract's `id`, which identifies one thing.
    Passes: three creations with a deletion between them: three ids.
    Fails: the next row after a deletion gets the id of the one that was deleted.
    """
    bench = Workbench.at(check)
    seen: list[str] = []
    for _ in range(3):
        _, exchange = bench.create()
        id_ = identity(exchange.json) if isinstance(exchange.json, dict) else ""
        check.require(id_ not in seen, f"The id {id_!r} is given a second time.", exchange)
        seen.append(id_)
        if bench.resource.delete:
            sample = bench.row_sample(bench.resource.delete, id_)
            bench.send(bench.resource.delete, sample, b"")


@must(
    "LIF-014",
    "An update is seen by the next read, and by no other row",
    updates,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def update_is_read(check: Check) -> None:
    """What was sent is what the row then has, by its id and on its list; its id stays.

    Sends what is documented, all of it together, and then each member alone.

    Source: RFC 5789 §2; RFC 9110 §9.3.4.
    Passes: PATCH `{"title": "B"}` → 200; the next GET has B, and the rest as before.
    Fails: the list still has A; another row has B, too; a member that was not sent is lost; the
    answer says that the row was last changed at another time than the row says.
    """
    bench = Workbench.at(check)
    id_ = bench.made()
    sample = bench.row_sample(check.operation, id_)
    bodies = [*bench.bodies(check.operation)]
    together = {name: value for body in bodies for name, value in body.items()}
    taken = 0
    for sent in (*bodies, together, *bench.alone(check.operation)):
        before = bench.rows()
        exchange = bench.send(check.operation, sample, json.dumps(sent).encode())
        if exchange.status < 300:
            taken += 1
            _only_this_changed(check, bench, before, id_, (sent, exchange))
    check.require(taken, "No documented body is taken.")


def _only_this_changed(
    check: Check,
    bench: Workbench,
    before: Mapping[str, Row],
    id_: str,
    made: tuple[Row, Exchange],
) -> None:
    sent, exchange = made
    listed = bench.rows()
    check.require(listed.keys() == before.keys(), "The list has other rows now.", exchange)
    others = [
        each
        for each in listed
        if each != id_ and any(listed[each].get(name) != before[each].get(name) for name in sent)
    ]
    check.require(not others, "The update changed other rows, too.", exchange)
    answered = exchange.json if isinstance(exchange.json, dict) else {}
    moments = {name: value for name, value in answered.items() if name.startswith("updated")}
    for row in (listed[id_], bench.read(id_) or {}):
        check.require(row.get("id") == id_, "The row has another id, or is gone.", exchange)
        _agree(check, moments, row, "The answer and what is read", exchange)
        _agree(check, sent, row, "What was sent and what is read", exchange)
    if check.operation.method.upper() == "PATCH":
        had = [name for name, value in before[id_].items() if value is not None]
        lost = [name for name in had if listed[id_].get(name) is None and name not in sent]
        check.require(not lost, f"The update lost {', '.join(lost)}.", exchange)


@must(
    "LIF-015",
    "An update that is refused changes nothing",
    updates,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def refused_updates_nothing(check: Check) -> None:
    """Not even the members that were right, and not the time of the last change.

    Source: RFC 5789 §2 (the whole change or nothing of it).
    Passes: PATCH with one right and one wrong member → 400, and the row is as before.
    Fails: the right one is stored; `updated_at` moves.
    """
    bench, operation = Workbench.at(check), check.operation
    id_ = bench.made()
    sample = bench.row_sample(operation, id_)
    before = bench.rows()
    for body in bench.bodies(operation):
        for what, content in spoiled(check, operation, body):
            exchange = bench.send(operation, sample, content)
            if exchange.status >= 400:
                _unchanged(check, bench, before, f"An update with {what}", exchange, id_=id_)
            before = bench.rows() if exchange.status < 400 else before
        nobody = bench.send(operation, sample, json.dumps(body).encode(), check.session.nobody())
        _unchanged(check, bench, before, "An update without a credential", nobody, id_=id_)


@must(
    "LIF-016",
    "What is deleted is gone, and nothing else",
    deletions,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def deleted_is_gone(check: Check) -> None:
    """DELETE answers as documented, 204 without a body, and no read has the row any more.

    It was read by its id and on its list before, so that both may be kept somewhere.

    Source: RFC 9110 §9.3.5, §15.3.5.
    Passes: DELETE → 204; the id → 404; the list is as before, without the row.
    Fails: → 204, and the row is still listed; the row after it is gone, too; whoever read the row
    reads it a minute longer.
    """
    bench, operation = Workbench.at(check), check.operation
    _, id_, _ = bench.made(), bench.made(), bench.made()
    before = bench.rows()
    check.require(id_ in before, "A row that was made is not on its list.")
    bench.read(id_)
    exchange = bench.send(operation, bench.row_sample(operation, id_), b"")
    wanted = _documented(operation, 204)
    require_refusal(check, exchange, wanted, "A deletion")
    check.require(wanted != 204 or not exchange.answer.body, "204 comes with a body.", exchange)
    after = bench.rows()
    check.require(id_ not in after, "The list still has the deleted row.", exchange)
    check.require(
        [*after] == [each for each in before if each != id_],
        "The deletion took other rows with it, or moved them.",
        exchange,
    )
    if bench.resource.read:
        detail = bench.resource.read
        gone = bench.caller.call(detail, bench.row_sample(detail, id_))
        require_refusal(check, gone, 404, "The id of a deleted row")


@must(
    "LIF-017",
    "What is deleted cannot be written to",
    deletions,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def deleted_twice(check: Check) -> None:
    """A second DELETE is 404, and so is an update; neither brings the row back.

    Source: RFC 9110 §15.5.5; the contract's 404.
    Passes: DELETE → 204, DELETE → 404, PATCH → 404.
    Fails: DELETE → 204 twice; PATCH → 200, and the row is there again; → 500.
    """
    bench, operation = Workbench.at(check), check.operation
    id_ = bench.made()
    bench.send(operation, bench.row_sample(operation, id_), b"")
    after = bench.rows()
    again = bench.send(operation, bench.row_sample(operation, id_), b"")
    require_refusal(check, again, 404, "A second deletion")
    for exchange in _attempts(bench, id_, bench.resource):
        require_refusal(check, exchange, 404, "An update of a deleted row")
    _unchanged(check, bench, after, "What was sent to a deleted row", again)


@must(
    "LIF-025",
    "What a write does is told by its method alone",
    writes,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def method_is_meant(check: Check) -> None:
    """No header makes a write of another method, which whoever lets that one pass did not mean.

    Each is sent as it is documented, beside headers that claim another method for it, and what
    other APIs know, one to try it only among them: it is done as often as it is sent.

    Source: RFC 9110 §9.1 (the method says what is done); the contract, which has no such header.
    Passes: PATCH with `X-HTTP-Method-Override: DELETE` → as without it; the row is there.
    Fails: → 204; GET with it deletes the row; POST with `PATCH` → 405; DELETE with `X-Dry-Run` →
    204, and the row is there.
    """
    bench, operation = Workbench.at(check), check.operation
    method, ids = operation.method.upper(), [""]
    for other in OTHERWISE.get(method, ("GET", "DELETE")):
        if operation == bench.resource.delete:
            _deletes_by_its_method(check, bench, other)
            continue
        id_ = "" if operation == bench.resource.create else bench.made()
        headers = (*claiming(other), *HEADERS)
        sent, exchange = bench.update(id_, headers) if id_ else bench.create(headers)
        answered = exchange.json if isinstance(exchange.json, dict) else {}
        what = f"{method} that claims to be {other} in a header"
        require_refusal(check, exchange, _documented(operation, exchange.status), what)
        _agree(check, sent, answered, f"{what}: what was sent and what was answered", exchange)
        ids += [identity(answered)] if "id" in answered else []
        check.require(
            len({*ids}) == len(ids), f"{what} is answered with what was before.", exchange
        )
    if ids[-1]:
        row = bench.read(ids[-1])
        check.require(row is not None, "What was written is not there.", exchange)
        _agree(check, sent, row or {}, "What was sent and what is read", exchange)


def _deletes_by_its_method(check: Check, bench: Workbench, other: str) -> None:
    """Require a read to delete nothing, and a deletion to delete."""
    id_ = bench.made()
    if bench.resource.read:
        asked = replace(bench.row_sample(bench.resource.read, id_), headers=claiming("DELETE"))
        exchange = bench.caller.call(bench.resource.read, asked)
        check.require(bench.read(id_) is not None, "GET has deleted the row.", exchange)
    headers = (*claiming(other), *HEADERS)
    sample = replace(bench.row_sample(check.operation, id_), headers=headers)
    exchange = bench.send(check.operation, sample, b"")
    wanted = _documented(check.operation, 204)
    require_refusal(check, exchange, wanted, f"DELETE that claims to be {other} in a header")
    check.require(bench.read(id_) is None, "The row is there after its deletion.", exchange)


@must(
    "LIF-018",
    "An id that does not exist cannot be written to",
    row_writes,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def unknown_is_404(check: Check) -> None:
    """Nothing is made, changed or deleted by way of an unknown id.

    Source: RFC 9110 §15.5.5; the contract's 404.
    Passes: PATCH `/articles/no-such-id` → 404.
    Fails: → 200 or 204; → 201, because the row is made; → 500.
    """
    bench, operation = Workbench.at(check), check.operation
    before = bench.rows()
    body = next(bench.bodies(operation), None)
    content = json.dumps(body).encode() if body is not None else b""
    exchange = bench.send(operation, bench.row_sample(operation, NO_SUCH_ID), content)
    require_refusal(check, exchange, 404, "An unknown id")
    _unchanged(check, bench, before, "A write to an unknown id", exchange)


@must(
    "TEN-006",
    "Another tenant cannot write to a row",
    row_writes,
    promises=("LEAD-02", "LEAD-08", *PROMISES),
    needs=(Need.SECOND_TENANT,),
)
def foreign_writes(check: Check) -> None:
    """An id opens a row to its own tenant, for writing as for reading, however the row stands.

    Tries it again after each documented member was sent to the row, or to the one that it is below.
    The answer does not tell the row from one that does not exist.

    Source: OWASP API1:2023 (broken object level authorization).
    Passes: DELETE of another tenant's row → 404, and the row is there.
    Fails: → 204, and the row is gone; → 404, and it is gone; → 201 below another tenant's row; →
    409, as that is closed; → 404, "belongs to another workspace".
    """
    bench, operation = Workbench.at(check), check.operation
    id_, sample = "", Sample(path=bench.place)
    if operation != bench.resource.create:
        id_ = bench.made()
        sample = bench.row_sample(operation, id_)
    body = next(bench.bodies(operation), None)
    content = json.dumps(body).encode() if body is not None else b""
    owner, row = (bench, id_) if id_ else bench.above or (bench, "")
    for _ in owner.states(row) if row else (None,):
        before = bench.rows()
        exchange = bench.send(operation, sample, content, check.session.other())
        require_refusal(check, exchange, 404, "Another tenant's write")
        _unchanged(check, bench, before, "Another tenant's write", exchange, id_=id_)
    name = operation.in_location("path")[-1].name
    known = sample.path[name]
    unknown = bench.send(
        operation, sample.at(**{name: nearly(known)}), content, check.session.other()
    )
    check.require(
        told(check, exchange, known) == told(check, unknown, nearly(known)),
        "The answers to writes to a foreign and to an unknown id differ.",
        exchange,
    )


def _documented(operation: Operation, otherwise: int) -> int:
    """The status that the contract has for what went well."""
    success = operation.success
    return int(success.status) if success and success.status.isdigit() else otherwise


def _attempts(bench: Workbench, id_: str, resource: Resource) -> Iterator[Exchange]:
    """Updates of a row, as documented."""
    operation: Operation | None = resource.update
    for body in bench.bodies(operation) if operation else ():
        if operation:
            content = json.dumps(body).encode()
            yield bench.send(operation, bench.row_sample(operation, id_), content)


def _unchanged(
    check: Check,
    bench: Workbench,
    before: Mapping[str, Row],
    what: str,
    exchange: Exchange,
    *,
    id_: str = "",
) -> None:
    """The list has the same rows, and the one in question, `id_`, is as it was."""
    now = bench.rows()
    same = now.keys() == before.keys() and now.get(id_) == before.get(id_)
    check.require(
        same, f"{what} is answered with {exchange.status}, and changed the list.", exchange
    )


def _agree(check: Check, one: Row, other: Row, what: str, exchange: Exchange) -> None:
    """Members that both have are equal, where they are of one kind."""
    differ = [name for name in one if name in other and not _same(one[name], other[name])]
    check.require(not differ, f"{what} differ in {', '.join(differ)}.", exchange)


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or one == other or isinstance(one, list | dict):
        return type(one) is not type(other) or one == other or _shaped(one, other)
    if isinstance(one, str):
        try:
            return datetime.fromisoformat(one) == datetime.fromisoformat(other)
        except (ValueError, TypeError):
            return False
    return False


def _shaped(one: Any, other: Any) -> bool:
    """Whether a list is shown as rows of its own: names become objects (`channels`)."""
    return isinstance(one, list) and any(isinstance(each, dict) for each in other)
