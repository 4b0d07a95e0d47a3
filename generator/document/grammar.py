"""Which objects an OpenAPI description is made of, and where each may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct

from generator.document.node import member_pointer


class Place(Struct, frozen=True):
    """An object of a description: what it is (`schema`, `parameter`, …), where, and its value.

    The value is a mapping wherever `walk` leads; `children` gives whatever is there.
    """

    kind: str
    pointer: str
    value: Any


class _One(NamedTuple):
    kind: str


class _Each(NamedTuple):
    """A sequence of objects of one kind."""

    kind: str


class _Named(NamedTuple):
    """A map from names to objects of one kind. In some maps, `x-` names are extensions."""

    kind: str
    extensible: bool = False


_Field = _One | _Each | _Named

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fixed fields of a Path Item that hold an operation; `query` is OpenAPI 3.2's."""

_SCHEMA, _SCHEMAS, _SCHEMA_MAP = _One("schema"), _Each("schema"), _Named("schema")
_CONTENT, _EXAMPLES, _HEADERS = _Named("mediaType"), _Named("example"), _Named("header")
_PARAMETER: Final[Mapping[str, _Field]] = {
    "schema": _SCHEMA,
    "content": _CONTENT,
    "examples": _EXAMPLES,
}
_ENCODING: Final[Mapping[str, _Field]] = {
    "encoding": _Named("encoding"),
    "prefixEncoding": _Each("encoding"),
    "itemEncoding": _One("encoding"),
}

# OpenAPI 3.1 §4.8 and JSON Schema 2020-12 (core §10, validation §8), with what 3.2 adds.
GRAMMAR: Final[Mapping[str, Mapping[str, _Field]]] = {
    "openapi": {
        "paths": _Named("pathItem", extensible=True),
        "webhooks": _Named("pathItem"),
        "components": _One("components"),
    },
    "components": {
        "schemas": _SCHEMA_MAP,
        "responses": _Named("response"),
        "parameters": _Named("parameter"),
        "examples": _EXAMPLES,
        "requestBodies": _Named("requestBody"),
        "headers": _HEADERS,
        "securitySchemes": _Named("securityScheme"),
        "links": _Named("link"),
        "callbacks": _Named("callback"),
        "pathItems": _Named("pathItem"),
        "mediaTypes": _CONTENT,
    },
    "pathItem": {
        "parameters": _Each("parameter"),
        **{method: _One("operation") for method in METHODS},
        "additionalOperations": _Named("operation"),
    },
    "operation": {
        "parameters": _Each("parameter"),
        "requestBody": _One("requestBody"),
        "responses": _Named("response", extensible=True),
        "callbacks": _Named("callback"),
    },
    "callback": {"*": _Named("pathItem", extensible=True)},
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "requestBody": {"content": _CONTENT},
    "mediaType": {
        "schema": _SCHEMA,
        "itemSchema": _SCHEMA,
        "examples": _EXAMPLES,
        **_ENCODING,
        "x-event-schema": _One("eventSchema"),
    },
    "eventSchema": {"events": _SCHEMA_MAP},
    "encoding": {"headers": _HEADERS, **_ENCODING},
    "response": {"headers": _HEADERS, "content": _CONTENT, "links": _Named("link")},
    "schema": {
        **dict.fromkeys(
            ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
            _SCHEMA_MAP,
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _SCHEMAS),
        **dict.fromkeys(
            (
                "items",
                "additionalProperties",
                "not",
                "if",
                "then",
                "else",
                "contains",
                "propertyNames",
                "unevaluatedItems",
                "unevaluatedProperties",
                "contentSchema",
            ),
            _SCHEMA,
        ),
    },
    "example": {},
    "link": {},
    "securityScheme": {},
}


def walk(value: Any, kind: str, pointer: str = "") -> Iterator[Place]:
    """Every object at and below a value of this kind, each before those it holds.

    What has not the shape that the grammar asks for is passed over. A Reference Object is a place
    of the kind that it stands for; references are not followed.
    """
    work = [Place(kind, pointer, value)] if isinstance(value, dict) else []
    while work:
        place = work.pop()
        yield place
        work += [child for child in reversed(children(place)) if isinstance(child.value, dict)]


def children(place: Place) -> list[Place]:
    """The objects that a place directly holds, in the order of the text."""
    found: list[Place] = []
    fields = GRAMMAR[place.kind]
    if "*" in fields:
        _add_members(found, fields["*"], place.pointer, place.value)
    elif fields:
        for key, value in place.value.items():
            field = fields.get(key)
            if field is not None:
                _add_members(found, field, member_pointer(place.pointer, key), value)
    return found


def _add_members(found: list[Place], field: _Field, pointer: str, value: Any) -> None:
    if isinstance(field, _One):
        found.append(Place(field.kind, pointer, value))
    elif isinstance(field, _Each) and isinstance(value, list):
        found += [Place(field.kind, f"{pointer}/{i}", element) for i, element in enumerate(value)]
    elif isinstance(field, _Named) and isinstance(value, dict):
        found += [
            Place(field.kind, member_pointer(pointer, name), member)
            for name, member in value.items()
            if not (field.extensible and name.startswith("x-"))
        ]
