"""LIM: what has no documented bound is not bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.author import Author, author, taken
from conformance.bodies import Place, at, objects, places
from conformance.contract import Contract
from conformance.rule import Check, Need, must
from conformance.rules.request_bodies import PROMISES, places_of
from conformance.vocabulary import Subjects, bodied, body_schema
from generator.model import Array, Scalar

LONG = ("word " * 2_400).rstrip()
"""Longer than what people write, far shorter than what a server has to refuse."""
MANY = 120


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

    Looks at texts that people write: those whose documented example is of several words.

    Source: the contract, which has no `maxLength`, `maxItems` or `uniqueItems` there.
    Passes: a text of 12,000 letters → 201; 120 texts in a list → 202; a text twice → 202.
    Fails: more than 2,200 letters → 400; more than 100 texts → 400; only spaces → 400.
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
            for what, value in _values(made, place):
                taken(check, made.send(made.put(place.path, value)), f"{place}: {what}")


def _is_free(place: Place) -> bool:
    """Whether a place is a text, or a list, that may be as long as one likes."""
    limits, type_ = place.schema.limits, place.schema.type
    if isinstance(type_, Array):
        return limits.max_items is None
    free = type_ == Scalar("string") and limits.pattern is None
    return free and limits.max_length is None


def _values(made: Author, place: Place) -> Iterator[tuple[str, Any]]:
    found = at(made.body, place.path)
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
