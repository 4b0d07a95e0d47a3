"""LIM: bodies hold what their schemas say, member by member."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance.author import Author, author, taken
from conformance.bodies import Path, Place, at, objects, places, without
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, must
from conformance.rules.forms_of_moments import NOT_MOMENTS
from conformance.vocabulary import Subjects, bodied, body_schema
from generator.model import Array, Dictionary, Enumeration, Object, Operation, Scalar, Schema

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
NEEDS = (Need.CREDENTIAL,)
LONG = 64
UNKNOWN = "no_such_member"
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
PAIRS = ("e\u0301", "\r\n")
"""Two letters each that are sometimes counted as one."""
MARKUP = "<&>\"\\'"
"""Letters that are sometimes counted as several."""
NO_MATCH = ("", " ", "x", "javascript:alert(1)", "\n")


def having(contract: Contract, test: Callable[[Place], bool]) -> Subjects:
    """Every operation with a body of which a place passes a test."""
    found = []
    for operation in bodied(contract):
        schema = body_schema(contract, operation) if operation else None
        if schema and any(test(place) for place in places(contract, schema)):
            found.append(operation)
    return tuple(found)


def requiring(contract: Contract) -> Subjects:
    """Every operation whose body has a required member."""
    return having(contract, lambda place: place.named and place.required)


def with_texts(contract: Contract) -> Subjects:
    """Every operation whose body has a text of a bounded length."""
    return having(contract, _bounded_text)


def with_enums(contract: Contract) -> Subjects:
    """Every operation whose body has a member with a closed list of values."""
    return having(contract, lambda place: isinstance(place.schema.type, Enumeration))


def with_formats(contract: Contract) -> Subjects:
    """Every operation whose body has a text of a format or pattern."""
    return having(contract, lambda place: bool(_misformed(place)))


def with_few(contract: Contract) -> Subjects:
    """Every operation whose body, or an object in it, has to have some member, whichever."""
    return tuple(op for op in bodied(contract) if op and _few(contract, op))


def closed(contract: Contract) -> Subjects:
    """Every operation whose body takes no other members than the documented ones."""
    return tuple(op for op in bodied(contract) if op and _spots(contract, op, closed=True))


def opened(contract: Contract) -> Subjects:
    """Every operation whose body takes other members than the documented ones."""
    return tuple(op for op in bodied(contract) if op and _spots(contract, op, closed=False))


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require 400 with the code of the validation layer."""
    require_refusal(check, exchange, 400, what, layer_code(check.operation, 400))


def places_of(made: Author) -> tuple[Place, ...]:
    """Every documented member and item of the bodies of an author."""
    return tuple(places(made.contract, made.schema))


def shown(value: Any) -> str:
    """A value as messages show it, shortened."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


@must("LIM-021", "A documented body is accepted", bodied, promises=PROMISES, needs=NEEDS)
def documented_body(check: Check) -> None:
    """What the documentation shows as a request is one; sent with other spacing it is the same.

    With a NUL in each of its texts, or in each of its maps, it is answered, whatever with.

    Source: the contract's `examples`; RFC 8259 §2 (white space means nothing), §7 (any character).
    Passes: the example of `POST /events` → 200.
    Fails: → 400; `{"path": "a\\u0000b"}` → 500, as the database has no such text.
    """
    made = author(check)
    taken(check, made.first, "The documented body")
    if made.accepted:
        spaced = json.dumps(made.body, indent=2, ensure_ascii=True)
        taken(check, made.send_text(f" \r\n\t{spaced}\n"), "The documented body, spaced out,")
    for what, body in (("text", _with_nul(made, Scalar)), ("map", _with_nul(made, Dictionary))):
        exchange = made.send(body)
        check.require(exchange.status < 500, f"A NUL in each {what} is a failure.", exchange)


def _with_nul(made: Author, kind: type[Scalar | Dictionary]) -> Any:
    """The body with a NUL in each text of no format, or in each map, and none in what names."""
    for place in places_of(made):
        named = str(place.path[-1]).endswith(("_id", "_token", "Id"))
        there = at(made.body, place.path) is not None
        if isinstance(place.schema.type, kind) and there and not named:
            free = "a\0b" if _is_free(place) else at(made.body, place.path)
            made = made.after(place.path, {"a\0b": "c\0d"} if kind is Dictionary else free)
    return made.body


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
    for place in places_of(made):
        if place.named and place.required:
            body = without(made.put(place.path, "x"), place.path)
            refused(check, made.send(body), f"A body without {place}")
    if any(place.required for place in places_of(made) if len(place.path) == 1):
        refused(check, made.send({}), "An empty object")


@must("LIM-023", "A value of another type is 400", bodied, promises=PROMISES, needs=NEEDS)
def wrong_type(check: Check) -> None:
    """A text is no number, and a number in quotation marks is none either.

    Source: JSON Schema validation §6.1.1; the contract's `type`.
    Passes: `{"message": 5}` → 400.
    Fails: → 200, as if it were `"5"`; or 500.
    """
    made = author(check)
    for place in places_of(made):
        for value in WRONG.get(type_of(place.schema), ()):
            exchange = made.send(made.put(place.path, value))
            refused(check, exchange, f"{place}: {shown(value)}")
    for value in ([], [made.body], "x", 5, True):
        refused(check, made.send(value), f"The body {shown(value)}")


@must("LIM-024", "null is no value", bodied, promises=PROMISES, needs=NEEDS)
def no_null(check: Check) -> None:
    """Where the contract has no null, null is refused, and not taken for what is left out.

    Source: JSON Schema validation §6.1.1; the contract's `type`.
    Passes: `{"message": null}` → 400.
    Fails: → 200, or 500.
    """
    made = author(check)
    for place in places_of(made):
        if type_of(place.schema) and not place.nullable:
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

    A space is a letter like any other, and so is a zero: neither is an empty text. So is an accent,
    and what markup or JSON writes with more letters.

    Source: JSON Schema validation §6.3.1 and §6.3.2 (RFC 8259 characters); the contract's
    `minLength` and `maxLength`.
    Passes: 10,000 emoji → 200, 10,001 letters → 400.
    Fails: 10,000 emoji → 400, as they are 20,000 code units; 10,001 → 200, cut; `" "` → 400.
    """
    made = author(check)
    for place in filter(_bounded_text, places_of(made)):
        limits = place.schema.limits
        if limits.min_length:
            short = "x" * (limits.min_length - 1)
            refused(check, made.send(made.put(place.path, short)), f"{place}: {shown(short)}")
            if made.accepted and limits.pattern is None:
                for letter in (" ", "0"):
                    least = letter * limits.min_length
                    exchange = made.send(made.put(place.path, least))
                    taken(check, exchange, f"{place}: {shown(least)}")
        if limits.max_length is not None:
            _longest(check, made, place, limits.max_length)


