"""Which named schemas a call needs: what its values can hold, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model import (
    Api,
    Array,
    Dictionary,
    Media,
    Object,
    Operation,
    Reference,
    Schema,
    Union,
    Webhook,
)


def operation_schemas(operation: Operation) -> list[Schema]:
    """The schemas of everything that an operation takes and answers."""
    found = [parameter.schema for parameter in operation.parameters]
    if operation.body is not None:
        found.extend(_media_schemas(operation.body.media))
    for response in operation.responses:
        found.extend(_media_schemas(response.media))
    return found


def webhook_schemas(webhook: Webhook) -> list[Schema]:
    """The schemas of what a webhook sends."""
    return list(_media_schemas(webhook.body.media))


def reachable(api: Api, roots: Iterable[Schema | str]) -> list[str]:
    """The names of the schemas that `roots` refer to, at any depth, each once."""
    found: dict[str, None] = {}
    waiting: list[str] = []
    for root in roots:
        waiting.extend([root] if isinstance(root, str) else references(root))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(references(api.schemas[name]))
    return list(found)


def references(schema: Schema) -> Iterator[str]:
    """The names that a schema refers to directly."""
    match schema.type:
        case Reference(name):
            yield name
        case Object(properties, additional):
            for prop in properties:
                yield from references(prop.schema)
            if additional is not None:
                yield from references(additional)
        case Dictionary(values):
            yield from references(values)
        case Array(items, prefix):
            for each in (items, *prefix):
                yield from references(each)
        case Union(variants):
            for variant in variants:
                yield from references(variant)


def _media_schemas(media: Iterable[Media]) -> Iterator[Schema]:
    for each in media:
        if each.schema is not None:
            yield each.schema
        if each.stream is not None:
            yield from each.stream.events.values()
