"""LIM: bodies are taken as documented, whole or not at all."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.author import Author, author, taken
from conformance.bodies import (
    Path,
    Place,
    at,
    compact,
    filled,
    minimal,
    objects,
    places,
    size,
    without,
)
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, must
from conformance.rules.parameters import NOT_MOMENTS
from conformance.vocabulary import Subjects, bodied, body_schema
from generator.model import (
    Array,
    Dictionary,
    Enumeration,
    Object,
    Operation,
    PayloadLimit,
    Scalar,
    Schema,
)

PROMISES = (
    "HALO-07",
    "HALO-08",
    "HALO-12",
    "HALO-13",
    "ALOHA-05",
    "ALOHA-08",
    "ALOHA-11",
    "ALOHA-17",
    "LEAD-03",
    "LEAD-08",
    "LEAD-12",
)
SIZES = ("HALO-07",)
NEEDS = (Need.CREDENTIAL,)
LETTERS = ("x", "é", "\U0001f600", '"', "\\")
"""One, two and four bytes of UTF-8, and what JSON escapes."""
LONG = 64
BAD_ITEMS: tuple[Any, ...] = ({}, None, "x", 5, [])
UNKNOWN = "no_such_member"
MARK = "mark" + "0" * 16
"""Stands for a word that is like no other, as long as this one."""
WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (5, 1.5, True, [], {}, ["x"]),
    "integer": ("5", 1.5, True, [], {}),
    "number": ("5", True, [], {}),
    "boolean": ("true", 1, 0, [], {}),
    "array": ("x", 5, True, {}),
    "object": ("x", 5, True, []),
}
"""Values of other JSON types, by type."""
NOT_OF_FORMAT: Mapping[str, tuple[str, ...]] = {
    "date-time": NOT_MOMENTS,
    "email": ("", "x", "@", "a@", "@example.com", "a b@example.com"),
    "uri": ("", "no uri", "//", "http://exa mple.com"),
    "uuid": ("", "x", "123"),
}
NO_MATCH = ("", " ", "x", "javascript:alert(1)", "\n")


def sized(contract: Contract) -> Subjects:
    """Every operation whose body documents the size of some of its members."""
    return tuple(op for op in bodied(contract) if op and _limits(contract, op))


def _having(contract: Contract, test: Callable[[Place], bool]) -> Subjects:
    found = []
    for operation in bodied(contract):
        schema = body_schema(contract, operation) if operation else None
        if schema and any(test(place) for place in places(contract, schema)):
            found.append(operation)
    return tuple(found)


def requiring(contract: Contract) -> Subjects:
    """Every operation whose body has a required member."""
    return _having(contract, lambda place: place.named and place.required)


def with_texts(contract: Contract) -> Subjects:
    """Every operation whose body has a text of a bounded length."""
    return _having(contract, _bounded_text)


def with_lists(contract: Contract) -> Subjects:
    """Every operation whose body has a list of a bounded length, or of different items."""
    return _having(contract, _bounded_list)


def with_numbers(contract: Contract) -> Subjects:
    """Every operation whose body has a number with bounds."""
    return _having(contract, _bounded_number)


def with_enums(contract: Contract) -> Subjects:
    """Every operation whose body has a member with a closed list of values."""
    return _having(contract, lambda place: isinstance(place.schema.type, Enumeration))


def with_formats(contract: Contract) -> Subjects:
    """Every operation whose body has a text of a format or pattern."""
    return _having(contract, lambda place: bool(_misformed(place)))


def closed(contract: Contract) -> Subjects:
    """Every operation whose body takes no other members than the documented ones."""
    return tuple(op for op in bodied(contract) if op and _spots(contract, op, closed=True))


def opened(contract: Contract) -> Subjects:
    """Every operation whose body takes other members than the documented ones."""
    return tuple(op for op in bodied(contract) if op and _spots(contract, op, closed=False))


def batches(contract: Contract) -> Subjects:
    """Every operation whose body has a list of objects of which a member is required."""
    return tuple(op for op in bodied(contract) if op and _batches(contract, op))


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require 400 with the code of the validation layer."""
    require_refusal(check, exchange, 400, what, layer_code(check.operation, 400))


