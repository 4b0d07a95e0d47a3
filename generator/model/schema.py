"""The shapes of values: JSON Schema as a small sum of types that every language can express."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct, field

from generator.document import Position


class Limits(Struct, frozen=True):
    """Bounds of a value, by the JSON Schema keywords of the same names (2020-12 validation §6)."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    min_properties: int | None = None
    max_properties: int | None = None


class Scalar(Struct, frozen=True):
    """A string, integer, number or boolean; `format` as written (`date-time`, `binary`…)."""

    kind: Literal["string", "integer", "number", "boolean"]
    format: str | None = None


class Enumeration(Struct, frozen=True):
    """A closed list in the document, open on the wire; `names` are those of `x-enum-varnames`."""

    values: tuple[str | int | float | bool, ...]
    kind: Literal["string", "integer", "number", "boolean", "mixed"]
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


class Constant(Struct, frozen=True):
    """Exactly one value (`const`, or an `enum` of one)."""

    value: str | int | float | bool | None


class Property(Struct, frozen=True):
    """A member of an object, by its wire name."""

    name: str
    schema: Schema
    required: bool

    @property
    def always_read(self) -> bool:
        """Whether every answer has it; what is `writeOnly` is required of requests alone."""
        return self.required and not self.schema.write_only


class Object(Struct, frozen=True, eq=False):
    """An object with declared members, in the order of the text (allOf merged).

    `additional` is the schema of undeclared members; None where the document forbids them.
    `extensible` tells that the document speaks of them, and so means that there are some. `name`
    is its key in `Api.schemas`; empty where it has none.
    """

    properties: tuple[Property, ...]
    additional: Schema | None
    extensible: bool = False
    name: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> tuple[object, ...]:
        """All but the name, which makes no other object."""
        return self.properties, self.additional, self.extensible


class Dictionary(Struct, frozen=True):
    """An object with no declared members: keys are free, values have one schema."""

    values: Schema


class Array(Struct, frozen=True):
    """A list; `prefix` holds the schemas of the first elements (prefixItems)."""

    items: Schema
    prefix: tuple[Schema, ...] = ()


class Discriminator(Struct, frozen=True):
    """The member that tells a union's variants apart; `mapping` is wire value → variant index.

    Values in `shared` are those of several variants, of which `mapping` has the first.
    """

    property: str
    mapping: Mapping[str, int] = field(default_factory=dict)
    shared: tuple[str, ...] = ()


class Union(Struct, frozen=True):
    """One of several shapes (oneOf, anyOf, or several types), in the order of the text."""

    variants: tuple[Schema, ...]
    discriminator: Discriminator | None = None


class Reference(Struct, frozen=True):
    """A named schema of the API: the key of `Api.schemas`."""

    name: str


class Anything(Struct, frozen=True):
    """Any JSON value."""


Type = Scalar | Enumeration | Constant | Object | Dictionary | Array | Union | Reference | Anything


class PayloadLimit(Struct, frozen=True):
    """One entry of `x-payload-limits`: the size of some members together."""

    fields: tuple[str, ...]
    maximum: int
    unit: Literal["bytes", "characters"]


class Schema(Struct, frozen=True):
    """A type and what the document says about it.

    `default` and `examples` are wire values; `default` is None where `has_default` is false.
    `others` are the keywords that no type expresses, with their values as written.
    """

    type: Type
    position: Position
    nullable: bool = False
    title: str = ""
    description: str = ""
    limits: Limits = Limits()
    has_default: bool = False
    default: Any = None
    examples: tuple[Any, ...] = ()
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    payload_limits: tuple[PayloadLimit, ...] = ()
    others: tuple[tuple[str, Any], ...] = ()


_HOLDERS = (Object, Dictionary, Array, Union)
"""The types that schemas are written in."""


def nested(schema: Schema) -> list[Schema]:
    """The schema and all that are written in it; what it refers to is not."""
    if not isinstance(schema.type, _HOLDERS):
        return [schema]
    found, waiting = list[Schema](), [schema]
    while waiting:
        each = waiting.pop()
        found.append(each)
        if isinstance(each.type, _HOLDERS):
            waiting.extend(reversed(_parts(each)))
    return found


def _parts(schema: Schema) -> Sequence[Schema]:
    """The schemas that are written directly in another."""
    match schema.type:
        case Object(properties, additional):
            inner = [prop.schema for prop in properties]
            return inner if additional is None else [*inner, additional]
        case Dictionary(values):
            return (values,)
        case Array(items, prefix):
            return (items, *prefix)
        case Union(variants):
            return variants
    return ()


def references(schema: Schema) -> list[str]:
    """The names that a schema refers to directly."""
    return [each.type.name for each in nested(schema) if isinstance(each.type, Reference)]
