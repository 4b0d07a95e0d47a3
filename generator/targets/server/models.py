"""The plan of `models.py`: a class for each object, an alias for each other named schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from generator.model import (
    Array,
    Dictionary,
    Enumeration,
    Object,
    Property,
    Reference,
    Scalar,
    Schema,
    Type,
    Union,
)
from generator.published import thing
from generator.targets.naming import Wanted
from generator.targets.python_source import (
    BUILTIN_TYPES,
    docstring,
    identifier,
    literal,
    quoted,
)
from generator.targets.server.decoded_schemas import parts
from generator.targets.server.objects import Tag, is_model
from generator.targets.server.type_expressions import (
    IMPORTED,
    Types,
    is_inlined,
)

FIELD_RESERVED = BUILTIN_TYPES | IMPORTED
"""Names that a field would hide from the types of the fields after it."""


class FieldPlan(Struct, frozen=True):
    """A member of a class: `declaration` is its annotation and default."""

    name: str
    declaration: str
    docstring: str


class TagPlan(Struct, frozen=True):
    """What msgspec knows a class by among others: a member that always has the same value."""

    name: str
    annotation: str
    docstring: str
    member: str
    value: str


class ModelPlan(Struct, frozen=True):
    """A class. `rename` is msgspec's argument; empty where names are as on the wire."""

    name: str
    docstring: str
    rename: str
    fields: tuple[FieldPlan, ...]
    tag: TagPlan | None


class AliasPlan(Struct, frozen=True):
    """A name for a type."""

    name: str
    docstring: str
    expression: str


def plan_models(types: Types) -> list[ModelPlan | AliasPlan]:
    """Models in the order of the text, but each alias after the names in its expression."""
    return list(_Planner(types).plans())


class _Planner:
    def __init__(self, types: Types) -> None:
        self._types = types
        self._done: set[str] = set()

    def plans(self) -> Iterator[ModelPlan | AliasPlan]:
        for name in self._types.api.schemas:
            yield from self._plan(name)

    def _plan(self, name: str) -> Iterator[ModelPlan | AliasPlan]:
        if name in self._done:
            return
        self._done.add(name)
        schema = self._types.api.schemas[name]
        if isinstance(schema.type, Object) and is_model(schema.type):
            # Annotations of members are read when all names are there.
            opaque, self._types.opaque = self._types.opaque, set()
            model = self._model(name, schema, schema.type.properties)
            self._types.opaque = opaque
            yield model
            return
        self._types.opaque.add(name)
        for needed in _references(schema):
            yield from self._plan(needed)
        if is_inlined(schema):
            self._types.opaque.discard(name)
            return
        yield AliasPlan(
            name=self._types.names[name],
            docstring=docstring(_description(schema), 0),
            expression=self._types.expression(
                _without_null(schema), is_decoded=name in self._types.decoded
            ),
        )
        self._types.opaque.discard(name)

    def _model(self, name: str, schema: Schema, properties: tuple[Property, ...]) -> ModelPlan:
        tag = self._types.tags.get(name)
        wanted = [
            Wanted(thing("field", name, each.name), identifier(each.name, FIELD_RESERVED, "field"))
            for each in properties
        ]
        names = self._types.naming.distinct(wanted, FIELD_RESERVED)

        def expression(member: Property) -> str:
            if name in self._types.forms:
                return self._types.part(member.schema)
            return self._types.expression(member.schema, is_decoded=name in self._types.decoded)

        members = dict(zip(names, properties, strict=True))
        tagged = None if tag is None else tag.member
        fields = {field: each for field, each in members.items() if each.name != tagged}
        return ModelPlan(
            name=self._types.names[name],
            docstring=docstring(_description(schema), 4),
            rename=_rename(fields),
            fields=tuple(
                FieldPlan(
                    name=field,
                    declaration=_declaration(self._types, member, expression(member)),
                    docstring=docstring(member.schema.description, 4)
                    if member.schema.description
                    else "",
                )
                for field, member in fields.items()
            ),
            tag=None if tag is None else self._tag(tag, members),
        )

    def _tag(self, tag: Tag, members: Mapping[str, Property]) -> TagPlan:
        name, member = next(each for each in members.items() if each[1].name == tag.member)
        return TagPlan(
            name=name,
            annotation=self._types.expression(member.schema),
            docstring=docstring(member.schema.description or "What tells it apart.", 8),
            member=quoted(tag.member),
            value=quoted(tag.value),
        )


