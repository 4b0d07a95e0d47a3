"""Shapes: the expressions that read and write the values of schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from generator.model import (
    Anything,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Reference,
    Scalar,
    Schema,
    Union,
    nested,
    references,
)
from generator.targets.definitions import elements
from generator.targets.typescript.expressions import Scope, types_file
from generator.targets.typescript.layout import Around, Node, call, members
from generator.targets.typescript.names import is_converted, is_renamed, member_names
from generator.targets.typescript.source import quoted

_SHAPES = "shapes"
_KINDS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_DEEPEST = 40
_JOINT = re.compile(r"(?!^)_+([a-z0-9])")


class Shapes(Struct, frozen=True):
    """Writes shapes in one module; `declared` are the schemas whose shapes stand above it."""

    scope: Scope
    declared: frozenset[str] = frozenset()

    def of(self, schema: Schema, depth: int = 0) -> Node:
        """The shape of a value of `schema`."""
        plain = self._bare(schema, depth)
        if not schema.nullable or self._is_any(schema):
            return plain
        return self._nullable(plain)

    def _is_any(self, schema: Schema) -> bool:
        """Whether the shape of a schema is `any`, which null fits as well."""
        match schema.type:
            case Object() | Anything():
                return True
            case Union(variants):
                return not any(self._converts(each) for each in variants)
            case Enumeration(values):
                return len({_KINDS_OF[type(value)] for value in values}) > 1
        return False

    def definition(self, schema: Schema) -> Node:
        """The shape of a named schema, where it is declared."""
        match schema.type:
            case Object(properties, additional):
                named = member_names(self.scope.names.fields, schema.type)
                found: dict[str, Node] = {}
                for prop in properties:
                    shape = self.of(prop.schema)
                    if camel_case(prop.name) != named[prop.name]:
                        shape = self._call("named", quoted(named[prop.name]), shape)
                    found[prop.name] = shape if prop.always_read else self._call("optional", shape)
                rest = [self.of(additional)] if additional and self._converts(additional) else []
                return self._call("object", members(found), *rest)
            case Union(variants, told) if told is not None:
                shapes = {tag: self.of(variants[at]) for tag, at in told.mapping.items()}
                return self._call("union", quoted(told.property), members(shapes))
        return self._bare(schema, 0)

    def _bare(self, schema: Schema, depth: int) -> Node:  # noqa: PLR0911  one case a kind
        if depth > _DEEPEST:
            return self._word("any")
        match schema.type:
            case Reference(name):
                return self._reference(name, depth)
            case Scalar("string", "date-time"):
                return self._word("date")
            case Scalar(kind):
                return self._word(_KINDS[kind])
            case Enumeration(values):
                return self._plain(values)
            case Constant(value):
                return self._plain([value])
            case Array():
                return self._call("array", self._first(elements(schema), depth + 1))
            case Dictionary(values):
                return self._call("record", self.of(values, depth + 1))
            case Union(variants):
                return self._first(variants, depth + 1)
            case Object() | Anything():
                return self._word("any")

    def _reference(self, name: str, depth: int) -> Node:
        target = self.scope.api.schemas[name]
        if not has_shape(self.scope, name):
            return self.of(target, depth + 1)
        place = self.scope.names.types[name]
        if place.module != self.scope.module:
            shape: Node = self.scope.imports.value(
                types_file(self.scope, place.module), place.shape
            )
        else:
            shape = place.shape if name in self.declared else f"() => {place.shape}"
        return self._nullable(shape) if target.nullable else shape

    def _first(self, variants: Iterable[Schema], depth: int) -> Node:
        """The shape of the variant that fits; anything, where none changes its values."""
        listed = list(variants)
        if len(listed) == 1:
            return self.of(listed[0], depth)
        if not any(self._converts(each) for each in listed):
            return self._word("any")
        return self._call("oneOf", *(self.of(each, depth) for each in listed))

    def _plain(self, values: Iterable[object]) -> Node:
        kinds = {_KINDS_OF[type(value)] for value in values}
        return self._word(kinds.pop() if len(kinds) == 1 else "any")

    def _converts(self, schema: Schema) -> bool:
        return converts(self.scope, schema)

    def _nullable(self, shape: Node) -> Node:
        """A shape that may be null, which is said once."""
        word = self._word("nullable")
        return shape if isinstance(shape, Around) and shape.before == word else call(word, [shape])

    def _word(self, name: str) -> str:
        return self.scope.value(_SHAPES, name)

    def _call(self, name: str, *given: Node) -> Node:
        return call(self._word(name), given)


_KINDS_OF = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "any",
}


def camel_case(name: str) -> str:
    """What the runtime calls a member where its shape does not say."""
    return _JOINT.sub(lambda match: match[1].upper(), name)


def has_shape(scope: Scope, name: str) -> bool:
    """Whether a named schema's shape is declared once, with its type."""
    kind = scope.api.schemas[name].type
    return name in scope.names.named and not isinstance(kind, Enumeration)


def converts(scope: Scope, schema: Schema) -> bool:
    """Whether a value of `schema` is not the same in TypeScript as on the wire."""
    here = any(is_converted(scope.names.fields, each) for each in nested(schema))
    return here or not scope.names.converted.isdisjoint(references(schema))


def renames(scope: Scope, schema: Schema) -> bool:
    """Whether a member in a value of `schema`, at any depth, is not called as on the wire."""
    here = any(is_renamed(scope.names.fields, each) for each in nested(schema))
    return here or not scope.names.renamed.isdisjoint(references(schema))


def ordered(scope: Scope, schemas: Iterable[str]) -> list[str]:
    """The schemas of one module, each after those that it refers to where there is no circle."""
    inside = dict.fromkeys(schemas)
    begun, found = set[str](), list[str]()
    waiting = [(name, False) for name in reversed(inside)]
    while waiting:
        name, done = waiting.pop()
        if done:
            found.append(name)
        elif name not in begun:
            begun.add(name)
            waiting.append((name, True))
            needed = [each for each in scope.api.references[name] if each in inside]
            waiting.extend((each, False) for each in reversed(needed) if each not in begun)
    return found