def _places(made: Author) -> tuple[Place, ...]:
    return tuple(places(made.contract, made.schema))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


@must("LIM-021", "A documented body is accepted", bodied, promises=PROMISES, needs=NEEDS)
def documented_body(check: Check) -> None:
    """What the documentation shows as a request is one; sent with other spacing it is the same.

    Source: the contract's `examples`; RFC 8259 §2 (white space means nothing).
    Passes: the example of `POST /events` → 200.
    Fails: → 400.
    """
    made = author(check)
    taken(check, made.first, "The documented body")
    if made.accepted:
        spaced = json.dumps(made.body, indent=2, ensure_ascii=True)
        taken(check, made.send_text(f" \r\n\t{spaced}\n"), "The documented body, spaced out,")


@must(
    "LIM-022", "A required member that is missing is 400", requiring, promises=PROMISES, needs=NEEDS
)
def missing_member(check: Check) -> None:
    """What is required is not guessed, at every depth of the body; and a body is an object.

    Source: JSON Schema validation §6.5.3; the contract's `required`.
    Passes: a message without `message` → 400.
    Fails: → 200, or 500.
    """
    made = author(check)
    for place in _places(made):
        if place.named and place.required:
            body = without(made.put(place.path, "x"), place.path)
            refused(check, made.send(body), f"A body without {place}")
    if any(place.required for place in _places(made) if len(place.path) == 1):
        refused(check, made.send({}), "An empty object")


@must("LIM-023", "A value of another type is 400", bodied, promises=PROMISES, needs=NEEDS)
def wrong_type(check: Check) -> None:
    """A text is no number, and a number in quotation marks is none either.

    Source: JSON Schema validation §6.1.1; the contract's `type`.
    Passes: `{"message": 5}` → 400.
    Fails: → 200, as if it were `"5"`; or 500.
    """
    made = author(check)
    for place in _places(made):
        for value in WRONG.get(_type(place.schema), ()):
            exchange = made.send(made.put(place.path, value))
            refused(check, exchange, f"{place}: {_shown(value)}")
    for value in ([], [made.body], "x", 5, True):
        refused(check, made.send(value), f"The body {_shown(value)}")


@must("LIM-024", "null is no value", bodied, promises=PROMISES, needs=NEEDS)
def no_null(check: Check) -> None:
    """Where the contract has no null, null is refused, and not taken for what is left out.

    Source: JSON Schema validation §6.1.1; the contract's `type`.
    Passes: `{"message": null}` → 400.
    Fails: → 200, or 500.
    """
    made = author(check)
    for place in _places(made):
        if _type(place.schema) and not place.nullable:
            refused(check, made.send(made.put(place.path, None)), f"{place}: null")
    refused(check, made.send(None), "The body null")


@must(
    "LIM-025",
    "The length of a text is bounded to the code point",
    with_texts,
    promises=PROMISES,
    needs=NEEDS,
)
def text_bounds(check: Check) -> None:
    """At its bounds a text is taken, beyond them refused; letters are code points, not bytes.

    Source: JSON Schema validation §6.3.1 and §6.3.2 (RFC 8259 characters); the contract's
    `minLength` and `maxLength`.
    Passes: 10,000 emoji → 200, 10,001 letters → 400.
    Fails: 10,000 emoji → 400, as they are 20,000 code units; 10,001 → 200, cut.
    """
    made = author(check)
    for place in filter(_bounded_text, _places(made)):
        limits = place.schema.limits
        if limits.min_length:
            short = "x" * (limits.min_length - 1)
            refused(check, made.send(made.put(place.path, short)), f"{place}: {_shown(short)}")
        if limits.max_length is not None:
            _longest(check, made, place, limits.max_length)


