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
from generator.targets.server.decoded_schemas import decoded_schemas
from generator.targets.server.objects import Tag, tags_of

PRIMITIVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
FORMATS = {"date-time": "datetime", "date": "date", "uuid": "UUID"}
IMPORTED = frozenset({"Any", "Literal", "Timestamp", "UUID", "UploadedFile", "date", "datetime"})
"""Names that expressions need imported."""

RESERVED = IMPORTED | {"Struct", "TypeAlias", "UNSET", "UnsetType"}

_FILE = Scalar("string", "binary")
WITH_MILLISECONDS = "2026-05-12T07:28:25.901Z"
OTHER_MOMENTS = ("2026-05-12T07:28:25Z", "2026-05-12T07:28:25.901234Z")


class Member(Struct, frozen=True):
    """One alternative of a type: its expression, and what msgspec tells its values apart by."""

    expression: str
    kind: str
    tag: Tag | None = None


@dataclass(slots=True)
class Types:
    """The Python types of one API's schemas, as they are written in one module.

    `prefix` leads the names of models (`models.`, or nothing inside that module). `used` collects
    what the module has to import; `findings` what cannot be expressed; `opaque` are named schemas
    to be written as `Any`, because their own expression is being written, `forms` those that are
    sent as parts.
    """

    api: Api
    naming: Naming
    prefix: str = ""
    used: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    opaque: set[str] = field(default_factory=set)
    names: Mapping[str, str] = field(init=False)
    decoded: frozenset[str] = field(init=False)
    forms: frozenset[str] = field(init=False)
    tags: Mapping[str, Tag] = field(init=False)

    def __post_init__(self) -> None:
        wanted = [
            Wanted(thing("type", name), class_name(name, RESERVED, "Model"))
            for name in self.api.schemas
        ]
        found = self.naming.distinct(wanted, RESERVED)
        self.names = dict(zip(self.api.schemas, found, strict=True))
        reached = list(decoded_schemas(self.api))
        self.decoded = frozenset(
            schema.type.name for schema in reached if isinstance(schema.type, Reference)
        )
        bodies = (op.body for op in self.api.operations if op.body is not None)
        listed = (media for body in bodies for media in body.media)
        self.forms = frozenset(
            self._last(media.schema.type.name)
            for media in listed
            if media.type.startswith("multipart/")
            and media.schema is not None
            and isinstance(media.schema.type, Reference)
        )
        unions = (schema for schema in reached if isinstance(schema.type, Union))
        self.tags = tags_of(self.api, unions)

    def expression(self, schema: Schema, *, is_decoded: bool = False) -> str:
        """The type of a schema's values; `is_decoded` where msgspec has to read them."""
        members = self._members(schema, is_decoded)
        if any(member.kind == "any" for member in members):
            return "Any"
        return " | ".join(dict.fromkeys(member.expression for member in members))

    def part(self, schema: Schema) -> str:
        """The type of a member of a form of parts: files, where it is one or a list of them."""
        null = " | None" if schema.nullable else ""
        if schema.type == _FILE:
            return self._use("UploadedFile") + null
        if isinstance(schema.type, Array) and schema.type.items.type == _FILE:
            return f"list[{self._use('UploadedFile')}]{null}"
        return self.expression(schema, is_decoded=True)

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
        return Member(self.prefix + self.names[name], self._kind(schema), self.tags.get(name))

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
        if is_decoded and (not _are_told_apart(members) or kinds.count("array") > 1):
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
            "This union of several objects or lists is read as `Any`: no required member has "
            "another `const` in each of them. Its values are still checked against the schema."
        )
        self.findings.append(Finding("GEN-050", schema.position, message, "", Severity.WARNING))


def _are_told_apart(members: Iterable[Member]) -> bool:
    """Whether msgspec knows which of the objects among the members a value is."""
    objects = {member.expression: member.tag for member in members if member.kind == "object"}
    tags = [tag for tag in objects.values() if tag is not None]
    named = len(tags) == len(objects) == len({tag.value for tag in tags})
    return len(objects) < 2 or (named and len({tag.member for tag in tags}) == 1)


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
