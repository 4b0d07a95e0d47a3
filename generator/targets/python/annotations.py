"""Schemas as Python annotations."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from generator.targets.python.imports import Imports
from generator.targets.python.names import Names
from generator.targets.python_source import literal

VALUES = "_runtime.values"
UNIONS = "_runtime.unions"
OPEN_OBJECTS = "_runtime.open_objects"
BODIES = "_runtime.bodies"

_KIND_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_NULL = frozenset({"null"})
_DEEPEST = 40


class Scope(Struct, frozen=True):
    """Where an annotation stands.

    `module` is the types module that is being written, if it is one. `shadowed` are builtins whose
    names mean something else here. `sending` asks for the abstract types that arguments take.
    `undefined` are schemas whose names mean nothing yet where the annotation is evaluated.
    """

    api: Api
    names: Names
    imports: Imports
    module: str = ""
    shadowed: frozenset[str] = frozenset()
    sending: bool = False
    undefined: frozenset[str] = frozenset()

    def runtime(self, module: str, name: str) -> str:
        """What a name of the runtime is called here."""
        return self.imports.name(f"..{module}", name)

    def builtin(self, name: str) -> str:
        """What a builtin is called here."""
        if name not in self.shadowed:
            return name
        return f"{self.imports.module('builtins', 'builtins')}.{name}"


def is_named(schema: Schema) -> bool:
    """Whether a named schema becomes a class or an alias; others are written where they stand."""
    return isinstance(schema.type, Object | Enumeration | Union)


def annotation(scope: Scope, schema: Schema, depth: int = 0) -> str:
    """The type of a value of `schema`."""
    plain = _bare(scope, schema, depth)
    optional = schema.nullable and not plain.endswith(("None", "Any"))
    return f"{plain} | None" if optional else plain


def or_unset(text: str, unset: str) -> str:
    """An annotation that also allows `UNSET`; `None` stays last."""
    if text.endswith(" | None"):
        return f"{text.removesuffix(' | None')} | {unset} | None"
    return f"{text} | {unset}"


def any_type(scope: Scope) -> str:
    """`Any`."""
    return scope.imports.name("typing", "Any")


def _bare(scope: Scope, schema: Schema, depth: int) -> str:  # noqa: PLR0911  one case a kind
    if depth > _DEEPEST:
        return any_type(scope)
    match schema.type:
        case Reference(name):
            return _reference(scope, name, depth)
        case Scalar(kind, form):
            return _scalar(scope, kind, form)
        case Enumeration():
            return enumeration(scope, schema.type)
        case Constant(value):
            return _constant(scope, value)
        case Array(items, prefix):
            sequence = scope.imports.name("collections.abc", "Sequence") if scope.sending else ""
            closed = len(prefix) == schema.limits.max_items
            several = (*prefix, *(() if closed else (items,)))
            inner = annotation(scope, items, depth + 1)
            if prefix:
                inner = union(scope, several, depth)
            return f"{sequence or scope.builtin('list')}[{inner}]"
        case Dictionary(values):
            mapping = scope.imports.name("collections.abc", "Mapping") if scope.sending else ""
            inner = annotation(scope, values, depth + 1)
            return f"{mapping or scope.builtin('dict')}[{scope.builtin('str')}, {inner}]"
        case Union(variants):
            return union(scope, variants, depth)
        case Object():
            return f"{scope.builtin('dict')}[{scope.builtin('str')}, {any_type(scope)}]"
        case Anything():
            return any_type(scope)


def _reference(scope: Scope, name: str, depth: int) -> str:
    target = scope.api.schemas[name]
    if name in scope.undefined:
        return any_type(scope)
    if not is_named(target):
        return annotation(scope, target, depth + 1)
    place = scope.names.types[name]
    local = place.name
    if place.module != scope.module:
        prefix = "." if scope.module else "..types."
        local = scope.imports.name(prefix + place.module, place.name)
    return f"{local} | None" if target.nullable else local


def _scalar(scope: Scope, kind: str, form: str | None) -> str:
    if kind == "string" and form in {"date-time", "date"}:
        name = "datetime" if form == "date-time" else "date"
        return f"{scope.imports.module('datetime', 'dt')}.{name}"
    return scope.builtin(_KIND_TYPES[kind])


def enumeration(scope: Scope, kind: Enumeration) -> str:
    """The values that are known, and any other of their kind: enumerations stay open."""
    kinds = {type(value) for value in kind.values}
    if kinds in ({str}, {int}):
        base = scope.builtin("str" if kinds == {str} else "int")
        values = ", ".join(literal(value) for value in kind.values)
        return f"{scope.imports.name('typing', 'Literal')}[{values}] | {base}"
    names = ("bool", "int", "float", "str")
    present = [
        n for n in names if {"bool": bool, "int": int, "float": float, "str": str}[n] in kinds
    ]
    return " | ".join(scope.builtin(name) for name in present)


def _constant(scope: Scope, value: str | int | float | bool | None) -> str:
    match value:
        case None:
            return "None"
        case bool() | float():
            return scope.builtin(type(value).__name__)
        case _:
            return enumeration(scope, Enumeration((value,), "mixed"))


def union(scope: Scope, variants: Sequence[Schema], depth: int = 0) -> str:
    """The variants, where JSON alone tells them apart; else what they have in common."""
    kinds = [json_kinds(scope.api, variant) - _NULL for variant in variants]
    if any("any" in kind or "open" in kind for kind in kinds):
        return any_type(scope)
    found: dict[str, None] = {}
    for variant, kind in zip(variants, kinds, strict=True):
        clashes = sum(bool(kind & other) for other in kinds) > 1
        text = _common(scope, kind) if clashes else annotation(scope, variant, depth + 1)
        found[f"{text} | None" if clashes and allows_null(scope.api, variant) else text] = None
    members = dict.fromkeys(part for text in found for part in _parts(text))
    return " | ".join(sorted(members, key=lambda member: member == "None"))


def _parts(text: str) -> list[str]:
    """The members of a union that is written out; brackets hold unions of their own."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [*parts, current.strip()]


