"""A schema as one set of keywords: references followed, `allOf` flattened, parts laid together.

JSON Schema says what a value must satisfy, in as many places as its author likes; a type is one
thing. Parts are in the order base first, own keywords last: for what can be said once (`title`,
`format`, `pattern`) the outermost part decides, bounds are the tightest of all, members are those
of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

from generator.document import Node
from generator.model.schema import Limits, PayloadLimit

Place = tuple[str, str]

UNIONS = ("oneOf", "anyOf")
# What makes a type out of a schema; every other keyword only narrows or describes it.
SHAPE = frozenset(
    {
        *("type", "enum", "const", "properties", "patternProperties", "additionalProperties"),
        *("required", "items", "prefixItems", "allOf", "anyOf", "oneOf", "$ref", "$dynamicRef"),
        *("contentMediaType", "contentEncoding", "unevaluatedProperties", "format"),
    }
)
_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_MATERIAL = frozenset(
    {
        *("enum", "const", "properties", "patternProperties", "additionalProperties"),
        *("required", "items", "prefixItems"),
    }
)
_IMPLIED = (
    ("object", ("properties", "patternProperties", "additionalProperties", "required")),
    ("object", ("minProperties", "maxProperties", "propertyNames", "unevaluatedProperties")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    ("string", ("format", "pattern", "minLength", "maxLength", "contentMediaType")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)
_BOUNDS = {
    "minimum": ("minimum", max),
    "maximum": ("maximum", min),
    "exclusive_minimum": ("exclusiveMinimum", max),
    "exclusive_maximum": ("exclusiveMaximum", min),
    "multiple_of": ("multipleOf", max),
    "min_length": ("minLength", max),
    "max_length": ("maxLength", min),
    "min_items": ("minItems", max),
    "max_items": ("maxItems", min),
    "min_properties": ("minProperties", max),
    "max_properties": ("maxProperties", min),
}
LIMITING = frozenset(keyword for keyword, _ in _BOUNDS.values()) | {"pattern", "uniqueItems"}
NO_LIMITS = Limits()


def place(node: Node) -> Place:
    """What identifies a value: its file and JSON Pointer."""
    return (node.document.file, node.pointer)


def is_number(value: object) -> bool:
    """Whether a JSON value is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Merged(Struct, frozen=True):
    """The parts of one schema, base first. Every part is a mapping."""

    parts: tuple[Node, ...]
    impossible: bool = False

    def keyword(self, name: str) -> Node | None:
        """The value of a keyword, as the outermost part that has it says."""
        for part in reversed(self.parts):
            if name in part.value:
                return part.get(name)
        return None

    def value(self, name: str, default: Any = None) -> Any:
        """The plain value of a keyword."""
        for part in reversed(self.parts):
            if name in part.value:
                return part.value[name]
        return default

    def values(self) -> Mapping[str, Any]:
        """The plain value of every keyword, as the outermost part that has it says."""
        if len(self.parts) == 1:
            return cast(Mapping[str, Any], self.parts[0].value)
        return {name: value for part in self.parts for name, value in part.value.items()}

    def text(self, name: str) -> str:
        """The string that a keyword holds, or an empty one."""
        value = self.value(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Whether any part sets the keyword to true."""
        return any(part.value.get(name) is True for part in self.parts)

    def types(self) -> list[str]:
        """The declared types that all parts allow, without `null`; empty where none is declared."""
        allowed: list[str] | None = None
        for part in self.parts:
            declared = declared_types(part)
            if not declared:
                continue
            if allowed is None:
                allowed = declared
            else:
                both = [name for name in allowed if _accepts(declared, name)]
                both += [name for name in declared if name not in both and _accepts(allowed, name)]
                allowed = both or declared
        found = [name for name in allowed or () if name != "null"]
        if "number" in found and "integer" in found:
            found.remove("integer")
        return found

    def only_null(self) -> bool:
        """Whether `null` is the only value that the schema declares."""
        return any(map(is_null, self.parts))

    def implied_type(self) -> str:
        """The type that undeclared schemas speak of by the keywords they use, or none."""
        for name, keywords in _IMPLIED:
            if not all(part.value.keys().isdisjoint(keywords) for part in self.parts):
                return name
        return ""

    def enumerated(self) -> list[Any] | None:
        """The values that `enum` and `const` of all parts allow, in order; None where absent."""
        allowed: list[Any] | None = None
        for part in self.parts:
            if isinstance(part.value.get("enum"), list) and part.value["enum"]:
                listed = part.value["enum"]
            elif "const" in part.value:
                listed = [part.value["const"]]
            else:
                continue
            if allowed is not None:
                keys = {_identity(value) for value in listed}
                listed = [value for value in allowed if _identity(value) in keys] or listed
            allowed = listed
        return allowed

    def members(self, keyword: str) -> dict[str, list[Node]]:
        """The schemas under each name of `properties` or `patternProperties`, of all parts."""
        found: dict[str, list[Node]] = {}
        for part in self.parts:
            holder = part.get(keyword)
            for name, node in holder.items() if holder else ():
                found.setdefault(str(name), []).append(node)
        return found

    def has_members(self) -> bool:
        """Whether any part has `properties`."""
        return any(bool(holder.mapping) for holder in self.all("properties"))

    def required(self) -> dict[str, None]:
        """The names that any part requires, in order."""
        names: dict[str, None] = {}
        for part in self.parts:
            listed = part.value.get("required")
            if isinstance(listed, list):
                names.update(dict.fromkeys(name for name in listed if isinstance(name, str)))
        return names

    def all(self, keyword: str) -> list[Node]:
        """The value of a keyword in each part that has it."""
        return [node for part in self.parts if (node := part.get(keyword)) is not None]

    def unions(self) -> list[Node]:
        """Each `oneOf` and `anyOf` of at least one variant that is not `null`, of all parts."""
        return [
            node
            for part in self.parts
            for keyword in UNIONS
            if keyword in part.value
            if (node := part.get(keyword)) is not None and len(variants(node)) > 1
        ]

    def limits(self) -> Limits:
        """The bounds of all parts, the tightest of each."""
        return limits(self.parts)


def limits(parts: tuple[Node, ...]) -> Limits:
    """The bounds that schemas set together."""
    if all(LIMITING.isdisjoint(part.value) for part in parts):
        return NO_LIMITS
    found: dict[str, Any] = {}
    for part in parts:
        for field, (keyword, tightest) in _BOUNDS.items():
            value = part.value.get(keyword)
            if is_number(value):
                found[field] = tightest(found[field], value) if field in found else value
        if isinstance(part.value.get("pattern"), str):
            found["pattern"] = part.value["pattern"]
        if part.value.get("uniqueItems") is True:
            found["unique_items"] = True
    return Limits(**found)


def payload_limits(node: Node | None) -> tuple[PayloadLimit, ...]:
    """The entries of `x-payload-limits`; what lint would refuse is left out."""
    if node is None:
        return ()
    return tuple(
        PayloadLimit(tuple(map(str, entry["fields"])), entry["maximum"], entry["unit"])
        for entry in (element.mapping for element in node.elements())
        if isinstance(entry.get("fields"), list)
        and isinstance(entry.get("maximum"), int)
        and entry.get("unit") in ("bytes", "characters")
    )


def is_combined(node: Node) -> bool:
    """Whether a schema is made of others."""
    return not _COMBINING.isdisjoint(node.mapping)


def variants(union: Node) -> list[Node]:
    """The schemas of a `oneOf` or `anyOf`, without those that stand for `null`."""
    return [node for node in union.elements() if not is_null(node)]


def is_null(node: Node) -> bool:
    """Whether a schema allows `null` and nothing else."""
    schema = node.mapping
    if schema.get("type") in ("null", ["null"]):
        return True
    return schema.get("enum") == [None] or ("const" in schema and schema["const"] is None)


def is_material(part: Node) -> bool:
    """Whether a schema gives its values a shape of its own, beyond naming their type."""
    return not _MATERIAL.isdisjoint(part.mapping)


def without(node: Node, *keywords: str) -> Node:
    """The same schema at the same place, without some keywords."""
    kept = {key: value for key, value in node.mapping.items() if key not in keywords}
    return Node(node.document, node.pointer, kept)


def declared_types(node: Node) -> list[str]:
    """The types that the schema itself declares."""
    declared = node.mapping.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list):
        return [name for name in declared if isinstance(name, str)]
    return []


def _accepts(types: list[str], name: str) -> bool:
    return name in types or (name == "integer" and "number" in types)


def _identity(value: Any) -> tuple[str, str]:
    """What makes a JSON value itself: `1`, `true` and `"1"` are three, whatever Python says."""
    return (type(value).__name__, repr(value))
