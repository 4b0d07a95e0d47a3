"""Schemas as Python types: the expression that names each, and what it needs imported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from generator.document import Finding, Severity
from generator.model import (
    Anything,
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Reference,
    Scalar,
    Schema,
    Union,
)
from generator.published import thing
from generator.targets.naming import Naming, Wanted
from generator.targets.python_source import class_name, literal

PRIMITIVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
FORMATS = {"date-time": "datetime", "date": "date", "uuid": "UUID"}
IMPORTED = frozenset({"Any", "Literal", "Timestamp", "UUID", "date", "datetime"})
"""Names that expressions need imported."""

RESERVED = IMPORTED | {"Struct", "TypeAlias", "UNSET", "UnsetType"}

WITH_MILLISECONDS = "2026-05-12T07:28:25.901Z"
OTHER_MOMENTS = ("2026-05-12T07:28:25Z", "2026-05-12T07:28:25.901234Z")


class Member(Struct, frozen=True):
    """One alternative of a type: its expression, and what msgspec tells its values apart by."""

    expression: str
    kind: str


@dataclass(slots=True)
class Types:
    """The Python types of one API's schemas, as they are written in one module.

    `prefix` leads the names of models (`models.`, or nothing inside that module). `used` collects
    what the module has to import; `findings` what cannot be expressed; `opaque` are named schemas
    to be written as `Any`, because their own expression is being written.
    """

    api: Api
    naming: Naming
    prefix: str = ""
    used: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    opaque: set[str] = field(default_factory=set)
    names: Mapping[str, str] = field(init=False)
    decoded: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        wanted = [
            Wanted(thing("type", name), class_name(name, RESERVED, "Model"))
            for name in self.api.schemas
        ]
        found = self.naming.distinct(wanted, RESERVED)
        self.names = dict(zip(self.api.schemas, found, strict=True))
        self.decoded = decoded_schemas(self.api)

    def expression(self, schema: Schema, *, is_decoded: bool = False) -> str:
        """The type of a schema's values; `is_decoded` where msgspec has to read them."""
        members = self._members(schema, is_decoded)
        if any(member.kind == "any" for member in members):
            return "Any"
        return " | ".join(dict.fromkeys(member.expression for member in members))

    def _members(self, schema: Schema, is_decoded: bool) -> list[Member]:
        """The alternatives that make up a schema's type."""
        if isinstance(schema.type, Union):
            found = self._union(schema, is_decoded)
        else:
            found = [self._single(schema, is_decoded)]
        return [*found, Member("None", "null")] if schema.nullable else found

    def _single(self, schema: Schema, is_decoded: bool) -> Member:
        match schema.type:
            case Scalar(kind="string"):
                member = Member(self._string(schema), "text")
            case Scalar(kind=kind):
                member = Member(PRIMITIVES[kind], kind)
            case Constant(value=value):
                member = self._literal([value])
            case Enumeration(values=values):
                member = self._literal(values)
            case Array(items=items, prefix=prefix):
                item = self._use("Any") if prefix else self.expression(items, is_decoded=is_decoded)
                member = Member(f"list[{item}]", "array")
            case Dictionary(values=values):
                value = self.expression(values, is_decoded=is_decoded)
                member = Member(f"dict[str, {value}]", "object")
            case Object():
                member = Member(f"dict[str, {self._use('Any')}]", "object")
            case Reference(name=name):
                member = self._reference(name, is_decoded)
            case _:
                member = Member(self._use("Any"), "any")
        return member

    def anything(self) -> str:
        """The type of any value."""
        return self._use("Any")

    def _use(self, name: str) -> str:
        self.used.add(name)
        return name

    def _reference(self, name: str, is_decoded: bool) -> Member:
        name = self._last(name)
        schema = self.api.schemas[name]
        if name in self.opaque:
            return Member(self._use("Any"), "any")
        if is_inlined(schema):
            expression = self.expression(schema, is_decoded=is_decoded)
            kind = "any" if expression == "Any" else self._kind(schema)
            return Member(expression, kind)
        return Member(self.prefix + self.names[name], self._kind(schema))

    def _last(self, name: str) -> str:
        """The end of a chain of second names for one schema."""
        passed: set[str] = set()
        while name not in passed and name not in self.opaque:
            schema = self.api.schemas[name]
            if not isinstance(schema.type, Reference) or schema.nullable:
                break
            passed.add(name)
            name = schema.type.name
        return name

    def _kind(self, schema: Schema) -> str:
        """What msgspec tells values of a schema apart by."""
        match schema.type:
            case Reference(name=name):
                kind = self._kind(self.api.schemas[name])
            case Object() | Dictionary():
                kind = "object"
            case Array():
                kind = "array"
            case Scalar(kind="string") | Enumeration(kind="string") | Constant(value=str()):
                kind = "text"
            case Scalar(kind=scalar) | Enumeration(kind=scalar):
                kind = scalar
            case Union():
                kind = "union"
            case Anything():
                kind = "any"
            case _:
                kind = "other"
        return kind

    def _string(self, schema: Schema) -> str:
        written = schema.type.format if isinstance(schema.type, Scalar) else None
        name = FORMATS.get(written or "", "str")
        if name == "datetime" and schema.limits.pattern is not None:
            name = _moment(schema.limits.pattern)
        return name if name == "str" else self._use(name)

    def _literal(self, values: Iterable[Any]) -> Member:
        listed = list(values)
        if any(isinstance(value, float) for value in listed):
            numbers = all(type(value) in {int, float} for value in listed)
            return Member("float", "number") if numbers else Member(self._use("Any"), "any")
        kind = "text" if all(isinstance(value, str) for value in listed) else "other"
        written = ", ".join(literal(value) for value in listed)
        return Member(f"{self._use('Literal')}[{written}]", kind)

    def _union(self, schema: Schema, is_decoded: bool) -> list[Member]:
        members = list(self._flattened(schema, is_decoded))
        kinds = [member.kind for member in members]
        if is_decoded and (max(kinds.count("object"), kinds.count("array")) > 1):
            self._report_union(schema)
            return [Member(self._use("Any"), "any")]
        if kinds.count("text") > 1:
            text = Member("str", "text")
            members = [text if member.kind == "text" else member for member in members]
        if kinds.count("other") > 1 or (
            "other" in kinds and not {"integer", "number", "boolean"}.isdisjoint(kinds)
        ):
            return [Member(self._use("Any"), "any")]
        return members

    def _flattened(self, schema: Schema, is_decoded: bool) -> Iterator[Member]:
        """The members of a union, those of unions inside it among them."""
        waiting = [schema]
        seen: set[str] = set()
        while waiting:
            here = waiting.pop(0)
            if isinstance(here.type, Reference) and self._kind(here) == "union":
                if here.type.name in seen:
                    continue
                seen.add(here.type.name)
                here = self.api.schemas[here.type.name]
            if isinstance(here.type, Union):
                waiting[:0] = here.type.variants
            else:
                yield self._single(here, is_decoded)
            if here.nullable and here is not schema:
                yield Member("None", "null")

    def _report_union(self, schema: Schema) -> None:
        message = (
            "This union of several objects or lists is read as `Any`: nothing in its values tells "
            "msgspec which one they are. They are still checked against the schema."
        )
        self.findings.append(Finding("GEN-050", schema.position, message, "", Severity.WARNING))


