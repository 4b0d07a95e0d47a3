"""Examples of the contract as Python expressions."""

from __future__ import annotations

from typing import Any

from generator.model import (
    Api,
    Array,
    Dictionary,
    Object,
    Operation,
    Reference,
    Scalar,
    Schema,
    Union,
)
from generator.model.words import singular
from generator.targets.media_choice import sent_example
from generator.targets.python.annotations import Scope
from generator.targets.python.arguments_plan import Argument
from generator.targets.python.breaking import broken
from generator.targets.python.names import member_names
from generator.targets.python_source import WIDTH, identifier, literal
from generator.targets.stand_ins import completed, fitting, is_of, stand_in, told_of

_MOST_OPTIONAL = 2


def expression(scope: Scope, schema: Schema, value: Any) -> str:  # noqa: PLR0911  one case a kind
    """A wire value as the Python expression that a caller would write."""
    match schema.type, value:
        case Reference(name), _:
            target = scope.api.schemas[name]
            if isinstance(target.type, Object) and isinstance(value, dict):
                return _construction(scope, scope.names.types[name].name, target.type, value)
            return expression(scope, target, value)
        case Scalar("string", "date-time"), str():
            return f"datetime.fromisoformat({literal(value)})"
        case Scalar("string", "date"), str():
            return f"date.fromisoformat({literal(value)})"
        case Scalar("string", "binary"), str():
            return f"b{literal(value)}" if value.isascii() else f"{literal(value)}.encode()"
        case Union() as union, dict() | list():
            variant = fitting(scope.api, union, value)
            return literal(value) if variant is None else expression(scope, variant, value)
        case Array(items), list():
            return "[" + ", ".join(expression(scope, items, item) for item in value) + "]"
        case Dictionary(values), dict():
            pairs = (f"{literal(k)}: {expression(scope, values, v)}" for k, v in value.items())
            return "{" + ", ".join(pairs) + "}"
    return literal(value)


def _construction(scope: Scope, name: str, kind: Object, value: dict[str, Any]) -> str:
    named = member_names(scope.names, kind)
    schemas = {prop.name: prop.schema for prop in kind.properties}
    members = (
        f"{named[key]}={expression(scope, schemas[key], item)}"
        for key, item in completed(scope.api, kind, value).items()
        if key in named
    )
    return f"{name}({', '.join(members)})"


def call_arguments(scope: Scope, operation: Operation, arguments: list[Argument]) -> list[str]:
    """The arguments of an example call: all that are required, and some that have an example."""
    body = sent_example(operation)
    moving = operation.pagination.parameter if operation.pagination else ""
    written: list[str] = []
    optional = 0
    for argument in arguments:
        known, value = _value(scope.api, argument, body)
        if not argument.required:
            size = operation.pagination.size if operation.pagination else None
            skipped = argument.wire in {moving, size.parameter if size else ""}
            full = argument.location != "body" and optional == _MOST_OPTIONAL
            if not known or skipped or full:
                continue
            optional += argument.location != "body"
        text = expression(scope, argument.schema, value)
        written.append(text if argument.location == "path" else f"{argument.name}={text}")
    return written


def example_lines(
    operation: Operation, kind: str, call: str, written: list[str], *, awaited: bool
) -> list[str]:
    """The lines of an example: the call `call(…)`, and what is done with what it returns.

    `kind` is that of the method: `execute`, `paginate` or `stream`.
    """
    thing = identifier(singular(operation.resource[-1] if operation.resource else "row"))
    if kind == "paginate":
        loop = "async for" if awaited else "for"
        return [*_call_lines(f"{loop} {thing} in {call}", written, ":"), f"    print({thing})"]
    if kind == "stream":
        keyword, prefix = ("async ", "await ") if awaited else ("", "")
        return [
            *_call_lines(f"{keyword}with {prefix}{call}", written, " as stream:"),
            f"    {keyword}for event in stream:",
            "        print(event.data)",
        ]
    success = operation.success
    result = f"{thing} = " if success is not None and success.media else ""
    return _call_lines(f"{result}{'await ' if awaited else ''}{call}", written, "")


def _call_lines(head: str, written: list[str], tail: str) -> list[str]:
    return list(broken(f"{head}({', '.join(written)}){tail}", WIDTH - 16))


def _value(api: Api, argument: Argument, body: Any) -> tuple[bool, Any]:
    """Whether the contract has an example of the argument, and it, or a stand-in."""
    for told in told_of(argument.wire, argument.parameter, body):
        if is_of(api, argument.schema, told):
            return True, told
    known = bool(argument.schema.examples) and argument.location != "body"
    return known, stand_in(api, argument.schema)
