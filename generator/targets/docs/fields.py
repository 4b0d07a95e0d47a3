"""What is told of one value: its type, its bounds, what it is by default."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from generator.model import (
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Header,
    Limits,
    Object,
    Parameter,
    Reference,
    Scalar,
    Schema,
    Union,
)
from generator.model.words import fold
from generator.targets.definitions import definition
from generator.targets.docs.html_source import Markup, escape, joined, link
from generator.targets.docs.prose import first_block, prose

_MOST_VALUES = 20
_WORD = re.compile(r"[^\W\d]|\d+[^\W\d.]")
_MOST_VARIANTS = 6
_LONG = 400
_NO_HEADINGS = 6
"""Descriptions of values stand below headings of any level, and so have none."""


class Fact(Struct, frozen=True):
    """Something that is so of a value: in words, or as values of the wire."""

    label: str
    text: str = ""
    values: Sequence[str] = ()
    more: int = 0

    @property
    def is_long(self) -> bool:
        """Whether it is folded, so that what is told beside it can be seen."""
        return sum(map(len, self.values)) > _LONG


class Field(Struct, frozen=True):
    """A value that has a name: a member, a parameter, a header."""

    name: str
    type: Markup
    required: bool
    flags: Sequence[str]
    description: Markup
    facts: Sequence[Fact]


class Labels(Struct, frozen=True):
    """Says what types are called; `address` is where a named schema is told of."""

    api: Api
    address: Callable[[str], str]

    def of(self, schema: Schema) -> Markup:
        """The type of a value, in words; named schemas are links."""
        plain = self._plain(schema)
        return Markup(f"{plain} or null") if schema.nullable else plain

    def field(self, name: str, schema: Schema, *, required: bool) -> Field:
        """A member of an object."""
        return self._field(name, schema, required=required, told=schema.description)

    def parameter(self, parameter: Parameter) -> Field:
        """A parameter, with how it is written where that is unusual."""
        made = self._field(
            parameter.name,
            parameter.schema,
            required=parameter.required,
            told=parameter.description or parameter.schema.description,
            deprecated=parameter.deprecated,
        )
        examples = [shown(value) for value in parameter.examples]
        facts = [each for each in made.facts if each.label != "Example" or not examples]
        if examples:
            facts.append(Fact("Example", values=examples))
        written = _written(parameter)
        if written:
            facts.append(Fact("Written", text=written))
        return Field(made.name, made.type, made.required, made.flags, made.description, facts)

    def header(self, header: Header) -> Field:
        """A header of an answer."""
        return self._field(
            header.name,
            header.schema,
            required=header.required,
            told=header.description or header.schema.description,
            deprecated=header.deprecated,
        )

    def facts(self, schema: Schema) -> list[Fact]:
        """What a schema says beside its type, by itself or by the one that it refers to."""
        found = list(_facts(schema))
        target = definition(self.api, schema)
        if target is not None and target is not schema and not isinstance(target.type, Object):
            known = {fact.label for fact in found}
            found += [fact for fact in _facts(target) if fact.label not in known]
        return found

    def _field(
        self, name: str, schema: Schema, *, required: bool, told: str, deprecated: bool = False
    ) -> Field:
        flags = {
            "deprecated": deprecated or schema.deprecated,
            "read-only": schema.read_only,
            "write-only": schema.write_only,
        }
        if not told:
            target = definition(self.api, schema)
            told = first_block(target.description) if target is not None else ""
        facts = self.facts(schema)
        if schema.title and fold(schema.title) != fold(name):
            facts = [Fact("Title", text=schema.title), *facts]
        return Field(
            name=name,
            type=self.of(schema),
            required=required,
            flags=[flag for flag, is_so in flags.items() if is_so],
            description=prose(told, _NO_HEADINGS),
            facts=facts,
        )

    def _plain(self, schema: Schema) -> Markup:  # noqa: PLR0911  one case a kind
        match schema.type:
            case Reference(name):
                return self._named(name)
            case Scalar(kind, form):
                return escape(f"{kind}, {form}" if form else kind)
            case Enumeration(_, kind):
                return escape("one of several values" if kind == "mixed" else kind)
            case Constant(value):
                return Markup(f"always <code>{escape(shown(value))}</code>")
            case Array(items):
                return Markup(f"array of {self.of(items)}")
            case Dictionary(values):
                return Markup(f"map of {self.of(values)}")
            case Union(variants):
                return self._alternatives(variants)
            case Object():
                return Markup("object")
        return Markup("any")

    def _named(self, name: str) -> Markup:
        target = self.api.schemas[name].type
        here = link(self.address(name), name)
        if isinstance(target, Scalar | Enumeration):
            return Markup(f"{self._plain(self.api.schemas[name])} ({here})")
        return here

    def _alternatives(self, variants: Sequence[Schema]) -> Markup:
        if len(variants) > _MOST_VARIANTS:
            return Markup(f"one of {len(variants)} types")
        return joined([self.of(each) for each in variants], " or ")


def _facts(schema: Schema) -> Iterator[Fact]:
    bounds = "; ".join(_bounds(schema.limits))
    if bounds:
        yield Fact("Limits", text=bounds)
    if schema.limits.pattern is not None:
        yield Fact("Pattern", values=[schema.limits.pattern])
    if isinstance(schema.type, Enumeration):
        values = [shown(value) for value in schema.type.values]
        more = max(len(values) - _MOST_VALUES, 0)
        yield Fact("One of", values=values[:_MOST_VALUES], more=more)
    if isinstance(schema.type, Union) and schema.type.discriminator is not None:
        yield Fact("Told apart by", values=[schema.type.discriminator.property])
    if schema.has_default:
        yield Fact("Default", values=[shown(schema.default)])
    if schema.examples and not isinstance(schema.examples[0], dict | list):
        yield Fact("Example", values=[shown(value) for value in schema.examples])
    for each in schema.payload_limits:
        together = " and ".join(each.fields)
        yield Fact("Size", text=f"{together}: at most {each.maximum:,} {each.unit}")
    for keyword, value in schema.others:
        yield Fact(keyword, values=[shown(value)])


def _bounds(limits: Limits) -> Iterator[str]:
    value = _range(limits.minimum, limits.maximum)
    if value:
        yield value
    if limits.exclusive_minimum is not None:
        yield f"more than {limits.exclusive_minimum}"
    if limits.exclusive_maximum is not None:
        yield f"less than {limits.exclusive_maximum}"
    if limits.multiple_of is not None:
        yield f"a multiple of {limits.multiple_of}"
    for least, most, what in (
        (limits.min_length, limits.max_length, "character"),
        (limits.min_items, limits.max_items, "item"),
        (limits.min_properties, limits.max_properties, "member"),
    ):
        count = _range(least, most)
        if count:
            yield f"{count} {what}{'' if (most if most is not None else least) == 1 else 's'}"
    if limits.unique_items:
        yield "no two items alike"


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"exactly {least}" if least == most else f"{least} to {most}"
    if least is not None:
        return f"at least {least}"
    return f"at most {most}" if most is not None else ""


def _written(parameter: Parameter) -> str:
    """How a value is written on the wire, where that is not as readers would expect."""
    if parameter.content:
        return f"as {parameter.content}"
    usual = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
    explodes = parameter.style in {"form", "cookie"}
    if parameter.style == usual[parameter.location] and parameter.explode == explodes:
        return "reserved characters as they are" if parameter.allow_reserved else ""
    exploded = "" if parameter.style == "deepObject" else f", explode {parameter.explode}".lower()
    return f"style {parameter.style}{exploded}"


def shown(value: Any) -> str:
    """A value as JSON; a string without its quotes, where nobody takes it for something else."""
    if isinstance(value, str) and value == value.strip() and _WORD.match(value):
        return json.dumps(value) if value in {"true", "false", "null"} else value
    return json.dumps(value, ensure_ascii=False)
