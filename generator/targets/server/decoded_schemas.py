"""Which schemas msgspec has to read: those of requests."""

from __future__ import annotations

from collections.abc import Iterator

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


def decoded_schemas(api: Api) -> Iterator[Schema]:
    """The schemas of requests, and all that they are made of; what a name stands for, once."""
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
        yield schema
        if isinstance(schema.type, Reference):
            if schema.type.name in found:
                continue
            found.add(schema.type.name)
            waiting.append(api.schemas[schema.type.name])
        waiting.extend(parts(schema))


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
