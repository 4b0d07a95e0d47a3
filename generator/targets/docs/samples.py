"""Values that stand for a schema where the contract has no example: made of its members' own."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from generator.model import (
    Anything,
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Media,
    Object,
    Parameter,
    Reference,
    Scalar,
    Schema,
    Union,
)

_MOST = 60
_DEEPEST = 5
_STRINGS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "uri": "https://example.com",
    "url": "https://example.com",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}


class Sample(Struct, frozen=True):
    """A value, and whether the contract itself has it."""

    value: Any
    told: bool


class Samples:
    """The examples of one API, those that it does not have made once for each schema."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._made: dict[tuple[str, bool], Any] = {}

    def media(self, media: Media, *, sending: bool) -> dict[str, Sample]:
        """The examples of a body by name; one made of its schema where there is none."""
        if media.examples:
            return {name: Sample(value, told=True) for name, value in media.examples.items()}
        schema = media.schema
        if schema is None:
            return {}
        told = _told(self._api, schema)
        if told:
            return {"example": Sample(told[0], told=True)}
        return {"example": Sample(self._value(schema, sending=sending), told=False)}

    def parameter(self, parameter: Parameter) -> Any:
        """An example of a parameter; None where only a made up one would be there."""
        if parameter.examples:
            return parameter.examples[0]
        told = _told(self._api, parameter.schema)
        if told:
            return told[0]
        kind = _definition(self._api, parameter.schema).type
        return self._value(parameter.schema, sending=True) if _is_closed(kind) else None

    def _value(self, schema: Schema, *, sending: bool) -> Any:
        if not isinstance(schema.type, Reference):
            return _Maker(self._api, sending=sending).value(schema, 0)
        key = (schema.type.name, sending)
        if key not in self._made:
            self._made[key] = _Maker(self._api, sending=sending).value(schema, 0)
        return self._made[key]


def _is_closed(kind: object) -> bool:
    return isinstance(kind, Constant | Enumeration)


def _told(api: Api, schema: Schema) -> tuple[Any, ...]:
    """The examples of a schema, or of the one that it refers to."""
    return schema.examples or _definition(api, schema).examples


def _definition(api: Api, schema: Schema) -> Schema:
    seen: set[str] = set()
    while isinstance(schema.type, Reference) and schema.type.name not in seen:
        if schema.examples:
            return schema
        seen.add(schema.type.name)
        schema = api.schemas[schema.type.name]
    return schema


class _Maker:
    """Makes one value, of so many parts at most."""

    def __init__(self, api: Api, *, sending: bool) -> None:
        self._api = api
        self._sending = sending
        self._left = _MOST

    def value(self, schema: Schema, depth: int) -> Any:  # noqa: PLR0911  one case a kind
        """A value of the schema, or nearly one where it is too large or contains itself."""
        self._left -= 1
        found = _definition(self._api, schema)
        for told in (schema, found):
            if told.examples:
                return told.examples[0]
            if told.has_default and told.default is not None:
                return told.default
        full = self._left < 1 or depth > _DEEPEST
        match found.type:
            case Constant(value):
                return value
            case Enumeration(values):
                return values[0]
            case Object(properties):
                return {} if full else self._members(properties, depth)
            case Array(items, prefix):
                return [] if full else [self.value(e, depth + 1) for e in prefix or (items,)]
            case Dictionary(values):
                return {} if full or _is_free(values) else {"key": self.value(values, depth + 1)}
            case Union(variants) if variants and not full:
                return self.value(variants[0], depth + 1)
            case Scalar() as kind:
                return _scalar(kind, found)
        return None

    def _members(self, properties: Any, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for each in properties:
            hidden = each.schema.read_only if self._sending else each.schema.write_only
            if not hidden and not each.schema.deprecated and self._left > 0:
                made[each.name] = self.value(each.schema, depth + 1)
        return made


def _is_free(schema: Schema) -> bool:
    return isinstance(schema.type, Anything)


def _scalar(kind: Scalar, schema: Schema) -> Any:
    limits = schema.limits
    least = limits.minimum if limits.minimum is not None else limits.exclusive_minimum
    match kind.kind:
        case "boolean":
            return True
        case "integer" | "number":
            return least if least is not None else 0
    return _STRINGS.get(kind.format or "", "string")
