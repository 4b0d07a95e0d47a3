"""Examples of the contract as TypeScript expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.model import Array, Dictionary, Object, Operation, Reference, Scalar, Schema
from generator.model.words import singular
from generator.targets.media_choice import sent_example
from generator.targets.typescript.arguments_plan import Argument
from generator.targets.typescript.expressions import Scope, literal
from generator.targets.typescript.layout import Node, broken, flat, listed, members
from generator.targets.typescript.names import member_names
from generator.targets.typescript.source import variable

_MOST_OPTIONAL = 2
_INDENT = 9
"""Columns that a comment takes before the code of an example."""


def expression(scope: Scope, schema: Schema, value: Any) -> Node:
    """A wire value as the TypeScript expression that a caller would write."""
    match schema.type, value:
        case Reference(name), _:
            return expression(scope, scope.api.schemas[name], value)
        case Scalar("string", "date-time"), str():
            return f"new Date({literal(value)})"
        case Array(items), list():
            return listed([expression(scope, items, item) for item in value])
        case Dictionary(values), dict():
            return members({key: expression(scope, values, v) for key, v in value.items()})
        case Object(properties), dict():
            names = member_names(scope.names.fields, schema.type)
            schemas = {prop.name: prop.schema for prop in properties}
            return members(
                {names[k]: expression(scope, schemas[k], v) for k, v in value.items() if k in names}
            )
    return plain(value)


def plain(value: Any) -> Node:
    """JSON data as an expression."""
    if isinstance(value, dict):
        return members({key: plain(item) for key, item in value.items()})
    return listed([plain(item) for item in value]) if isinstance(value, list) else literal(value)


def call(
    scope: Scope, operation: Operation, head: str, taken: Sequence[Argument], before: int = 0
) -> list[str]:
    """The lines of an example call: all that is required, and some that have an example.

    `before` is how many columns stand before `head`.
    """
    path = [flat(_value(scope, each, None)) for each in taken if each.location == "path"]
    given = _members(scope, operation, taken)
    start = f"{head}({', '.join(path)}"
    if not given:
        return [f"{start})"]
    comma = ", " if path else ""
    column = before + len(start) + len(comma)
    text = broken(members(given), 0, column + _INDENT, 3)
    return f"{start}{comma}{text})".split("\n")


def example(
    scope: Scope, operation: Operation, head: str, taken: Sequence[Argument], kind: str
) -> list[str]:
    """The lines of an example: the call, and what is done with what it gives."""
    thing = variable(singular(operation.resource[-1] if operation.resource else "row"), ("client",))
    if kind == "stream":
        thing = "event"
    if kind != "call":
        start = f"for await (const {thing} of "
        lines = call(scope, operation, head, taken, len(start))
        lines[0] = start + lines[0]
        lines[-1] += ") {"
        shown = f"{thing}.data" if kind == "stream" else thing
        return [*lines, f"  console.log({shown});", "}"]
    success = operation.success
    start = f"const {thing} = await " if success is not None and success.media else "await "
    lines = call(scope, operation, head, taken, len(start))
    lines[0] = start + lines[0]
    lines[-1] += ";"
    return lines


def _members(scope: Scope, operation: Operation, taken: Sequence[Argument]) -> dict[str, Node]:
    body = sent_example(operation)
    pagination = operation.pagination
    moving = pagination.parameter if pagination else ""
    size = pagination.size.parameter if pagination and pagination.size else ""
    found: dict[str, Node] = {}
    optional = 0
    for each in taken:
        if each.location == "path":
            continue
        if not each.required:
            full = each.location != "body" and optional == _MOST_OPTIONAL
            if each.wire in {moving, size} or full or not _is_known(each, body):
                continue
            optional += each.location != "body"
        found[each.name] = _value(scope, each, body)
    return found


def _is_known(argument: Argument, body: Any) -> bool:
    """Whether the contract has an example of an argument that may be left out."""
    if argument.location == "body":
        return isinstance(body, dict) and argument.wire in body
    told = argument.parameter.examples if argument.parameter else ()
    return bool(told or argument.schema.examples)


def _value(scope: Scope, argument: Argument, body: Any) -> Node:
    """The example of an argument, or a stand-in."""
    schema = argument.schema
    if argument.location == "body":
        if isinstance(body, dict) and argument.wire in body:
            return expression(scope, schema, body[argument.wire])
        if argument.wire == "body" and body is not None:
            return expression(scope, schema, body)
    elif argument.parameter is not None and argument.parameter.examples:
        return expression(scope, schema, argument.parameter.examples[0])
    if schema.examples:
        return expression(scope, schema, schema.examples[0])
    return _stand_in(scope, schema)


def _stand_in(scope: Scope, schema: Schema) -> Node:  # noqa: PLR0911  one case a kind
    match schema.type:
        case Reference(name):
            return _stand_in(scope, scope.api.schemas[name])
        case Scalar("integer" | "number"):
            return literal(schema.limits.minimum or 1)
        case Scalar("boolean"):
            return "true"
        case Scalar("string", "binary"):
            return 'new Blob(["…"])'
        case Scalar("string", "date-time"):
            return 'new Date("2026-01-01T00:00:00Z")'
        case Array():
            return "[]"
        case Object() | Dictionary():
            return "{}"
    return '"…"'
