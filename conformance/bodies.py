"""Bodies of requests: a documented example, and what it becomes when one place of it is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.contract import Contract
from conformance.exchange import Pairs
from conformance.sample import Sample
from generator.model import (
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Operation,
    PayloadLimit,
    Scalar,
    Schema,
    Union,
)

Path = tuple[str | int, ...]
DEEPEST = 6
JSON_TYPE: Pairs = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Place:
    """A member of an object of a body, or an item of a list of it; `schema` is resolved.

    `named` tells a member from an item.
    """

    path: Path
    schema: Schema
    required: bool
    named: bool
    nullable: bool

    def __str__(self) -> str:
        """As people write it: `events[0].name`."""
        words = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "".join(words).removeprefix(".")


def examples(operation: Operation) -> tuple[Any, ...]:
    """The documented JSON bodies of an operation."""
    media = operation.body.media if operation.body else ()
    return tuple(
        value for each in media if each.type.endswith("json") for value in each.examples.values()
    )


def carrying(sample: Sample, body: Any) -> Sample:
    """The sample with another JSON body, as compact UTF-8."""
    return carrying_text(sample, compact(body))


def carrying_text(sample: Sample, text: str) -> Sample:
    """The sample with another body, as it stands."""
    others = tuple(pair for pair in sample.headers if pair[0].lower() != "content-type")
    return replace(sample, body=text.encode(), headers=(*others, *JSON_TYPE))


def compact(value: Any) -> str:
    """JSON without a space, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def size(value: Any, limit: PayloadLimit) -> int:
    """How large one field is by a limit: of a text itself, else of its compact JSON."""
    text = value if isinstance(value, str) else compact(value)
    return len(text.encode()) if limit.unit == "bytes" else len(text)


def places(contract: Contract, schema: Schema, path: Path = ()) -> Iterator[Place]:
    """Every declared member and item below a schema, what contains it first."""
    type_ = contract.resolve(schema).type
    if len(path) >= DEEPEST:
        return
    if isinstance(type_, Object):
        for member in type_.properties:
            if not member.schema.read_only:
                found = _place(
                    contract, (*path, member.name), member.schema, required=member.required
                )
                yield found
                yield from places(contract, member.schema, found.path)
    if isinstance(type_, Array):
        item = _place(contract, (*path, 0), type_.items, required=False)
        yield item
        yield from places(contract, type_.items, item.path)


def variations(contract: Contract, schema: Schema, body: Any) -> Iterator[tuple[str, Any]]:
    """The body with each other value of each closed list in it, and what is other, in words."""
    for place in places(contract, schema):
        type_, before = place.schema.type, at(body, place.path)
        if isinstance(type_, Enumeration):
            for value in type_.values:
                if value != before:
                    other = with_value(contract, schema, body, place.path, value)
                    yield f"{place} {value!r}", other


def objects(contract: Contract, schema: Schema) -> Iterator[tuple[Path, Schema]]:
    """Every object with declared members, the body itself first."""
    resolved = contract.resolve(schema)
    if isinstance(resolved.type, Object):
        yield (), resolved
    for place in places(contract, schema):
        if isinstance(place.schema.type, Object):
            yield place.path, place.schema


def with_value(contract: Contract, schema: Schema, body: Any, path: Path, value: Any) -> Any:
    """The body with a value at a place; what it takes to get there is made."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    type_ = contract.resolve(schema).type
    if isinstance(type_, Array):
        items = list(body) if isinstance(body, list) else []
        items += [minimal(contract, type_.items) for _ in range(int(step) + 1 - len(items))]
        items[int(step)] = with_value(contract, type_.items, items[int(step)], rest, value)
        return items
    whole = dict(body) if isinstance(body, dict) else minimal(contract, schema)
    member = _member(type_, str(step))
    before = whole.get(str(step))
    whole[str(step)] = with_value(contract, member, before, rest, value) if member else value
    return whole


def without(body: Any, path: Path) -> Any:
    """The body without the member at a place."""
    step, rest = path[0], path[1:]
    if isinstance(body, list):
        index = int(step)
        return [*body[:index], without(body[index], rest), *body[index + 1 :]]
    if not rest:
        return {name: value for name, value in body.items() if name != step}
    return {**body, str(step): without(body[str(step)], rest)}


def at(body: Any, path: Path) -> Any:
    """What is at a place of a body; None where nothing is."""
    for step in path:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def minimal(contract: Contract, schema: Schema) -> Any:
    """A small value that fits a schema."""
    resolved = contract.resolve(schema)
    if resolved.examples:
        return resolved.examples[0]
    if resolved.has_default:
        return resolved.default
    found: Any = "x" * max(resolved.limits.min_length or 1, 1)
    match resolved.type:
        case Constant(value):
            found = value
        case Enumeration(values):
            found = values[0]
        case Scalar("integer" | "number"):
            found = resolved.limits.minimum or 1
        case Scalar("boolean"):
            found = True
        case Scalar("string", "date-time"):
            found = "2026-01-01T00:00:00Z"
        case Array(items):
            found = [minimal(contract, items)] * max(resolved.limits.min_items or 1, 1)
        case Object(properties):
            needed = [member for member in properties if member.required]
            found = {member.name: minimal(contract, member.schema) for member in needed}
        case Dictionary():
            found = {}
        case Union(variants):
            found = minimal(contract, variants[0])
    return found


def filled(limit: PayloadLimit, fields: Mapping[str, Any], letter: str, wanted: int) -> Any:
    """Fields whose last text, an empty one at `text` in the last field, makes them `wanted` large.

    The text is the letter as often as it fits, then `x`.
    """
    *others, (name, last) = fields.items()
    spent = sum(size(value, limit) for _, value in others)

    def sized(text: str) -> int:
        return spent + size({**last, "text": text}, limit)

    each = sized(letter) - sized("")
    whole, rest = divmod(wanted - sized(""), each)
    return {**dict(others), name: {**last, "text": letter * whole + "x" * rest}}


def _place(contract: Contract, path: Path, schema: Schema, *, required: bool) -> Place:
    resolved = contract.resolve(schema)
    nullable = schema.nullable or resolved.nullable
    return Place(path, resolved, required, isinstance(path[-1], str), nullable)


def _member(type_: Any, name: str) -> Schema | None:
    if not isinstance(type_, Object):
        return None
    return next((m.schema for m in type_.properties if m.name == name), None)