def _common(scope: Scope, kinds: frozenset[str]) -> str:
    text, item = scope.builtin("str"), any_type(scope)
    wide = {
        "string": text,
        "number": f"{scope.builtin('int')} | {scope.builtin('float')}",
        "boolean": scope.builtin("bool"),
        "array": f"{scope.builtin('list')}[{item}]",
        "object": f"{scope.builtin('dict')}[{text}, {item}]",
    }
    return " | ".join(wide[kind] for kind in wide if kind in kinds)


def is_open_union(api: Api, schema: Schema) -> bool:
    """Whether the variants are not told apart by JSON alone, so that decoding has to choose."""
    if not isinstance(schema.type, Union):
        return False
    kinds = [json_kinds(api, variant) - _NULL for variant in schema.type.variants]
    if any("any" in kind for kind in kinds):
        return False
    total = sum(len(kind) for kind in kinds)
    merged = frozenset().union(*kinds)
    simple = not merged & {"object", "array", "open"}
    return "open" in merged or (len(merged) < total and not simple)


def allows_null(api: Api, schema: Schema) -> bool:
    """Whether a value of `schema` may be null."""
    return "null" in json_kinds(api, schema)


def json_kinds(api: Api, schema: Schema) -> frozenset[str]:
    """What a value of `schema` can be in JSON: `string`, `number`, …, `any`, or `open`."""
    return _json_kinds(api, schema, {})


def _json_kinds(  # noqa: PLR0911  one case a kind
    api: Api, schema: Schema, known: dict[str, frozenset[str]]
) -> frozenset[str]:
    """The same; `known` are those of named schemas, which unions may refer to again and again."""
    null = frozenset({"null"}) if schema.nullable else frozenset[str]()
    match schema.type:
        case Reference(name):
            if name not in known:
                known[name] = frozenset({"open"})
                known[name] = _json_kinds(api, api.schemas[name], known)
            return known[name] | null
        case Scalar(kind):
            return null | {"number" if kind == "integer" else kind}
        case Enumeration(values):
            return null.union(*(_kind_of(value) for value in values))
        case Constant(value):
            return _kind_of(value)
        case Array():
            return null | {"array"}
        case Object(extensible=True):
            return null | {"open"}
        case Object() | Dictionary():
            return null | {"object"}
        case Union(variants):
            kinds = [_json_kinds(api, variant, known) for variant in variants]
            merged = null.union(*kinds)
            alone = sum(len(kind - _NULL) for kind in kinds)
            if "any" not in merged and len(merged - _NULL) < alone:
                return merged | {"open"} if merged & {"object", "array", "open"} else merged
            return merged
        case Anything():
            return frozenset({"any"})


def _kind_of(value: str | int | float | bool | None) -> frozenset[str]:
    match value:
        case None:
            return frozenset({"null"})
        case bool():
            return frozenset({"boolean"})
        case str():
            return frozenset({"string"})
        case _:
            return frozenset({"number"})
