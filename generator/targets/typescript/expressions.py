"""Schemas as TypeScript types, and as the shapes that read and write their values."""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

from generator.model import (
    Anything,
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Reference,
    Scalar,
    Schema,
    Union,
    references,
)
from generator.targets.definitions import elements
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.layout import Alternatives, Node, flat, generic, typed
from generator.targets.typescript.names import Names
from generator.targets.typescript.source import quoted

_KINDS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_DEEPEST = 40


class Scope(Struct, frozen=True):
    """Where an expression stands: in which `module` of the types, if in one; `root` is `src/`."""

    api: Api
    names: Names
    imports: Imports
    module: str = ""
    root: str = "../"

    def type(self, file: str, name: str) -> str:
        """What a type of the runtime is called here."""
        return self.imports.type(f"{self.root}runtime/{file}.ts", name)

    def value(self, file: str, name: str) -> str:
        """What a function or class of the runtime is called here."""
        return self.imports.value(f"{self.root}runtime/{file}.ts", name)


def type_of(scope: Scope, schema: Schema, depth: int = 0) -> Node:
    """The type of a value of `schema`."""
    plain = _bare(scope, schema, depth)
    return _or_null(plain) if schema.nullable else plain


def _or_null(node: Node) -> Node:
    if isinstance(node, str) and node in ("unknown", "null"):
        return node
    found = node.members if isinstance(node, Alternatives) else (node,)
    return node if "null" in found else Alternatives((*found, "null"))


def _bare(scope: Scope, schema: Schema, depth: int) -> Node:  # noqa: PLR0911  one case a kind
    if depth > _DEEPEST:
        return "unknown"
    match schema.type:
        case Reference(name):
            return _reference(scope, name, depth)
        case Scalar("string", "date-time"):
            return "Date"
        case Scalar(kind):
            return _KINDS[kind]
        case Enumeration():
            return enumeration(schema.type)
        case Constant(value):
            return literal(value)
        case Array():
            return array_of(either(type_of(scope, each, depth + 1) for each in elements(schema)))
        case Dictionary(values):
            return _dictionary(scope, values, type_of(scope, values, depth + 1))
        case Union(variants):
            return either(type_of(scope, each, depth + 1) for each in variants)
        case Object():
            return "Record<string, unknown>"
        case Anything():
            return "unknown"


def _dictionary(scope: Scope, values: Schema, kind: Node) -> Node:
    """A `Record`, which cannot be part of what an alias stands for: then an index signature."""
    named = [scope.api.schemas[name].type for name in references(values)]
    if any(not isinstance(each, Object | Enumeration) for each in named):
        return typed([("[key: string]", kind)])
    return generic("Record", ["string", kind])


def _reference(scope: Scope, name: str, depth: int) -> Node:
    target = scope.api.schemas[name]
    if name not in scope.names.named:
        return type_of(scope, target, depth + 1)
    local = type_name(scope, name)
    return Alternatives((local, "null")) if target.nullable else local


def type_name(scope: Scope, schema: str) -> str:
    """What the type of a named schema is called here."""
    place = scope.names.types[schema]
    if place.module == scope.module:
        return place.name
    return scope.imports.type(types_file(scope, place.module), place.name)


def types_file(scope: Scope, module: str) -> str:
    """Where a types module is, seen from here."""
    return f"./{module}.ts" if scope.module else f"{scope.root}types/{module}.ts"


def array_of(item: Node) -> Node:
    """A list of `item`."""
    simple = isinstance(item, str) and "&" not in item and not item.startswith(("{", "["))
    return f"{item}[]" if simple else generic("Array", [item])


def either(found: Iterable[Node]) -> Node:
    """The union of types, each once; null last, and all of it unknown where one is."""
    parts: dict[str, Node] = {}
    for node in found:
        for part in node.members if isinstance(node, Alternatives) else (node,):
            parts.setdefault(flat(part), part)
    if "unknown" in parts:
        return "unknown"
    null = parts.pop("null", None)
    listed = [*parts.values(), *([null] if null is not None else [])]
    return listed[0] if len(listed) == 1 else Alternatives(tuple(listed)) if listed else "unknown"


def enumeration(kind: Enumeration) -> Node:
    """The values that are known, and any other of their kind: enumerations stay open."""
    values = [value for value in kind.values if not isinstance(value, bool)]
    open_ended = [
        f"({name} & {{}})"
        for name, types in (("string", str), ("number", (int, float)))
        if any(isinstance(value, types) for value in values)
    ]
    booleans = ["boolean"] if len(values) < len(kind.values) else []
    return either([*map(literal, values), *booleans, *open_ended])


def literal(value: str | int | float | bool | None) -> str:
    """A plain value as a literal type, or as an expression."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case float() if not math.isfinite(value):
            return "Number.NaN" if math.isnan(value) else "Number.POSITIVE_INFINITY"
        case _:
            return repr(int(value) if value == int(value) and abs(value) < 2**53 else value)
