"""What references lead to, and what is found on a way into an answer."""

from __future__ import annotations

from collections.abc import Sequence

from generator.model import Api, Array, Object, Reference, Schema


def definition(api: Api, schema: Schema | None) -> Schema | None:
    """What a schema says itself, or by the one that it refers to; None for a circle."""
    seen: set[str] = set()
    while schema is not None and isinstance(schema.type, Reference):
        if schema.type.name in seen:
            return None
        seen.add(schema.type.name)
        schema = api.schemas[schema.type.name]
    return schema


def object_of(api: Api, schema: Schema | None) -> Object | None:
    """The object that a schema is; None where it is another type."""
    found = definition(api, schema)
    return found.type if found is not None and isinstance(found.type, Object) else None


def member(api: Api, schema: Schema | None, name: str) -> Schema | None:
    """The schema of a declared member, by its wire name."""
    owner = object_of(api, schema)
    declared = owner.properties if owner else ()
    return next((each.schema for each in declared if each.name == name), None)


def at(api: Api, schema: Schema | None, path: Sequence[str]) -> Schema | None:
    """What is declared at the end of a path of wire names."""
    for name in path:
        schema = member(api, schema, name)
    return definition(api, schema)


def elements(schema: Schema) -> tuple[Schema, ...]:
    """What each element of a list may be; nothing for what is no list."""
    if not isinstance(schema.type, Array):
        return ()
    prefix = schema.type.prefix
    closed = bool(prefix) and schema.limits.max_items == len(prefix)
    return prefix if closed else (*prefix, schema.type.items)
