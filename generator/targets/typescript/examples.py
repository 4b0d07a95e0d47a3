"""Examples of the contract as TypeScript expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.model import Array, Dictionary, Object, Operation, Reference, Scalar, Schema, Union
from generator.model.words import singular
from generator.targets.media_choice import sent_example
from generator.targets.stand_ins import completed, fitting, is_of, stand_in, told_of
from generator.targets.typescript.arguments_plan import Argument
from generator.targets.typescript.expressions import Scope, literal
from generator.targets.typescript.layout import Node, broken, flat, listed, members
from generator.targets.typescript.names import member_names
from generator.targets.typescript.source import variable

_MOST_OPTIONAL = 2
_INDENT = 9
"""Columns that a comment takes before the code of an example."""


def expression(scope: Scope, schema: Schema, value: Any) -> Node:  # noqa: PLR0911  one case a kind
    """A wire value as the TypeScript expression that a caller would write."""
    match schema.type, value:
        case Reference(name), _:
            return expression(scope, scope.api.schemas[name], value)
        case Scalar("string", "date-time"), str():
            return f"new Date({literal(value)})"
        case Scalar("string", "binary"), str():
            return f"new Blob([{literal(value)}])"
        case Union() as union, _:
            variant = fitting(scope.api, union, value)
            return plain(value) if variant is None else expression(scope, variant, value)
        case Array(items), list():
            return listed([expression(scope, items, item) for item in value])
        case Dictionary(values), dict():
            return members({key: expression(scope, values, v) for key, v in value.items()})
        case Object() as kind, dict():
            names = member_names(scope.names.fields, kind)
            schemas = {prop.name: prop.schema for prop in kind.properties}
            told = completed(scope.api, kind, value).items()
            return members(
                {names[k]: expression(scope, schemas[k], v) for k, v in told if k in names}
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
    for told in told_of(argument.wire, argument.parameter, body):
        if is_of(scope.api, schema, told):
            return expression(scope, schema, told)
    return expression(scope, schema, stand_in(scope.api, schema))