def _longest(check: Check, made: Author, place: Place, most: int) -> None:
    for letter in ("x", "é", "\U0001f600"):
        what = f"{place} of {most} times {letter!r}"
        over = made.send(made.put(place.path, letter * (most + 1)))
        refused(check, over, f"{what} and one more")
        if made.accepted:
            taken(check, made.send(made.put(place.path, letter * most)), what)
    far = made.send(made.put(place.path, "x" * (most * 4)))
    refused(check, far, f"{place} of four times the documented length")
    if made.accepted:
        escaped = json.dumps(made.put(place.path, "\U0001f600" * most), ensure_ascii=True)
        taken(check, made.send_text(escaped), f"{place} of {most} escaped emoji")


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
    Fails: 101 → 200 with the first 100; none → 200.
    """
    made = author(check)
    for place in filter(_bounded_list, _places(made)):
        limits = place.schema.limits
        item = _item(made, place)
        if limits.min_items:
            few = [item] * (limits.min_items - 1)
            refused(check, made.send(made.put(place.path, few)), f"{place} of {len(few)} items")
        if limits.unique_items:
            refused(check, made.send(made.put(place.path, [item] * 2)), f"{place}, an item twice,")
        elif limits.max_items is not None:
            over = made.put(place.path, [item] * (limits.max_items + 1))
            refused(check, made.send(over), f"{place} of {limits.max_items + 1} items")
            full = made.put(place.path, [item] * limits.max_items)
            if made.accepted:
                taken(check, made.send(full), f"{place} of {limits.max_items} items")


@must("LIM-027", "A number outside its bounds is 400", with_numbers, promises=PROMISES, needs=NEEDS)
def number_bounds(check: Check) -> None:
    """A number is taken as it is or not at all: never moved to the nearest bound.

    Source: JSON Schema validation §6.2; the contract's `minimum` and `maximum`.
    Passes: `{"quantity": 0}` → 400, where 1 is the minimum.
    Fails: → 200, as if it were 1.
    """
    made = author(check)
    for place in filter(_bounded_number, _places(made)):
        limits = place.schema.limits
        low, high = limits.minimum, limits.maximum
        outside = [low - 1, -(2**63) - 1] if low is not None else []
        outside += [high + 1, 2**63, 10**30] if high is not None else []
        for value in outside:
            refused(check, made.send(made.put(place.path, value)), f"{place}: {value}")
        for bound in (low, high):
            if bound is not None and made.accepted:
                taken(check, made.send(made.put(place.path, bound)), f"{place}: {bound}")


@must(
    "LIM-028", "A value that is not in its list is 400", with_enums, promises=PROMISES, needs=NEEDS
)
def near_misses(check: Check) -> None:
    """A closed list of values is closed; what is in it is taken.

    Source: JSON Schema validation §6.1.2; the contract's `enum`.
    Passes: `{"action": "Enroll"}` → 400.
    Fails: → 200, or a value that is documented → 400.
    """
    made = author(check)
    for place in _places(made):
        type_ = place.schema.type
        if not isinstance(type_, Enumeration) or type_.kind != "string":
            continue
        for value in _near(tuple(map(str, type_.values))):
            refused(check, made.send(_only(made, place, value)), f"{place}: {_shown(value)}")
        for listed in type_.values if made.accepted else ():
            taken(check, made.send(_only(made, place, listed)), f"{place}: {_shown(listed)}")


def _only(made: Author, place: Place, value: Any) -> Any:
    """The body with a value at a place; an item is the only one of its list."""
    return made.put(place.path, value) if place.named else made.put(place.path[:-1], [value])


def _near(values: tuple[str, ...]) -> list[str]:
    first = values[0]
    near = ["", " ", first.upper(), first.title(), f" {first}", f"{first} ", first[:-1]]
    near += [f"{first}s", f"{first}\n", f"{first}\0", ",".join(values), "no-such-value", "null"]
    return [value for value in dict.fromkeys(near) if value not in values]


@must(
    "LIM-029",
    "A text that is not of its format is 400",
    with_formats,
    promises=PROMISES,
    needs=NEEDS,
)
def formats(check: Check) -> None:
    """A moment is one that exists, and a text that a pattern describes fits it.

    Source: JSON Schema validation §6.3.3 and §7.3; RFC 3339 §5.6; RFC 3986.
    Passes: `{"scheduledAt": "2026-02-30T00:00:00Z"}` → 400.
    Fails: → 201.
    """
    made = author(check)
    for place in _places(made):
        for value in _misformed(place):
            refused(check, made.send(made.put(place.path, value)), f"{place}: {_shown(value)}")


@must(
    "LIM-030",
    "A member that is not documented is 400",
    closed,
    promises=PROMISES,
    needs=NEEDS,
)
def unknown_refused(check: Check) -> None:
    """A misspelt member that is ignored is a setting that is not set.

    Source: JSON Schema 2020-12 §10.3.2.3; the contract's `additionalProperties: false`.
    Passes: `{"content": "…", "chanels": ["linkedin"]}` → 400.
    Fails: → 201.
    """
    made = author(check)
    for path in _spots(check.contract, check.operation, closed=True):
        for name in (UNKNOWN, *_misspelt(made, path)):
            exchange = made.send(made.put((*path, name), "x"))
            refused(check, exchange, f"The undocumented member {name!r} in {_where(path)}")


def _misspelt(made: Author, path: Path) -> list[str]:
    """The name of a member in other letters, and what mass assignment would set."""
    known = [str(place.path[-1]) for place in _places(made) if place.path[:-1] == path]
    return [name for name in (*(each.upper() for each in known[:1]), "id") if name not in known]


@must(
    "LIM-031",
    "A member that is not documented is ignored where bodies are open",
    opened,
    promises=PROMISES,
    needs=NEEDS,
)
def unknown_ignored(check: Check) -> None:
    """Clients of another age send members of another age; what is documented works all the same.

    Source: JSON Schema 2020-12 §10.3.2.3 (what is not forbidden is allowed).
    Passes: `{"message": "Hi", "no_such_member": null}` → 200.
    Fails: → 400, or 500.
    """
    made = author(check)
    made.require_accepted()
    for path in _spots(check.contract, check.operation, closed=False):
        for value in ("x", None, {"a": [1]}):
            exchange = made.send(made.put((*path, UNKNOWN), value))
            taken(check, exchange, f"An undocumented member in {_where(path)}")


@must("LIM-032", "A payload at its limit is taken", sized, promises=SIZES, needs=NEEDS)
def at_the_limit(check: Check) -> None:
    """To the byte or the code point, in every writing of the same value.

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


