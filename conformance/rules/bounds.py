"""LIM: a list is as long and a number as large as its schema says, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.author import Author, author, reworded, taken
from conformance.bodies import Place, at, compact, minimal
from conformance.contract import Contract
from conformance.event_stream import told
from conformance.rule import Check, must
from conformance.rules.request_bodies import NEEDS, PROMISES, having, places_of, refused
from conformance.vocabulary import Subjects
from generator.model import Array, Enumeration, Scalar

SHORTER = 5
"""Lists that are shorter than the longest, by one item each."""
WORDS = "Of all that was said, what came first?"
"""A text that no example has."""


def with_lists(contract: Contract) -> Subjects:
    """Every operation whose body has a list of a bounded length, or of different items."""
    return having(contract, _bounded_list)


def with_numbers(contract: Contract) -> Subjects:
    """Every operation whose body has a number with bounds."""
    return having(contract, _bounded_number)


@must(
    "LIM-026",
    "The length of a list is bounded to the item",
    with_lists,
    promises=PROMISES,
    needs=NEEDS,
)
def list_bounds(check: Check) -> None:
    """At its bounds a list is taken, beyond them refused, and nothing of it is left out.

    Source: JSON Schema validation §6.4; the contract's `minItems`, `maxItems` and `uniqueItems`.
    Passes: 100 events → 200, 101 → 400.
    Fails: 101 → 200 with the first 100; none → 200; `[a, b, a]` → 200.
    """
    made = author(check)
    for place in filter(_bounded_list, places_of(made)):
        limits = place.schema.limits
        item = item_of(made, place)
        if limits.min_items:
            few = [item] * (limits.min_items - 1)
            refused(check, made.send(made.put(place.path, few)), f"{place} of {len(few)} items")
        if limits.unique_items:
            for twice in _an_item_twice(made, place):
                sent = made.send(made.put(place.path, twice))
                refused(check, sent, f"{place}, an item twice,")
        elif limits.max_items is not None:
            over = made.put(place.path, [item] * (limits.max_items + 1))
            refused(check, made.send(over), f"{place} of {limits.max_items + 1} items")
            full = made.put(place.path, [item] * limits.max_items)
            if made.accepted:
                taken(check, made.send(full), f"{place} of {limits.max_items} items")


@must(
    "LIM-053",
    "A list as long as it may be is looked at whole",
    with_lists,
    promises=PROMISES,
    needs=NEEDS,
)
def looked_at_whole(check: Check) -> None:
    """Where each item more makes another answer, so does the last one that there may be.

    Sends lists of the same item, the longest of them as long as it may be, beside the documented
    texts and beside others. Only where one body has always the same answer, and each of the lists
    before the longest one of its own, is there anything to be seen.

    Source: the contract's `maxItems`; JSON Schema validation §6.4.1.
    Passes: to a history of 49 messages the answer tells of 49, and to one of 50 of 50.
    Fails: to both of 49, as the first of 50 is left out to make room for the message itself.
    """
    made = author(check)
    made.require_accepted()
    bodies = [made.body, reworded(made, WORDS)]
    for body in bodies[: 1 + (bodies[0] != bodies[1])]:
        _look(check, made.over(body))


def _look(check: Check, made: Author) -> None:
    for place in filter(_bounded_list, places_of(made)):
        most, item = place.schema.limits.max_items or 0, item_of(made, place)
        if most <= SHORTER or place.schema.limits.unique_items:
            continue
        lengths = (*range(most - SHORTER, most), most - 1, most)
        found = [made.send(made.put(place.path, [item] * length)) for length in lengths]
        *shorter, again, full = (compact(told(each)) for each in found)
        if len({*shorter}) == SHORTER and shorter[-1] == again:
            what = f"The answer to {place} of {most} items is that to fewer."
            check.require(full not in shorter, what, found[-1])


@must("LIM-027", "A number outside its bounds is 400", with_numbers, promises=PROMISES, needs=NEEDS)
def number_bounds(check: Check) -> None:
    """A number is taken as it is or not at all: never moved to the nearest bound.

    Source: JSON Schema validation §6.2; the contract's `minimum` and `maximum`.
    Passes: `{"quantity": 0}` → 400, where 1 is the minimum.
    Fails: → 200, as if it were 1.
    """
    made = author(check)
    for place in filter(_bounded_number, places_of(made)):
        limits = place.schema.limits
        low, high = limits.minimum, limits.maximum
        outside = [low - 1, -(2**63) - 1] if low is not None else []
        outside += [high + 1, 2**63, 10**30] if high is not None else []
        for value in outside:
            refused(check, made.send(made.put(place.path, value)), f"{place}: {value}")
        for bound in (low, high):
            if bound is not None and made.accepted:
                taken(check, made.send(made.put(place.path, bound)), f"{place}: {bound}")


def item_of(made: Author, place: Place) -> Any:
    """An item of a list that is taken: of the documented body, else a small one."""
    found = at(made.body, (*place.path, 0))
    if found is not None or not isinstance(place.schema.type, Array):
        return found
    return minimal(made.contract, place.schema.type.items)


def _an_item_twice(made: Author, place: Place) -> Iterator[list[Any]]:
    """Lists of which an item stands there twice: each of those that are documented."""
    type_ = place.schema.type
    items = made.contract.resolve(type_.items).type if isinstance(type_, Array) else None
    if not isinstance(items, Enumeration) or len(items.values) < 2:
        yield [item_of(made, place)] * 2
        return
    for one, other in zip(items.values, (*items.values[1:], items.values[0]), strict=True):
        yield [one, one]
        yield [one, other, one]


def _bounded_list(place: Place) -> bool:
    limits = place.schema.limits
    bounded = limits.min_items or limits.max_items is not None or limits.unique_items
    return isinstance(place.schema.type, Array) and bool(bounded)


def _bounded_number(place: Place) -> bool:
    limits = place.schema.limits
    number = isinstance(place.schema.type, Scalar) and place.schema.type.kind != "string"
    return number and (limits.minimum is not None or limits.maximum is not None)
