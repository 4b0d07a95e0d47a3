"""How much work it is to validate a value: schemas that combine others multiply it.

Ten lines of `allOf: [A, A]` inside one another are a thousand validations, thirty are a billion,
which no validator comes to the end of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from generator.document.node import Node
from generator.document.specification import Specification

MOST: Final = 1_000_000
"""How many times schemas may be applied to the parts of one value."""

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_ONES: Final = ("not", "if", "then", "else")
_LOOKED_AT: Final = 200_000
_DEEPEST: Final = 400

Pair = tuple[str, str, str]


class Effort(Struct):
    """Estimates the work for values of one description, at most `MOST` + 1."""

    specification: Specification

    def is_too_much(self, schema: Node, value: Any) -> bool:
        """Whether validating the value would take more than `MOST` steps."""
        try:
            return self._count(schema, value, "", {}, 0) > MOST
        except _TooLargeError:
            return True

    def _count(
        self, schema: Node, value: Any, at: str, counted: dict[Pair, int], depth: int
    ) -> int:
        key = (schema.document.file, schema.pointer, at)
        if key in counted:
            return counted[key]
        if len(counted) > _LOOKED_AT or depth > _DEEPEST:
            raise _TooLargeError
        counted[key] = 0
        total = 1
        for inner, part, where in self._applied(schema, value, at):
            total += self._count(inner, part, where, counted, depth + 1)
            if total > MOST:
                raise _TooLargeError
        counted[key] = total
        return total

    def _applied(self, schema: Node, value: Any, at: str) -> Iterator[tuple[Node, Any, str]]:
        """The schemas that a schema applies, each with the part of the value it applies to."""
        if isinstance(schema.mapping.get("$ref"), str):
            target = self.specification.target(schema.document, schema.mapping["$ref"])
            if target is not None:
                yield target, value, at
        for keyword in _LISTS:
            listed = schema.get(keyword)
            for member in listed.elements() if listed else ():
                yield member, value, at
        for keyword in _ONES:
            member_ = schema.get(keyword)
            if member_ is not None:
                yield member_, value, at
        dependent = schema.get("dependentSchemas")
        for _, member in dependent.items() if dependent else ():
            yield member, value, at
        if isinstance(value, dict):
            yield from _members(schema, value, at)
        elif isinstance(value, list):
            yield from _elements(schema, value, at)


class _TooLargeError(Exception):
    """There is more than is counted."""


def _members(schema: Node, value: dict[str, Any], at: str) -> Iterator[tuple[Node, Any, str]]:
    properties = schema.get("properties")
    others = [schema.get(word) for word in ("additionalProperties", "unevaluatedProperties")]
    patterns = schema.get("patternProperties")
    for name, part in value.items():
        where = f"{at}/{name}"
        known = properties.get(name) if properties else None
        if known is not None:
            yield known, part, where
        for other in others:
            if other is not None:
                yield other, part, where
        for _, pattern in patterns.items() if patterns else ():
            yield pattern, part, where


def _elements(schema: Node, value: list[Any], at: str) -> Iterator[tuple[Node, Any, str]]:
    prefix = schema.get("prefixItems")
    firsts = list(prefix.elements()) if prefix else []
    others = [schema.get(word) for word in ("items", "contains", "unevaluatedItems")]
    for index, part in enumerate(value):
        where = f"{at}/{index}"
        if index < len(firsts):
            yield firsts[index], part, where
        for other in others:
            if other is not None:
                yield other, part, where
