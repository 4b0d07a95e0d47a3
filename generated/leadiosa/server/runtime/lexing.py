"""Text to values, strictly: what JSON calls a number or a boolean, and nothing else.

Python's `int()` also takes `1_0`, ` 5`, `+5` and the digits of every script; a query must not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .document import Document

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})", re.ASCII)
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
BOOLEANS = {"true": True, "false": False}
TYPES = ("integer", "number", "boolean", "string")


class LexError(ValueError):
    """The text is none of the types that it may be; the message says which those are."""


def lex(text: str, types: Sequence[str]) -> str | int | float | bool:
    """The value that `text` stands for, trying `types` in their order.

    No text is null: a parameter that is null is one that is not sent.
    """
    for name in types:
        if name == "string":
            return text
        if name == "boolean" and text in BOOLEANS:
            return BOOLEANS[text]
        if name in {"integer", "number"} and INTEGER.fullmatch(text):
            return int(text)
        if name == "number" and NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    wanted = " or ".join({"integer": "an integer"}.get(name, f"a {name}") for name in types)
    raise LexError(f"must be {wanted}")


def lexical_types(document: Document, schema: Any) -> tuple[str, ...]:
    """The primitive types a schema allows, in the order to try them; a string where it is open."""
    found = _types(document, schema, frozenset())
    types = tuple(name for name in TYPES if name in found)
    return types or ("string",)


def _types(document: Document, schema: Any, seen: frozenset[str]) -> set[str]:
    if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        pointer = schema["$ref"]
        return set(TYPES) if pointer in seen else _target(document, pointer, seen)
    if not isinstance(schema, Mapping):
        return set(TYPES)
    declared = schema.get("type")
    if declared is not None:
        return {declared} if isinstance(declared, str) else set(declared)
    if "const" in schema or "enum" in schema:
        return {_type_of(value) for value in schema.get("enum", [schema.get("const")])}
    return _composed_types(document, schema, seen)


def _target(document: Document, pointer: str, seen: frozenset[str]) -> set[str]:
    return _types(document, document.resolve({"$ref": pointer}), seen | {pointer})


def _composed_types(
    document: Document, schema: Mapping[str, Any], seen: frozenset[str]
) -> set[str]:
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return {name for part in schema[keyword] for name in _types(document, part, seen)}
    narrowed = set(TYPES)
    for part in schema.get("allOf", ()):
        narrowed &= _types(document, part, seen)
    return {"string"} if narrowed == set(TYPES) else narrowed


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case None:
            return "null"
        case _:
            return "string"
