"""A schema as one object: its references followed, its `allOf` merged into it, branches chosen.

What is merged may be wider than what was meant (two patterns are not one): values made from it are
proposals, which the validator of the original decides on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import lcm
from typing import Any, Final

from generator.targets.server.runtime.document import Document

Flat = dict[str, Any]

_HIGHEST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWEST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_ILLUSTRATIONS: Final = ("examples", "default")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "string": ("pattern", "format", "minLength", "maxLength", "contentEncoding"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class ImpossibleError(Exception):
    """No value is found for a schema here; another branch may have one."""


def flat(document: Document, schema: Any) -> tuple[Flat, tuple[str, ...]]:
    """The schema without `$ref` and `allOf` at its top, and the references that were followed.

    Raises ImpossibleError where nothing is valid.
    """
    followed: dict[str, None] = {}
    return _flat(document, schema, followed), tuple(followed)


def _flat(document: Document, schema: Any, followed: dict[str, None]) -> Flat:
    if schema is False:
        raise ImpossibleError
    if not isinstance(schema, Mapping):
        return {}
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    merged: Flat = own
    pointer = schema.get("$ref")
    if isinstance(pointer, str) and pointer not in followed:
        followed[pointer] = None
        try:
            target = document.at(pointer.removeprefix("#"))
        except (KeyError, IndexError, ValueError, TypeError):
            target = {}
        merged = merge(own, _flat(document, target, followed))
    listed = schema.get("allOf")
    parts = listed if isinstance(listed, list) else []
    for part in parts:
        inner = _flat(document, part, followed)
        if len(parts) > 1 or "properties" in own:
            inner = {key: value for key, value in inner.items() if key not in _ILLUSTRATIONS}
        merged = merge(merged, inner)
    return merged


def merge(one: Flat, other: Flat) -> Flat:
    """What both say. Raises ImpossibleError where they contradict each other."""
    merged = dict(one)
    for key, value in other.items():
        merged[key] = _both(key, merged[key], value) if key in merged else value
    return merged


def _both(key: str, one: Any, other: Any) -> Any:
    if one == other or key not in _RULES:
        return one
    return _RULES[key](one, other)


def _contradiction(_one: Any, _other: Any) -> Any:
    raise ImpossibleError


def _members(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, **{name: _and(one.get(name, True), other[name]) for name in other}}


def _all_names(one: list[str], other: list[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _common_multiple(one: Any, other: Any) -> Any:
    """The least one of whole numbers; of others the validator will say."""
    return lcm(one, other) if isinstance(one, int) and isinstance(other, int) else one


def _and(one: Any, other: Any) -> Any:
    return other if one is True else one if other in (True, one) else {"allOf": [one, other]}


def _common_types(one: Any, other: Any) -> Any:
    first, second = types_of({"type": one}), types_of({"type": other})
    common = [name for name in first if name in second]
    if {"number", "integer"} <= {*first, *second}:
        common.append("integer")
    if not common:
        raise ImpossibleError
    return list(dict.fromkeys(common))


def _common_values(one: list[Any], other: list[Any]) -> list[Any]:
    common = [value for value in one if value in other]
    if not common:
        raise ImpossibleError
    return common


_RULES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(_HIGHEST, max),
    **dict.fromkeys(_LOWEST, min),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _members),
    **dict.fromkeys(("items", "additionalProperties", "contains", "propertyNames"), _and),
    "type": _common_types,
    "enum": _common_values,
    "const": _contradiction,
    "required": _all_names,
    "multipleOf": _common_multiple,
    "uniqueItems": max,
}
"""How a keyword that is said twice is merged; of any other the first is kept."""


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The types that a schema names, null last; where it names none, what its keywords speak of."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list) and declared:
        return sorted(declared, key="null".__eq__)
    spoken_of = [kind for kind, words in _KINDS.items() if any(word in schema for word in words)]
    return spoken_of or ["string"]
