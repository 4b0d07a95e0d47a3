"""LIF: what is written at one time, and what others read of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.resources import Body, Workbench
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.resources import PROMISES, changes, creations, updates
from conformance.sample import Sample
from conformance.vocabulary import Subjects
from conformance.walk import Row, identity, read_page
from generator.model import Operation, Scalar

AT_ONCE = 6
ROUNDS = 2


def parted(contract: Contract) -> Subjects:
    """Every operation that changes a row in part, and can change two texts of it apart."""
    found = (op for op in updates(contract) if op and op.method.upper() == "PATCH")
    return tuple(op for op in found if len(_texts(contract, op)) > 1)


def works(contract: Contract) -> Subjects:
    """Every operation that takes work on: POST, answered with 202 and an id."""
    return tuple(
        op
        for op in contract.api.operations
        if op.method.upper() == "POST" and _tells_work(contract, op)
    )


def _tells_work(contract: Contract, operation: Operation) -> bool:
    found = (media for r in operation.responses if r.status == "202" for media in r.media)
    return any("id" in contract.members(media.schema) for media in found if media.schema)


@must(
    "LIF-022",
    "What is created at one time is all created",
    creations,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def created_at_once(check: Check) -> None:
    """Requests that come together are answered as if they had come one after the other.

    Each has a text of its own, where there is one that may be any. Nothing is asked where a second
    row like the first is refused.

    Source: RFC 9110 §15.3.2 (201) and §15.6; CWE-362.
    Passes: six creations at once → 201 each, with six ids, and the list has six rows more, each
    with what was sent for it.
    Fails: one → 500, as the database is locked; two rows have one id; one of them is not listed, or
    has the text of another.
    """
    bench = Workbench.at(check)
    body, _ = bench.create()
    if _at_once(bench, [json.dumps(body).encode()])[0].status >= 300:
        return
    name = _any_text(bench, body)
    sent = [{**body, name: f"Text {number}"} if name else body for number in range(AT_ONCE)]
    before = bench.rows()
    found = _at_once(bench, [json.dumps(each).encode() for each in sent])
    ids: list[str] = []
    for exchange in found:
        check.require(
            exchange.status < 300,
            f"One of {AT_ONCE} requests at once is answered with {exchange.status}; alone it "
            "was taken.",
            exchange,
        )
        ids.append(identity(exchange.json) if isinstance(exchange.json, dict) else "")
    check.require(len({*ids}) == AT_ONCE, f"{AT_ONCE} rows share {len({*ids})} ids.", found[-1])
    after = bench.rows()
    new = after.keys() - before.keys()
    check.require(
        new == {*ids}, f"{AT_ONCE} creations at once made {len(new)} rows on the list.", found[-1]
    )
    for id_, each, exchange in zip(ids, sent, found, strict=True):
        told = after[id_].get(name, each.get(name))
        check.require(
            told == each.get(name),
            f"Of {AT_ONCE} creations at once, one has the {name} of another: {told!r}.",
            exchange,
        )


@must(
    "LIF-030",
    "Work that is asked for at one time is taken on each time",
    works,
    promises=("ALOHA-08", "ALOHA-10", "ALOHA-11"),
    needs=(Need.CREDENTIAL,),
)
def taken_on_at_once(check: Check) -> None:
    """Whoever is told 202 with an id is told of the work that they asked for, and of no other.

    Equal requests are sent, one and then more at one time, for the documented rows. Nothing is
    asked where one alone is refused.

    Source: RFC 9110 §15.3.3 (202) and §9.2.2 (POST is not idempotent); the contract's `id`.
    Passes: a request, and six like it at once → 202 each, with seven ids.
    Fails: two that come together are told of one job; so is the same again within a minute.
    """
    caller = check.session.documented()
    sample = check.session.sample(check.operation, caller)
    found = [caller.call(check.operation, sample)]
    if found[0].status != 202:
        raise Untestable(f"Work is answered with {found[0].status}.")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(caller.call, check.operation, sample) for _ in range(AT_ONCE)]
        found.extend(each.result() for each in asked)
    ids: set[str] = set()
    for exchange in found:
        check.require(
            exchange.status == 202, f"Work is answered with {exchange.status}, not 202.", exchange
        )
        id_ = identity(exchange.json)
        check.require(id_ not in ids, f"The id {id_!r} is given a second time.", exchange)
        ids.add(id_)


@must(
    "LIF-023",
    "Of two updates at one time, none is lost",
    parted,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def updated_at_once(check: Check) -> None:
    """Two that change different members of a row at one time both find what they sent.

    A request that is refused, as by an optimistic lock, has not been lost.

    Source: RFC 5789 §2 (the change is applied as a whole, to what is there); CWE-362.
    Passes: one sends a title and one a text → 200 both, and the row has that title and that text.
    Fails: both → 200, and the row has the old title, as the second wrote back what it had read.
    """
    bench, names = Workbench.at(check), _texts(check.contract, check.operation)
    id_ = bench.made()
    for number in range(ROUNDS):
        sent = [{names[0]: f"One {number}"}, {names[-1]: f"Other {number}"}]
        found = _at_once(bench, [json.dumps(each).encode() for each in sent], id_)
        row = bench.read(id_) or {}
        for each, exchange in zip(sent, found, strict=True):
            check.require(
                exchange.status < 500,
                f"One of two updates at once is answered with {exchange.status}.",
                exchange,
            )
            lost = [name for name in each if row.get(name, each[name]) != each[name]]
            check.require(
                exchange.status >= 300 or not lost,
                f"Of two updates at once, that of {', '.join(lost)} was taken and is lost.",
                exchange,
            )


@must(
    "LIF-024",
    "What one credential writes, another one reads at once",
    changes,
    promises=("LEAD-02", *PROMISES),
    needs=(Need.FRESH_KEYS,),
)
def read_by_another(check: Check) -> None:
    """A row is one row for all credentials of its tenant, also where one of them just read it.

    Source: RFC 9111 §4.4 (what a write makes stale is not served); the contract's security scheme.
    Passes: a second token has read the list and the row; the first one changes it; the second reads
    the change.
    Fails: the second token reads what it read before, as answers are kept for each token.
    """
    bench = Workbench.at(check)
    if not bench.tenant:
        raise Untestable("There is no tenant to make a second credential of.")
    beside = replace(bench, caller=check.session.of_tenant(bench.tenant))
    creates = check.operation == bench.resource.create
    id_ = bench.made()
    _seen(beside, id_)
    if creates:
        _, exchange = bench.create()
        id_ = identity(exchange.json) if isinstance(exchange.json, dict) else id_
    else:
        _, exchange = bench.update(id_)
    check.require(
        _seen(beside, id_) == _seen(bench, id_),
        "A second credential of the tenant does not read what the first one wrote.",
        exchange,
    )


def _seen(bench: Workbench, id_: str) -> tuple[Sequence[Row], Row | None]:
    """The first page of the list, and the row by its id."""
    listed = bench.resource.listed
    size = bench.session.largest(listed)
    page = read_page(bench.caller, listed, Sample(path=bench.place), size=size)
    return page.rows, bench.read(id_) if bench.resource.read else None


def _at_once(bench: Workbench, contents: Sequence[bytes], id_: str = "") -> Sequence[Exchange]:
    """The answers to creations, or to updates of a row, that are sent at one time."""
    operation = bench.resource.update if id_ else bench.resource.create
    if operation is None:
        raise Untestable("No operation writes to the list.")
    sample = bench.row_sample(operation, id_) if id_ else Sample(path=bench.place)
    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(lambda content: bench.send(operation, sample, content), contents))


def _any_text(bench: Workbench, body: Body) -> str:
    """The member of a creation that can be any text, empty where there is none."""
    create = bench.resource.create
    names = (
        [name for name in _texts(bench.session.contract, create) if name in body] if create else []
    )
    for name in names:
        content = json.dumps({**body, name: "Text"}).encode()
        if _at_once(bench, [content])[0].status < 300:
            return name
    return ""


def _texts(contract: Contract, operation: Operation) -> Sequence[str]:
    """The members of an operation's body that are texts of any kind, and no ids."""
    media = operation.body.media[0] if operation.body else None
    members = contract.members(media.schema) if media and media.schema else {}
    return [
        name
        for name, schema in members.items()
        if contract.resolve(schema).type == Scalar("string") and not name.endswith(("_id", "Id"))
    ]