def is_inlined(schema: Schema) -> bool:
    """Whether a named schema is written out where it is used, having no name in Python."""
    return isinstance(schema.type, Scalar | Constant | Reference | Anything)


def _moment(pattern: str) -> str:
    """The type of a date-time that also has a pattern: what is sent must match it."""
    try:
        matches = re.compile(pattern).search
    except re.error:
        return "str"
    if all(matches(text) for text in OTHER_MOMENTS):
        return "datetime"
    return "Timestamp" if matches(WITH_MILLISECONDS) else "str"


def is_model(kind: Object) -> bool:
    """Whether an object is a class: it has members, and others have no schema of their own."""
    extras_are_typed = kind.additional is not None and not isinstance(
        kind.additional.type, Anything
    )
    return bool(kind.properties) and not extras_are_typed


def decoded_schemas(api: Api) -> frozenset[str]:
    """The named schemas whose values arrive in requests."""
    found: set[str] = set()
    waiting = [
        schema
        for operation in api.operations
        for schema in (
            *(media.schema for media in (operation.body.media if operation.body else ())),
            *(parameter.schema for parameter in operation.parameters),
        )
        if schema is not None
    ]
    while waiting:
        schema = waiting.pop()
        if isinstance(schema.type, Reference):
            if schema.type.name in found:
                continue
            found.add(schema.type.name)
            schema = api.schemas[schema.type.name]
        waiting.extend(parts(schema))
    return frozenset(found)


def parts(schema: Schema) -> Iterator[Schema]:
    """The schemas that a schema is made of, one step down; not what references stand for."""
    match schema.type:
        case Object(properties=properties, additional=additional):
            yield from (member.schema for member in properties)
            if additional is not None:
                yield additional
        case Dictionary(values=values):
            yield values
        case Array(items=items, prefix=prefix):
            yield from (*prefix, items)
        case Union(variants=variants):
            yield from variants
        case Reference() | Scalar() | Enumeration() | Constant() | Anything():
            return
