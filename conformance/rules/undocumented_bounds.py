"""LIM: what has no documented bound is not bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conformance.author import Author, author, taken
from conformance.bodies import Place, at, examples, minimal, objects, places
from conformance.contract import Contract
from conformance.resources import Workbench, resource_of
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.request_bodies import PROMISES, places_of
from conformance.rules.resources import PROMISES as OF_ROWS
from conformance.rules.resources import creations
from conformance.vocabulary import Subjects, bodied, body_schema, collection
from conformance.walk import identity
from generator.model import Array, Enumeration, Scalar

LONG = ("word " * 2_400).rstrip()
"""Longer than what people write, far shorter than what a server has to refuse."""
MANY = 120
MANY_ROWS = 110


def with_prose(contract: Contract) -> Subjects:
    """Every operation whose body has a text, or a list of texts, without a longest length."""
    return tuple(
        op
        for op in bodied(contract)
        if op
        and (schema := body_schema(contract, op))
        and any(map(_is_free, places(contract, schema)))
    )


@must(
    "LIM-038",
    "What has no documented bound is taken, long or many",
    with_prose,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def long_and_many(check: Check) -> None:
    """A bound that nobody is told of is one that everybody meets in the end.

    Looks at texts that people write: those whose documented example is of several words, in each
    item of a list that the example has. Where the body has a list of documented values, the text is
    as free with each of them alone.

    Source: the contract, which has no `maxLength`, `maxItems` or `uniqueItems` there.
    Passes: a text of 12,000 letters → 201; 120 texts in a list → 202; a text twice → 202.
    Fails: more than 2,200 letters → 400, or so on one channel only; more than 100 texts → 400; only
    spaces → 400.
    """
    made = author(check)
    made.require_accepted()
    bounded = {
        field
        for _, owner in objects(made.contract, made.schema)
        for limit in owner.payload_limits
        for field in limit.fields
    }
    for place in places_of(made):
        if _is_free(place) and not bounded & {*map(str, place.path)}:
            whole = _with_member(made, place)
            for one in _in_each_item(whole, place):
                for what, value in _values(whole, one):
                    taken(check, whole.send(whole.put(one.path, value)), f"{one}: {what}")
            if _is_prose(at(whole.body, place.path)):
                for said, alone in _of_one_value(whole):
                    sent = alone.send(alone.put(place.path, LONG))
                    taken(check, sent, f"{place}: {len(LONG)} letters, {said}")


def _of_one_value(made: Author) -> Iterator[tuple[str, Author]]:
    """The author with each value alone of each list of documented values that the body has."""
    for place in places_of(made):
        type_ = place.schema.type
        listed = isinstance(type_, Array) and made.contract.resolve(type_.items).type
        single = (place.schema.limits.min_items or 0) <= 1
        if isinstance(listed, Enumeration) and single and at(made.body, place.path):
            for value in listed.values:
                yield f"{place} {[value]!r}", made.after(place.path, [value])


def _with_member(made: Author, place: Place) -> Author:
    """The author with the member that a place is in, of another documented body if need be."""
    name = place.path[0]
    if not isinstance(made.body, dict) or name in made.body:
        return made
    others = (each for each in examples(made.operation) if isinstance(each, dict) and name in each)
    found = next(others, None)
    return made.after((name,), found[name]) if found else made


def _in_each_item(made: Author, place: Place) -> Iterator[Place]:
    """The place, and the same one in the other items of the list that it is in."""
    yield place
    first = next((n for n, step in enumerate(place.path) if step == 0), None)
    items = at(made.body, place.path[:first]) if first is not None else None
    for number in range(1, len(items) if isinstance(items, list) else 0):
        yield replace(place, path=(*place.path[:first], number, *place.path[(first or 0) + 1 :]))


def _is_free(place: Place) -> bool:
    """Whether a place is a text, or a list, that may be as long as one likes."""
    limits, type_ = place.schema.limits, place.schema.type
    if isinstance(type_, Array):
        return limits.max_items is None
    free = type_ == Scalar("string") and limits.pattern is None
    return free and limits.max_length is None


def _values(made: Author, place: Place) -> Iterator[tuple[str, Any]]:
    found = at(made.body, place.path)
    if found is None:
        found = minimal(made.contract, place.schema)
    if isinstance(found, list) and found and all(map(_is_prose, found)):
        yield f"{MANY} texts", [f"{found[0]} {number}" for number in range(MANY)]
        if not place.schema.limits.unique_items:
            yield "a text twice", [found[0], found[0]]
    elif _is_prose(found):
        yield f"{len(LONG)} letters", LONG
        if (place.schema.limits.min_length or 0) <= 1:
            yield "a space", " "


def _is_prose(value: object) -> bool:
    return isinstance(value, str) and " " in value


@must(
    "LIM-041",
    "A list takes one more row, however long it is",
    creations,
    promises=OF_ROWS,
    needs=(Need.ROWS, Need.FRESH_KEYS),
)
def one_row_more(check: Check) -> None:
    """No greatest number of rows is documented, so that there is none, and none makes room for it.

    Source: the contract, which has no refusal of a list that is full.
    Passes: with 110 articles there, POST → 201; 111 are listed.
    Fails: → 409, as 100 are enough; → 201, and the oldest one is gone.
    """
    session, resource = check.session, resource_of(check.contract, check.operation)
    control, name = session.control, collection(resource.listed)
    if control is None or not control.keeps(name):
        raise Untestable(f"The control plane inserts no rows of {name}.")
    tenant = session.new_tenant()
    bench = Workbench.of(session, resource, session.of_tenant(tenant), tenant)
    there = control.insert(tenant, name, MANY_ROWS, bench.place)
    _, exchange = bench.create()
    listed = bench.rows()
    lost = [id_ for id_ in (*there, identity(exchange.json)) if id_ not in listed]
    check.require(
        not lost, f"After one row more, {len(lost)} of {len(there) + 1} are not listed.", exchange
    )
