"""A document of OpenAPI 3.0 → the same in 3.1, as the migration guide of the OAI says.

Written apart from what the toolkit does, which is compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("items", "not", "additionalProperties")
_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_DATA = frozenset({"default", "enum", "example", "examples", "value"})
"""Keys of the document under which there is data, and nothing to convert."""


def to_3_1(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document, converted."""
    converted: dict[str, Any] = _object(document, "")
    return {**converted, "openapi": "3.1.0"}


def _object(value: Any, key: str) -> Any:
    """Any object of the document: the schemas that are in it are found by their keys."""
    if isinstance(value, list):
        return [_object(each, "") for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _member(name, member, key) for name, member in value.items()}


def _member(name: str, value: Any, holder: str) -> Any:
    named = holder in ("schemas", "examples", "paths", "responses", "content", "callbacks")
    if holder == "schemas":
        return _schema(value)
    if named:
        return _object(value, "")
    if name == "schema":
        return _schema(value)
    if name in _DATA or name.startswith("x-"):
        return value
    return _object(value, name)


def _schema(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    found = {name: _keyword(name, value) for name, value in schema.items()}
    for exclusive, inclusive in _BOUNDS:
        if found.get(exclusive) is True and inclusive in found:
            found[exclusive] = found.pop(inclusive)
        elif isinstance(found.get(exclusive), bool):
            del found[exclusive]
    if "example" in found:
        found["examples"] = [found.pop("example")]
    if found.get("format") == "byte":
        found["contentEncoding"] = "base64"
        del found["format"]
    elif found.get("format") == "binary":
        found["contentMediaType"] = "application/octet-stream"
        del found["format"]
    return _nullable(found)


def _keyword(name: str, value: Any) -> Any:
    if name in _MAPS and isinstance(value, dict):
        return {key: _schema(member) for key, member in value.items()}
    if name in _LISTS and isinstance(value, list):
        return [_schema(each) for each in value]
    return _schema(value) if name in _SINGLE else value


def _nullable(schema: dict[str, Any]) -> Any:
    """The type `null`, where it is allowed; 3.0 gives `nullable` a meaning beside `type` alone.

    Those who write it beside `oneOf`, `anyOf` or `allOf` mean the same.
    """
    if schema.pop("nullable", False) is not True:
        return schema
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        return schema
    for keyword in ("anyOf", "oneOf"):
        if isinstance(schema.get(keyword), list):
            schema[keyword] = [*schema[keyword], {"type": "null"}]
            return schema
    if isinstance(schema.get("allOf"), list):
        parts = {"allOf": schema.pop("allOf")}
        schema["anyOf"] = [parts, {"type": "null"}]
    return schema
