"""The types modules of a package: what each holds, ready to be written."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Anything, Api, Dictionary, Object, Property, Reference, Schema, Union
from generator.targets.typescript.expressions import Scope, either, literal, type_of
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.layout import (
    Alternatives,
    Around,
    Node,
    assigned,
    broken,
    of_type,
    typed,
)
from generator.targets.typescript.names import (
    SHARED,
    WEBHOOKS,
    Names,
    member_names,
)
from generator.targets.typescript.shape_reach import shaped
from generator.targets.typescript.shapes_plan import Shapes, has_shape, ordered
from generator.targets.typescript.source import comment, key


class Member(Struct, frozen=True):
    """A member of an interface: its comment, or nothing, and its declaration."""

    doc: str
    text: str


class Declaration(Struct, frozen=True):
    """A type: an interface with members, or the declaration of an `alias`."""

    name: str
    doc: str
    members: tuple[Member, ...] = ()
    alias: str = ""


class ShapeConstant(Struct, frozen=True):
    """How values of a type are read and written."""

    type: str
    declaration: str


class TypesModule(Struct, frozen=True):
    """One file of `types/`."""

    name: str
    doc: str
    imports: str
    declarations: tuple[Declaration, ...]
    shapes: tuple[ShapeConstant, ...]

    @property
    def exported(self) -> list[str]:
        """The types that the module declares."""
        return [each.name for each in self.declarations]


def types_modules(api: Api, names: Names) -> list[TypesModule]:
    """Every types module, those of resources first."""
    modules: dict[str, list[str]] = {}
    for schema, place in names.types.items():
        modules.setdefault(place.module, []).append(schema)
    order = sorted(modules, key=lambda module: module == SHARED)
    used = shaped(api, names)
    found = (_module(api, names, module, modules[module], used) for module in order)
    return [each for each in found if each.declarations]


def _module(
    api: Api, names: Names, module: str, schemas: list[str], used: Container[str]
) -> TypesModule:
    named = [schema for schema in schemas if schema in names.named]
    imports = Imports(names.types[schema].name for schema in named)
    scope = Scope(api, names, imports, module)
    declarations = tuple(_declaration(scope, schema) for schema in named)
    shapes = tuple(_shapes(scope, [each for each in schemas if each in used]))
    return TypesModule(
        name=module,
        doc=comment(_about(module)),
        declarations=declarations,
        shapes=shapes,
        imports=imports.lines(),
    )


def _about(module: str) -> str:
    if module == SHARED:
        return "Types that several resources have in common."
    if module == WEBHOOKS:
        return "What the webhooks carry."
    return f"Types of the resource {module}."


def _declaration(scope: Scope, schema: str) -> Declaration:
    found, name = scope.api.schemas[schema], scope.names.types[schema].name
    doc = comment(found.description or found.title, 0, ["@deprecated"] if found.deprecated else ())
    match found.type:
        case Object():
            return Declaration(name, doc, tuple(object_members(scope, found.type)))
        case Dictionary(values):
            text = declared("[key: string]", type_of(scope, values))
            return Declaration(name, doc, (Member("", text),))
        case Union():
            node = union(scope, found.type)
        case _:
            node = type_of(scope, replace(found, nullable=False))
    return Declaration(name, doc, alias=assigned(f"export type {name}", node))


def object_members(scope: Scope, kind: Object) -> Iterator[Member]:
    """The members of an object's interface."""
    named = member_names(scope.names.fields, kind)
    for prop in kind.properties:
        yield member_of(scope, prop, named[prop.name])
    if kind.additional is not None and not isinstance(kind.additional.type, Anything):
        told = comment(kind.additional.description or "Other members.", 2)
        yield Member(told, "[member: string]: unknown;")


def member_of(scope: Scope, prop: Property, name: str) -> Member:
    """One member of an interface."""
    tags = ["@deprecated"] if prop.schema.deprecated else []
    doc = comment(described(scope, prop.schema), 2, tags)
    optional = "" if prop.always_read else "?"
    return Member(doc, declared(f"{name}{optional}", type_of(scope, prop.schema)))


def declared(name: str, node: Node) -> str:
    """A member's declaration in an interface."""
    return f"{broken(of_type(name, node), 2, 2, 1)};"


def described(scope: Scope, schema: Schema) -> str:
    """What the document says of a value: there, or first of all where its schema is defined."""
    found, seen = schema, set[str]()
    while not found.description and isinstance(found.type, Reference):
        if found.type.name in seen:
            break
        seen.add(found.type.name)
        found = scope.api.schemas[found.type.name]
    text = found.description
    return text if found is schema else re.split(r"\n\s*\n", text.strip())[0]


def union(scope: Scope, kind: Union) -> Node:
    """The variants; with a discriminator also any other, so that new ones do not break code."""
    told = kind.discriminator
    if told is None or not told.mapping:
        return either(type_of(scope, replace(each, nullable=False)) for each in kind.variants)
    tags: dict[int, list[str]] = {}
    for value, index in told.mapping.items():
        tags.setdefault(index, []).append(value)
    found = [
        _tagged(scope, variant, told.property, tags.get(index, []))
        for index, variant in enumerate(kind.variants)
    ]
    return Alternatives((*found, unknown_variant(scope, _tag_name(scope, kind))))


def unknown_variant(scope: Scope, name: str) -> Node:
    """An object whose tag is none that is known."""
    return typed([(name, scope.type("shapes", "Unrecognized")), ("[member: string]", "unknown")])


def _tagged(scope: Scope, variant: Schema, tag: str, values: list[str]) -> Node:
    """A variant, told apart by its tag also where its own schema does not say so."""
    written = type_of(scope, replace(variant, nullable=False))
    kind = _object(scope.api, variant)
    prop = next((p for p in kind.properties if p.name == tag), None) if kind else None
    name = member_names(scope.names.fields, kind)[tag] if kind and prop else tag
    constant = prop is not None and prop.always_read and hasattr(prop.schema.type, "value")
    if constant or not values:
        return written
    if not isinstance(written, str):
        return written
    allowed = either(literal(value) for value in values)
    return Around(f"({written} & ", typed([(key(name), allowed)]), ")")


def _tag_name(scope: Scope, kind: Union) -> str:
    """The property that the discriminator is."""
    wire = kind.discriminator.property if kind.discriminator else ""
    for variant in kind.variants:
        found = _object(scope.api, variant)
        names = member_names(scope.names.fields, found) if found else {}
        if wire in names:
            return names[wire]
    return key(wire)


def _object(api: Api, schema: Schema) -> Object | None:
    seen: set[str] = set()
    while isinstance(schema.type, Reference) and schema.type.name not in seen:
        seen.add(schema.type.name)
        schema = api.schemas[schema.type.name]
    return schema.type if isinstance(schema.type, Object) else None


def _shapes(scope: Scope, schemas: Iterable[str]) -> Iterator[ShapeConstant]:
    declared_ = set[str]()
    for schema in ordered(scope, schemas):
        if not has_shape(scope, schema):
            continue
        place = scope.names.types[schema]
        node = Shapes(scope, frozenset(declared_)).definition(scope.api.schemas[schema])
        kind = scope.type("shapes", "Shape")
        head = f"export const {place.shape}: {kind}<{place.name}>"
        yield ShapeConstant(place.name, assigned(head, node))
        declared_.add(schema)
