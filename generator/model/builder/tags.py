"""The member that tells a union's variants apart, where a variant does not declare it itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from generator.model.schema import Constant, Object, Property, Reference, Scalar, Schema, Union


def with_tags(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """The named schemas, each variant with the member that its unions are told apart by.

    Without it a value could be read, but not written so that anybody knew which variant it is.
    """
    wanted: dict[str, dict[str, list[str]]] = {}
    for schema in schemas.values():
        for variant, tag, values in _tags(schema):
            for name in _objects(schemas, variant, frozenset()):
                wanted.setdefault(name, {}).setdefault(tag, []).extend(values)
    return {
        name: _tagged(schema, wanted[name]) if name in wanted else schema
        for name, schema in schemas.items()
    }


def _tags(schema: Schema) -> Iterator[tuple[Schema, str, list[str]]]:
    """Each variant of a union with the member that names it, and the values of that."""
    kind = schema.type
    if not isinstance(kind, Union) or kind.discriminator is None:
        return
    told = kind.discriminator
    for index, variant in enumerate(kind.variants):
        yield variant, told.property, [value for value, at in told.mapping.items() if at == index]


def _objects(schemas: Mapping[str, Schema], schema: Schema, seen: frozenset[str]) -> Iterator[str]:
    """The objects that a variant may be: itself, or the variants of the union that it is."""
    if not isinstance(schema.type, Reference) or schema.type.name in seen:
        return
    name = schema.type.name
    target = schemas[name]
    match target.type:
        case Object():
            yield name
        case Reference():
            yield from _objects(schemas, target, seen | {name})
        case Union(variants):
            for variant in variants:
                yield from _objects(schemas, variant, seen | {name})
        case _:
            return


def _tagged(schema: Schema, tags: Mapping[str, list[str]]) -> Schema:
    kind = schema.type
    if not isinstance(kind, Object):
        return schema
    declared = {prop.name for prop in kind.properties}
    missing = tuple(
        Property(name, _word(schema, values), required=False)
        for name, values in tags.items()
        if name not in declared
    )
    if not missing:
        return schema
    return replace(schema, type=replace(kind, properties=(*missing, *kind.properties)))


def _word(schema: Schema, values: list[str]) -> Schema:
    distinct = dict.fromkeys(values)
    kind = Constant(next(iter(distinct))) if len(distinct) == 1 else Scalar("string")
    return Schema(kind, schema.position)
