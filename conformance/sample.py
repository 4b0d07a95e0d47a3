"""Requests that the contract says are fine: built from its examples, defaults and bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from conformance.exchange import Pairs
from generator.model import Constant, Enumeration, Operation, Parameter, Scalar, Schema

NO_SUCH_ID = "no-such-id"


@dataclass(frozen=True, slots=True)
class Sample:
    """The parts of one request that an operation leaves open, as wire values."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""

    def asking(self, *query: tuple[str, str]) -> Sample:
        """The same with these query parameters after the others."""
        return replace(self, query=(*self.query, *query))

    def at(self, **path: str) -> Sample:
        """The same with other path parameters."""
        return replace(self, path={**self.path, **path})


def encode(query: Pairs) -> str:
    """A query string: everything but unreserved characters is percent-encoded (RFC 3986 §2.3)."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)


def escaped(text: str) -> str:
    """A text with each of its bytes percent-encoded, which means the same (RFC 3986 §6.2.2.2)."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def names_no_route(segment: str) -> bool:
    """Whether a server may take a path for no route at all: controls and slashes in a segment."""
    return any(character in "/\x7f" or ord(character) < 32 for character in segment)


def of(operation: Operation, known: Mapping[str, str]) -> Sample:
    """The smallest documented request of an operation, with these values of parameters."""
    body, content_type = _body(operation)
    required = [
        (p.location, p.name, known.get(p.name) or value_of(p))
        for p in operation.parameters
        if p.required
    ]
    return Sample(
        path={name: value for place, name, value in required if place == "path"},
        query=tuple((name, value) for place, name, value in required if place == "query"),
        headers=(
            *((name, value) for place, name, value in required if place == "header"),
            *content_type,
        ),
        body=body,
    )


def value_of(parameter: Parameter) -> str:
    """A documented value of a parameter, as it is written on the wire."""
    if parameter.examples:
        return written(parameter.examples[0])
    return written(_value(parameter.schema))


def written(value: Any) -> str:
    """A scalar as a parameter is written on the wire."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _value(schema: Schema) -> Any:
    if schema.examples:
        return schema.examples[0]
    if schema.has_default:
        return schema.default
    found: Any = "x" * max(schema.limits.min_length or 1, 1)
    match schema.type:
        case Constant(value):
            found = value
        case Enumeration(values):
            found = values[0]
        case Scalar("integer" | "number"):
            found = schema.limits.minimum or 1
        case Scalar("boolean"):
            found = True
        case Scalar("string", "date-time"):
            found = "2026-01-01T00:00:00Z"
    return found


def _body(operation: Operation) -> tuple[bytes, Pairs]:
    if operation.body is None:
        return b"", ()
    for media in operation.body.media:
        if media.examples and media.type.endswith("json"):
            example = next(iter(media.examples.values()))
            return json.dumps(example).encode(), (("Content-Type", media.type),)
    return b"", ()
