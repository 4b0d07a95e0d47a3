"""A schema in the normal form → the Schema Object of OpenAPI 3.0.3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from generator.document.node import member_pointer

# OpenAPI 3.0.3 §4.7.24: what is carried as it is, what is read by a rule below, and what says
# nothing of which values are valid.
_CARRIED_NAMES: Final = """
    title multipleOf maximum minimum maxLength minLength pattern maxItems minItems uniqueItems
    maxProperties minProperties description format readOnly writeOnly externalDocs deprecated
"""
_READ_NAMES: Final = """
    type const enum required exclusiveMinimum exclusiveMaximum allOf anyOf oneOf not items
    properties additionalProperties discriminator default prefixItems patternProperties
"""
_SILENT_NAMES: Final = """
    $defs definitions $id $schema $anchor $dynamicAnchor $comment $vocabulary xml examples
    contentEncoding contentMediaType contentSchema
"""
_CARRIED: Final = frozenset(_CARRIED_NAMES.split())
_UNDERSTOOD: Final = _CARRIED.union(_READ_NAMES.split(), _SILENT_NAMES.split())
_BOUNDS: Final = (("exclusiveMinimum", "minimum", max), ("exclusiveMaximum", "maximum", min))
_NULL: Final = {"type": "null"}


class SchemaLowering(Struct, frozen=True):
    """`address` gives the lowered document's address for a `$ref`; the keywords that say something
    3.0 cannot are added to `lost`."""

    address: Callable[[str], str]
    lost: list[str]

    def lower(self, schema: Any, pointer: str) -> Any:
        """The schema in 3.0; nothing that 3.0 does not know is in it."""
        if not isinstance(schema, dict):
            return {} if schema is not False else {"not": {}}
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema, pointer)
        lowered = {
            key: value for key, value in schema.items() if key in _CARRIED or key.startswith("x-")
        }
        self._values(schema, lowered)
        self._bounds(schema, lowered)
        self._combinations(schema, lowered, pointer)
        self._members(schema, lowered, pointer)
        self._types(schema, lowered)
        _content(schema, lowered)
        if not _is_of_type(lowered.get("default"), lowered.get("type")):
            del lowered["default"]
        self.lost.extend(
            key for key in schema if key not in _UNDERSTOOD and not key.startswith("x-")
        )
        return lowered

    def _reference(self, schema: dict[str, Any], pointer: str) -> dict[str, Any]:
        reference = {"$ref": self.address(schema["$ref"])}
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        lowered = self.lower(siblings, pointer) if siblings else {}
        return (
            {**lowered, "allOf": [reference, *lowered.get("allOf", [])]} if lowered else reference
        )

    def _values(self, schema: dict[str, Any], lowered: dict[str, Any]) -> None:
        if "const" in schema:
            lowered["enum"] = [schema["const"]]
        elif isinstance(schema.get("enum"), list) and schema["enum"]:
            lowered["enum"] = _distinct(schema["enum"])
        required = schema.get("required")
        if isinstance(required, list) and required:
            lowered["required"] = _distinct(required)
        if schema.get("default") is not None:
            lowered["default"] = schema["default"]
        examples = schema.get("examples")
        if isinstance(examples, list) and examples:
            lowered["example"] = examples[0]
        discriminator = schema.get("discriminator")
        if isinstance(discriminator, dict) and "propertyName" in discriminator:
            lowered["discriminator"] = self._discriminator(discriminator)

    def _discriminator(self, discriminator: dict[str, Any]) -> dict[str, Any]:
        lowered = {"propertyName": discriminator["propertyName"]}
        mapping = discriminator.get("mapping")
        if isinstance(mapping, dict):
            lowered["mapping"] = {
                name: self.address(ref) if isinstance(ref, str) and "#" in ref else ref
                for name, ref in mapping.items()
            }
        return lowered

    def _bounds(self, schema: dict[str, Any], lowered: dict[str, Any]) -> None:
        for exclusive, inclusive, stricter in _BOUNDS:
            bound = schema.get(exclusive)
            if bound is None or isinstance(bound, bool) or not isinstance(bound, int | float):
                continue
            other = schema.get(inclusive, bound)
            if isinstance(other, int | float) and stricter(bound, other) == bound:
                lowered[inclusive] = bound
                lowered[exclusive] = True

    def _combinations(self, schema: dict[str, Any], lowered: dict[str, Any], pointer: str) -> None:
        if "not" in schema:
            lowered["not"] = self.lower(schema["not"], f"{pointer}/not")
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = schema.get(keyword)
            if not isinstance(branches, list) or not branches:
                continue
            kept = [
                self.lower(branch, f"{pointer}/{keyword}/{index}")
                for index, branch in enumerate(branches)
                if keyword == "allOf" or branch != _NULL
            ]
            if len(kept) < len(branches):
                lowered["nullable"] = True
            if len(kept) == 1 and lowered.get("nullable") and "$ref" not in kept[0]:
                for key, value in kept[0].items():
                    lowered.setdefault(key, value)
            elif len(kept) == 1 and keyword != "allOf":
                lowered.setdefault("allOf", []).extend(kept)
            elif kept:
                lowered[keyword] = [*lowered.get(keyword, []), *kept]

    def _members(self, schema: dict[str, Any], lowered: dict[str, Any], pointer: str) -> None:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            inside = f"{pointer}/properties"
            lowered["properties"] = {
                name: self.lower(member, member_pointer(inside, name))
                for name, member in properties.items()
            }
        additional = schema.get("additionalProperties")
        patterns = "patternProperties" in schema
        if patterns:
            self.lost.append("patternProperties")
        if isinstance(additional, bool):
            lowered["additionalProperties"] = additional or patterns
        elif isinstance(additional, dict):
            inside = f"{pointer}/additionalProperties"
            lowered["additionalProperties"] = patterns or self.lower(additional, inside)
        if "prefixItems" in schema:
            self.lost.append("prefixItems")
            lowered["items"] = {}
        elif "items" in schema:
            lowered["items"] = self.lower(schema["items"], f"{pointer}/items")

    def _types(self, schema: dict[str, Any], lowered: dict[str, Any]) -> None:
        declared = schema.get("type")
        names = [declared] if isinstance(declared, str) else declared
        if not isinstance(names, list):
            return
        names = _distinct([name for name in names if isinstance(name, str)])
        if "null" in names:
            lowered["nullable"] = True
            names.remove("null")
        if not names:
            lowered["enum"] = [None]
        elif len(names) == 1:
            lowered["type"] = names[0]
        elif "anyOf" not in lowered:
            lowered["anyOf"] = [_of_type(name, lowered) for name in names]
            self.lost.append("type")
        if "array" in names and len(names) == 1:
            lowered.setdefault("items", {})


def _of_type(name: str, lowered: dict[str, Any]) -> dict[str, Any]:
    return {"type": name, "items": lowered.pop("items", {})} if name == "array" else {"type": name}


def _content(schema: dict[str, Any], lowered: dict[str, Any]) -> None:
    """Encoded and raw bytes, which 3.0 calls `byte` and `binary`."""
    media_type = schema.get("contentMediaType")
    if schema.get("contentEncoding") in ("base64", "base64url"):
        lowered.setdefault("format", "byte")
    elif isinstance(media_type, str) and not media_type.startswith(("text/", "application/json")):
        lowered.setdefault("type", "string")
        lowered.setdefault("format", "binary")


def _is_of_type(default: Any, name: Any) -> bool:
    """Whether Connexion will take a default, which is not done with one of another type."""
    match default:
        case None:
            return True
        case bool():
            return name in (None, "boolean")
        case str():
            return name in (None, "string")
        case int() | float():
            return name in (None, "number", "integer")
        case list():
            return name in (None, "array")
        case _:
            return name in (None, "object")


def _distinct(values: list[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(_identity(value), value)
    return list(found.values())


def _identity(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True) + "\0"