def _is_free(place: Place) -> bool:
    """Whether a text is of no pattern and no format."""
    return place.schema.limits.pattern is None and place.schema.type == Scalar("string")


def _longest(check: Check, made: Author, place: Place, most: int) -> None:
    for letter in ("x", "é", "\U0001f600"):
        what = f"{place} of {most} times {letter!r}"
        over = made.send(made.put(place.path, letter * (most + 1)))
        refused(check, over, f"{what} and one more")
        if made.accepted:
            taken(check, made.send(made.put(place.path, letter * most)), what)
    blank = (f" {'x' * most}", f"{'x' * most} ", "x" + " " * most)
    for text in (*blank, *((two * most)[: most + 1] for two in PAIRS)):
        over = made.send(made.put(place.path, text))
        refused(check, over, f"{place} of {most + 1} letters, {text[-2:]!r} at its end,")
    far = made.send(made.put(place.path, "x" * (most * 4)))
    refused(check, far, f"{place} of four times the documented length")
    if made.accepted:
        escaped = json.dumps(made.put(place.path, "\U0001f600" * most), ensure_ascii=True)
        taken(check, made.send_text(escaped), f"{place} of {most} escaped emoji")
        marks = (MARKUP * most)[:most]
        taken(check, made.send(made.put(place.path, marks)), f"{place} of {most} {MARKUP!r}")


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
    for place in places_of(made):
        type_ = place.schema.type
        if not isinstance(type_, Enumeration) or type_.kind != "string":
            continue
        for value in _near(tuple(map(str, type_.values))):
            refused(check, made.send(_only(made, place, value)), f"{place}: {shown(value)}")
        for listed in type_.values if made.accepted else ():
            taken(check, made.send(_only(made, place, listed)), f"{place}: {shown(listed)}")


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
    for place in places_of(made):
        for value in _misformed(place):
            refused(check, made.send(made.put(place.path, value)), f"{place}: {shown(value)}")


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
    Fails: → 201, were it only where the member is null.
    """
    made = author(check)
    for path in _spots(check.contract, check.operation, closed=True):
        for name in (UNKNOWN, *_misspelt(made, path)):
            exchange = made.send(made.put((*path, name), "x"))
            refused(check, exchange, f"The undocumented member {name!r} in {_where(path)}")
        exchange = made.send(made.put((*path, UNKNOWN), None))
        refused(check, exchange, f"An undocumented member that is null in {_where(path)}")


def _misspelt(made: Author, path: Path) -> list[str]:
    """The name of a member in other letters, and what mass assignment would set."""
    known = [str(place.path[-1]) for place in places_of(made) if place.path[:-1] == path]
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


@must("LIM-037", "An object with too few members is 400", with_few, promises=PROMISES, needs=NEEDS)
def too_few_members(check: Check) -> None:
    """A change that changes nothing is a mistake of the client's, and told as one.

    Source: JSON Schema validation §6.5.2; the contract's `minProperties`.
    Passes: `PATCH` with `{}` → 400.
    Fails: → 200, with the row as it was.
    """
    made = author(check)
    for path in _few(check.contract, check.operation):
        refused(check, made.send(made.put(path, {})), f"{_where(path)} without a member")


def type_of(schema: Schema) -> str:
    """The JSON type of a schema; empty where it has several."""
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


def _misformed(place: Place) -> tuple[str, ...]:
    type_ = place.schema.type
    if not isinstance(type_, Scalar) or type_.kind != "string":
        return ()
    pattern = place.schema.limits.pattern
    unlike = tuple(v for v in NO_MATCH if not re.search(pattern, v)) if pattern else ()
    return (*NOT_OF_FORMAT.get(type_.format or "", ()), *unlike)


def _where(path: Path) -> str:
    return "the body" if not path else ".".join(map(str, path))


def _few(contract: Contract, operation: Operation) -> tuple[Path, ...]:
    """The objects of a body that have to have a member, and none that is required."""
    schema = body_schema(contract, operation)
    return tuple(
        path
        for path, owner in (objects(contract, schema) if schema else ())
        if owner.limits.min_properties
    )


def _spots(contract: Contract, operation: Operation, *, closed: bool) -> tuple[Path, ...]:
    """The objects of a body that take no other members, or that do."""
    schema = body_schema(contract, operation)
    return tuple(
        path
        for path, owner in (objects(contract, schema) if schema else ())
        if isinstance(owner.type, Object) and (owner.type.additional is None) is closed
    )