@must("LIM-033", "A payload over its limit is 400", sized, promises=SIZES, needs=NEEDS)
def over_the_limit(check: Check) -> None:
    """One more than the limit is refused, in all of the fields together and in each alone.

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
        later = _with_fields(made, (*path[:-1], path[-1] + 2), limit, fields)
        refused(check, made.send(later), f"{_named(limit)} of the third item, one over its limit,")


@must("LIM-034", "What is at its limit is answered whole", sized, promises=SIZES, needs=NEEDS)
def kept_whole(check: Check) -> None:
    """Where an answer repeats what was sent, nothing of it was cut.

    Source: the contract's `x-payload-limits`.
    Passes: traits of 20,000 bytes come back as they were sent.
    Fails: the last text of them is shorter.
    """
    made = author(check)
    made.require_accepted()
    for path, limit in _limits(check.contract, check.operation):
        for letter in LETTERS:
            what, fields = next(_payloads(limit, limit.maximum, (letter,)))
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
    Passes: 101 events → 400, and none of them is stored.
    Fails: → 400, and 100 of them are.
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
    for place in _places(made):
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
    for place in _places(made):
        most, wrong = place.schema.limits.max_length, WRONG.get(_type(place.schema), ())
        if most:
            yield made.put(place.path, MARK + "x" * (most + 1 - len(MARK)))
        if wrong and len(place.path) == 1:
            yield made.put(place.path, wrong[-1])
    for place in _batches(check.contract, check.operation):
        item = _item(made, place)
        yield made.put(place.path, [item, item, {}])
        if place.schema.limits.max_items:
            yield made.put(place.path, [item] * (place.schema.limits.max_items + 1))


@must(
    "LIM-036",
    "One bad item refuses the whole list",
    batches,
    promises=("HALO-13",),
    needs=NEEDS,
)
def all_or_nothing(check: Check) -> None:
    """Wherever in the list it is: first, in the middle, or last.

    Source: the contract's `items`.
    Passes: a good event, one without a name, a good one → 400.
    Fails: → 200 with `{"stored": 2}`.
    """
    made = author(check)
    for place in _batches(check.contract, check.operation):
        good = _item(made, place)
        count = max(place.schema.limits.min_items or 0, 3)
        if made.accepted:
            taken(check, made.send(made.put(place.path, [good] * count)), f"{place} of good items")
        for index in (0, 1, count - 1):
            for bad in BAD_ITEMS:
                items = [good] * count
                items[index] = bad
                exchange = made.send(made.put(place.path, items))
                refused(check, exchange, f"{place} whose item {index} is {_shown(bad)}")


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


def _type(schema: Schema) -> str:
    match schema.type:
        case Scalar(kind):
            return kind
        case Enumeration(_, kind):
            return kind if kind != "mixed" else ""
        case Array():
            return "array"
        case Object() | Dictionary():
            return "object"
    return ""


def _bounded_text(place: Place) -> bool:
    limits = place.schema.limits
    text = isinstance(place.schema.type, Scalar) and place.schema.type.kind == "string"
    return text and bool(limits.min_length or limits.max_length is not None)


def _bounded_list(place: Place) -> bool:
    limits = place.schema.limits
    bounded = limits.min_items or limits.max_items is not None or limits.unique_items
    return isinstance(place.schema.type, Array) and bool(bounded)


def _bounded_number(place: Place) -> bool:
    limits = place.schema.limits
    number = isinstance(place.schema.type, Scalar) and place.schema.type.kind != "string"
    return number and (limits.minimum is not None or limits.maximum is not None)


def _misformed(place: Place) -> tuple[str, ...]:
    type_ = place.schema.type
    if not isinstance(type_, Scalar) or type_.kind != "string":
        return ()
    pattern = place.schema.limits.pattern
    unlike = tuple(v for v in NO_MATCH if not re.search(pattern, v)) if pattern else ()
    return (*NOT_OF_FORMAT.get(type_.format or "", ()), *unlike)


def _item(made: Author, place: Place) -> Any:
    """An item of a list that is taken: of the documented body, else a small one."""
    found = at(made.body, (*place.path, 0))
    if found is not None or not isinstance(place.schema.type, Array):
        return found
    return minimal(made.contract, place.schema.type.items)


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
    deep = {"list": [{"a": [1, True, None, {"b": "c"}]}] * 20}
    many = {f"member_{number}": number for number in range(100)}
    for filling, what in ((deep, "deep"), (many, "many members")):
        fields = filled(limit, {**half, last: {**first, **filling}}, "x", wanted)
        if sum(size(value, limit) for value in fields.values()) > wanted:
            continue
        yield f"{_named(limit)} of {limit.maximum} {limit.unit}, {what},", fields
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


def _where(path: Path) -> str:
    return "the body" if not path else ".".join(map(str, path))


def _spots(contract: Contract, operation: Operation, *, closed: bool) -> tuple[Path, ...]:
    """The objects of a body that take no other members, or that do."""
    schema = body_schema(contract, operation)
    return tuple(
        path
        for path, owner in (objects(contract, schema) if schema else ())
        if isinstance(owner.type, Object) and (owner.type.additional is None) is closed
    )


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
