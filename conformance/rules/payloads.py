"""LIM: payloads are taken up to their documented size, whole or not at all."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from conformance.author import Author, author, taken
from conformance.bodies import (
    Path,
    Place,
    at,
    compact,
    examples,
    filled,
    objects,
    places,
    size,
    without,
)
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.rule import Check, Need, must
from conformance.rules.bounds import item_of
from conformance.rules.request_bodies import (
    NEEDS,
    WRONG,
    places_of,
    refused,
    shown,
    type_of,
)
from conformance.vocabulary import Subjects, bodied, body_schema
from generator.model import (
    Array,
    Dictionary,
    Enumeration,
    Object,
    Operation,
    PayloadLimit,
    Scalar,
)

SIZES = ("HALO-07",)
LETTERS = ("x", "é", "\U0001f600", '"', "\\")
"""One, two and four bytes of UTF-8, and what JSON escapes."""
BAD_ITEMS: tuple[Any, ...] = ({}, None, "x", 5, [])
LENGTHS = (1, 300, 6_000, 66_000)
"""Of texts, in characters: longer than what columns hold that nobody gave a thought."""
UNKNOWN_VALUES = ("system", "no-such-value")
"""What an enumeration may not know; it does not know the second."""
MARK = "mark" + "0" * 16
"""Stands for a word that is like no other, as long as this one."""


def sized(contract: Contract) -> Subjects:
    """Every operation whose body documents the size of some of its members."""
    return tuple(op for op in bodied(contract) if op and _limits(contract, op))


def batches(contract: Contract) -> Subjects:
    """Every operation whose body has a list of objects of which a member is required."""
    return tuple(op for op in bodied(contract) if op and _batches(contract, op))


@must("LIM-032", "A payload at its limit is taken", sized, promises=SIZES, needs=NEEDS)
def at_the_limit(check: Check) -> None:
    """To the byte or the code point, in every writing of the same value.

    Each item of a list as long as it may be can be at its limit, too; and so can each payload, text
    and list of every kind of user, where these are known, anonymous or nobody.

    Source: the contract's `x-payload-limits`, which measure compact UTF-8 JSON.
    Passes: traits and context of 20,000 bytes together → 200, also where spaces and escapes
    make the body larger.
    Fails: 20,000 bytes → 400; 10,000 characters of two bytes each → 400.
    """
    made = author(check)
    made.require_accepted()
    for path, limit in _limits(check.contract, check.operation):
        for what, fields in _payloads(limit, limit.maximum):
            taken(check, made.send(_with_fields(made, path, limit, fields)), what)
        _, fields = next(_payloads(limit, limit.maximum, ("\U0001f600",)))
        spaced = json.dumps(_with_fields(made, path, limit, fields), ensure_ascii=True, indent=4)
        taken(check, made.send_text(spaced), f"{_named(limit)} at its limit, spaced and escaped,")
        full = _full(made, path)
        if full != made:
            whole = full.over(_with_fields(full, path, limit, fields))
            taken(check, whole.send(_full(whole, path).body), f"{_named(limit)} of each item")
    for other in _of_everybody(made):
        if other.send(other.body).status < 300:
            for what, body in _of_size(check.contract, other, over=0):
                taken(check, other.send(body), f"{what} at its limit, for another user,")


@must("LIM-033", "A payload over its limit is 400", sized, promises=SIZES, needs=NEEDS)
def over_the_limit(check: Check) -> None:
    """One more than the limit is refused, in all of the fields together and in each alone.

    So it is in the first, a middle and the last item of a list. Where users are known, anonymous or
    nobody, the limits of payloads, texts and lists are the same for each, with few other members or
    with many.

    Source: the contract's `x-payload-limits`.
    Passes: traits and context of 20,001 bytes together → 400.
    Fails: → 200, as each of them is smaller; 10,001 bytes of two-byte letters → 200, as they are
    5,001 characters.
    """
    made = author(check)
    for path, limit in _limits(check.contract, check.operation):
        for what, fields in _payloads(limit, limit.maximum + 1):
            refused(
                check, made.send(_with_fields(made, path, limit, fields)), f"{what} and one more"
            )
        _, fields = next(_payloads(limit, limit.maximum * 2, ("x",)))
        refused(
            check, made.send(_with_fields(made, path, limit, fields)), f"{_named(limit)} twice over"
        )
        if not path or not isinstance(path[-1], int):
            continue
        _, fields = next(_payloads(limit, limit.maximum + 1, ("x",)))
        full = _full(made, path)
        last = len(at(full.body, path[:-1])) - 1
        for index in (last // 2, last):
            later = _with_fields(full, (*path[:-1], index), limit, fields)
            what = f"{_named(limit)} of item {index}, one over its limit,"
            refused(check, made.send(later), what)
    for other in _of_everybody(made):
        if other.send(other.body).status < 300:
            for what, body in _of_size(check.contract, other, over=1):
                refused(check, other.send(body), f"{what} one over its limit, for another user,")


def _of_everybody(made: Author) -> Iterator[Author]:
    """The documented bodies and the smallest, each of nobody, of an anonymous and a known user."""
    identity = made.operation.identity
    if identity is None or not identity.anonymous_prefix:
        return
    required = {p.path[0] for p in places_of(made) if p.required and len(p.path) == 1}
    smallest = {name: value for name, value in made.body.items() if name in required}
    for body in (*examples(made.operation), smallest):
        bare = made.over(without(body, identity.token) if at(body, identity.token) else body)
        for user in (f"{identity.anonymous_prefix}limits", "known-limits"):
            yield bare.after(identity.matches, user)
        if identity.matches[0] not in required and at(bare.body, identity.matches):
            yield bare.over(without(bare.body, identity.matches))


def _of_size(contract: Contract, made: Author, *, over: int) -> Iterator[tuple[str, Any]]:
    """The body with each payload, text and list at its limit, or over it by so much."""
    for path, limit in _limits(contract, made.operation):
        _, fields = next(_payloads(limit, limit.maximum + over, ("x",)))
        yield _named(limit), _with_fields(made, path, limit, fields)
    for place in places_of(made):
        limits = place.schema.limits
        if limits.max_length:
            yield str(place), made.put(place.path, "x" * (limits.max_length + over))
        if limits.max_items:
            items = [item_of(made, place)] * (limits.max_items + over)
            yield str(place), made.put(place.path, items)


def _full(made: Author, path: Path) -> Author:
    """The same with as many items as there may be, each like the first, in the list of a path."""
    lists = [p for p in places_of(made) if isinstance(p.schema.type, Array)]
    of_path = next((p for p in lists if p.path == path[:-1]), None)
    first = at(made.body, (*path[:-1], 0)) if path else None
    if of_path is None or first is None:
        return made
    return made.after(of_path.path, [first] * (of_path.schema.limits.max_items or 3))


@must("LIM-034", "What is at its limit is answered whole", sized, promises=SIZES, needs=NEEDS)
def kept_whole(check: Check) -> None:
    """Where an answer repeats what was sent, nothing of it was cut.

    Source: the contract's `x-payload-limits`.
    Passes: traits of 20,000 bytes come back as they were sent.
    Fails: the last text of them is shorter; a list of them, or they themselves, have 100 members.
    """
    made = author(check)
    made.require_accepted()
    for path, limit in _limits(check.contract, check.operation):
        for what, fields in _payloads(limit, limit.maximum):
            exchange = made.send(_with_fields(made, path, limit, fields))
            for name, value in fields.items():
                for found in _members(exchange.json, name):
                    same = isinstance(found, dict) and value.items() <= found.items()
                    check.require(same, f"{what}: {name} is not what was sent.", exchange)


@must(
    "LIM-035",
    "What is refused is not stored",
    bodied,
    promises=("HALO-07", "HALO-13"),
    needs=(Need.CREDENTIAL, Need.DATABASE),
)
def nothing_stored(check: Check) -> None:
    """Of a body that is over a limit, or wrong in one place, nothing is kept, whole or cut.

    Sends each text that the body takes as a word of its own, and looks for it in the database.

    Source: the contract's `x-payload-limits` and `required`.
    Passes: 101 events → 400, and none of them is stored; 100 whose last is bad, likewise.
    Fails: → 400, and 100 of them are; those are that were looked at before the bad one was.
    """
    made, control = author(check), check.session.control
    sent: list[tuple[str, Exchange]] = []
    for body in _refusable(check, _marked(made)):
        mark = f"mark{secrets.token_hex(8)}"
        exchange = made.send_text(compact(body).replace(MARK, mark))
        sent.append((mark, exchange))
    stored = control.stored() if control else b""
    for mark, exchange in sent:
        check.require(
            exchange.status < 400 or mark.encode() not in stored,
            "The body is refused, and something of it is stored.",
            exchange,
        )


def _marked(made: Author) -> Author:
    """The author of a body with a word of its own in each free text, ids and proofs aside."""
    for place in places_of(made):
        free = place.schema.type == Scalar("string") and place.schema.limits.pattern is None
        there = at(made.body, place.path) is not None
        if free and there and not str(place.path[-1]).endswith(("_id", "_token", "Id")):
            made = made.after(place.path, MARK)
        if isinstance(place.schema.type, Dictionary) and there:
            made = made.after(place.path, {"text": MARK})
    return made


def _refusable(check: Check, made: Author) -> Iterator[Any]:
    """Bodies that are over a limit, or wrong in one place."""
    for path, limit in _limits(check.contract, check.operation):
        _, fields = next(_payloads(limit, limit.maximum + 1, ("x",), MARK))
        yield _with_fields(made, path, limit, fields)
    for place in places_of(made):
        most, wrong = place.schema.limits.max_length, WRONG.get(type_of(place.schema), ())
        if most:
            yield made.put(place.path, MARK + "x" * (most + 1 - len(MARK)))
        if wrong and len(place.path) == 1:
            yield made.put(place.path, wrong[-1])
    for place in _batches(check.contract, check.operation):
        item = item_of(made, place)
        yield made.put(place.path, [item, item, {}])
        if place.schema.limits.max_items:
            yield made.put(place.path, [*[item] * (place.schema.limits.max_items - 1), {}])
            yield made.put(place.path, [item] * (place.schema.limits.max_items + 1))


@must(
    "LIM-040",
    "A text that is stored is stored whole",
    bodied,
    promises=("HALO-07", "HALO-12", "HALO-13"),
    needs=(Need.CREDENTIAL, Need.DATABASE),
)
def stored_whole(check: Check) -> None:
    """Not cut where no length is documented, and not tidied: to the last letter, in its case.

    Sends each free text in four lengths, with a number of its own between words, and looks for
    them in the database. A text may be refused; one whose number is not found is not stored. So it
    looks for each item of a list that is as long as it may be.

    Source: the contract's body; "nothing is cut".
    Passes: a description of 6,000 characters is stored to its end, or refused.
    Fails: its first 255, or 5,000, are; its words in small letters; one space for two; the first 50
    events of 100, or the metadata of 99.
    """
    made, control = author(check), check.session.control
    made.require_accepted()
    sent: list[tuple[str, int, Exchange]] = []
    for place in places_of(made):
        for length in LENGTHS if _free(made, place) else ():
            number = secrets.randbelow(10**15) + 10**15
            text = _long(number, length)
            if len(text) <= (place.schema.limits.max_length or len(text)):
                held = isinstance(place.schema.type, Dictionary)
                body = made.put(place.path, {"text": text} if held else text)
                sent.append((str(place.path[-1]), number, made.send(body)))
    full = [*_full_lists(check, made)]
    stored = control.stored() if control else b""
    for marks, exchange in full:
        there = [mark for mark in marks if mark.encode() in stored]
        check.require(
            exchange.status >= 400 or len(there) in {0, len(marks)},
            f"Of {len(marks)} items {len(there)} are stored.",
            exchange,
        )
    for name, number, exchange in sent:
        if exchange.status >= 400 or str(number).encode() not in stored:
            continue
        for word in (f"First  {number}", f"Last  {number}"):
            check.require(word.encode() in stored, f"{name} is not stored whole.", exchange)


def _full_lists(check: Check, made: Author) -> Iterator[tuple[Sequence[str], Exchange]]:
    """Lists as long as they may be, each text and map in them its own, and what came of them.

    The marks are those of one member of all items.
    """
    for place in _batches(check.contract, check.operation):
        item, most = item_of(made, place), place.schema.limits.max_items or 3
        marks = {
            name: [secrets.token_hex(8) for _ in range(most)]
            for name, value in item.items()
            if isinstance(value, str | dict)
        }
        items = [
            {**item, **{name: _of(item[name], each[index]) for name, each in marks.items()}}
            for index in range(most)
        ]
        exchange = made.send(made.put(place.path, items)) if marks else made.first
        yield from ((each, exchange) for each in marks.values())


def _of(value: Any, mark: str) -> Any:
    """A mark in place of a value of the same kind."""
    return {"text": mark} if isinstance(value, dict) else mark


def _free(made: Author, place: Place) -> bool:
    """Whether a member of the body may be any text, or has any members; ids and proofs may not."""
    type_ = place.schema.type
    free = type_ == Scalar("string") and place.schema.limits.pattern is None
    named = str(place.path[-1]).endswith(("_id", "_token", "Id"))
    there = at(made.body, place.path) is not None
    return there and not named and (free or isinstance(type_, Dictionary))


def _long(number: int, length: int) -> str:
    """A text whose first and last words are there twice: pages of a database may divide one."""
    first, last = f"First  {number}", f"Last  {number}"
    return " ".join((first, first, "x" * length, last, last))


@must(
    "LIM-036",
    "One bad item refuses the whole list",
    batches,
    promises=("HALO-13",),
    needs=NEEDS,
)
def all_or_nothing(check: Check) -> None:
    """Wherever in the list it is: first, in the middle, or last, also of as many as there may be.

    An item is bad as a whole, or for one member that it lacks, or that is of another type.

    Source: the contract's `items`.
    Passes: a good event, one without a name, a good one → 400.
    Fails: → 200 with `{"stored": 2}`.
    """
    made = author(check)
    for place in _batches(check.contract, check.operation):
        good = item_of(made, place)
        count = max(place.schema.limits.min_items or 0, 3)
        if made.accepted:
            taken(check, made.send(made.put(place.path, [good] * count)), f"{place} of good items")
        for index in (0, 1, count - 1):
            for bad in BAD_ITEMS:
                items = [good] * count
                items[index] = bad
                exchange = made.send(made.put(place.path, items))
                refused(check, exchange, f"{place} whose item {index} is {shown(bad)}")
        for what, bad in _spoilt(check.contract, place, good):
            exchange = made.send(made.put(place.path, [*[good] * (count - 1), bad]))
            refused(check, exchange, f"{place} whose last item is {what}")
        most = place.schema.limits.max_items or 0
        for index in {most // 2, most - 1} if most else ():
            items = [good] * most
            items[index] = {}
            exchange = made.send(made.put(place.path, items))
            refused(check, exchange, f"{place} of {most} items, of which item {index} is bad,")


def _spoilt(contract: Contract, place: Place, good: Any) -> Iterator[tuple[str, Any]]:
    """A good item without each required member, and with each that is of another type."""
    type_ = place.schema.type
    items = contract.resolve(type_.items).type if isinstance(type_, Array) else None
    for member in items.properties if isinstance(items, Object) else ():
        wrong = WRONG.get(type_of(contract.resolve(member.schema)), ())
        if member.required:
            yield f"without {member.name}", without(good, (member.name,))
        if wrong:
            yield f"of another {member.name}", {**good, member.name: wrong[0]}
        known = contract.resolve(member.schema).type
        if isinstance(known, Enumeration):
            unknown = next(each for each in UNKNOWN_VALUES if each not in known.values)
            yield f"of an unknown {member.name}", {**good, member.name: unknown}


def _batches(contract: Contract, operation: Operation) -> tuple[Place, ...]:
    """The lists of objects with a required member."""
    schema = body_schema(contract, operation)
    found = []
    for place in places(contract, schema) if schema else ():
        if isinstance(place.schema.type, Array):
            items = contract.resolve(place.schema.type.items)
            members = items.type.properties if isinstance(items.type, Object) else ()
            if any(member.required for member in members):
                found.append(place)
    return tuple(found)


def _limits(contract: Contract, operation: Operation) -> tuple[tuple[Path, PayloadLimit], ...]:
    """The limits of sizes in a body, with the place of the object that has the fields."""
    schema = body_schema(contract, operation)
    return tuple(
        (path, limit)
        for path, owner in (objects(contract, schema) if schema else ())
        for limit in owner.payload_limits
    )


def _payloads(
    limit: PayloadLimit, wanted: int, letters: tuple[str, ...] = LETTERS, mark: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Fields of a size: in letters of each kind, deep, in many members, and in one field alone."""
    *others, last = limit.fields
    first = {"mark": mark} if mark else {}
    half = {name: {"half": "x" * (wanted // (2 * len(limit.fields)))} for name in others}
    for letter in letters:
        fields = filled(limit, {**half, last: dict(first)}, letter, wanted)
        yield f"{_named(limit)} of {limit.maximum} {limit.unit} of {letter!r}", fields
    deep: dict[str, Any] = {"list": [{"a": [1, True, None, {"b": "c"}]}] * (wanted // 100)}
    many: dict[str, Any] = {f"member_{number}": number for number in range(wanted // 40)}
    for (filling, what), name in product(((deep, "deep"), (many, "many members")), limit.fields):
        one: dict[str, Any] = {**first, **filling}
        rest = {other: {"half": "x"} for other in limit.fields if other != name}
        fields = filled(limit, {**rest, name: one}, "x", wanted)
        if sum(size(value, limit) for value in fields.values()) > wanted:
            continue
        yield f"{_named(limit)} of {limit.maximum} {limit.unit}, {name} of {what},", fields
    for name in limit.fields:
        fields = filled(limit, {name: dict(first)}, "x", wanted)
        yield f"{name} alone of {limit.maximum} {limit.unit}", fields


def _with_fields(made: Author, path: Path, limit: PayloadLimit, fields: Mapping[str, Any]) -> Any:
    """The body with these fields, and no others, of those that a limit is about."""
    for name in limit.fields:
        if at(made.body, (*path, name)) is not None:
            made = made.over(without(made.body, (*path, name)))
    for name, value in fields.items():
        made = made.after((*path, name), value)
    return made.body


def _named(limit: PayloadLimit) -> str:
    return " and ".join(limit.fields)


def _members(value: Any, name: str) -> Iterator[Any]:
    """Every member of a name in a JSON value."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            yield from _members(each, name)
    if isinstance(value, list):
        for each in value:
            yield from _members(each, name)