def _declaration(types: Types, member: Property, expression: str) -> str:
    """`str`, `str | None = None` (absent where None), `int = 5`, `str | None | UnsetType`."""
    one_way = member.schema.read_only or member.schema.write_only
    if member.required and not one_way:
        return expression
    default = default_of(types, member.schema)
    if default is not None and not member.required:
        return f"{expression} = {default}"
    if expression == "Any" or expression.endswith("| None"):
        return f"{expression.removesuffix(' | None')} | UnsetType | None = UNSET"
    return f"{expression} | None = None"


def default_of(types: Types, schema: Schema) -> str | None:
    """The default of a schema as Python, None where it has none that fits its type there."""
    kind = _resolved(types, schema).type
    holder = schema if schema.has_default else _resolved(types, schema)
    if not holder.has_default:
        return None
    if isinstance(kind, Scalar) and kind.kind == "string" and types.expression(holder) != "str":
        return None
    value = _fitting(kind, holder.default)
    return None if value is None else literal(value)


def _fitting(kind: Type, value: Any) -> Any:
    """A wire value as its type has it, None where it is of another."""
    fitting: Any = None
    match kind, value:
        case Enumeration(values=values), str() | int() | float():
            # To Python, True is 1; to JSON it is not.
            same = (one for one in values if isinstance(one, bool) == isinstance(value, bool))
            fitting = next((one for one in same if one == value), None)
        case (Scalar(kind="boolean"), bool()) | (Scalar(kind="string"), str()):
            fitting = value
        case Scalar(kind="integer" | "number"), bool():
            pass
        case (Scalar(kind="integer" | "number"), int()) | (Scalar(kind="number"), float()):
            fitting = value
        case Scalar(kind="integer"), float() if value.is_integer():
            fitting = int(value)
        case (Array(), []):
            fitting = value
        case Dictionary(), dict() if not value:
            fitting = value
    return fitting


def _resolved(types: Types, schema: Schema) -> Schema:
    while isinstance(schema.type, Reference):
        schema = types.api.schemas[schema.type.name]
    return schema


def _references(schema: Schema) -> Iterator[str]:
    """The named schemas that an expression for `schema` names."""
    if isinstance(schema.type, Reference):
        yield schema.type.name
    for part in parts(schema):
        yield from _references(part)


def _without_null(schema: Schema) -> Schema:
    """The schema as its alias names it: where it is used, null is written beside the name."""
    return replace(schema, nullable=False) if not isinstance(schema.type, Union) else schema


def _description(schema: Schema) -> str:
    return schema.description or schema.title


def _rename(fields: Mapping[str, Property]) -> str:
    names, wire = list(fields), [member.name for member in fields.values()]
    if names == wire:
        return ""
    if [_camel(name) for name in names] == wire:
        return '"camel"'
    changed = [(n, w) for n, w in zip(names, wire, strict=True) if n != w]
    return "{" + ", ".join(f"{quoted(n)}: {quoted(w)}" for n, w in changed) + "}"


def _camel(name: str) -> str:
    """What msgspec's `rename="camel"` makes of a name."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def used_by_models(plans: list[ModelPlan | AliasPlan]) -> set[str]:
    """What `models.py` imports besides the types in it."""
    used = set()
    for plan in plans:
        if isinstance(plan, AliasPlan):
            used.add("TypeAlias")
            continue
        used.add("Struct")
        if any("UnsetType" in field.declaration for field in plan.fields):
            used |= {"UNSET", "UnsetType"}
    return used
