"""Which named schemas need a shape: those of values that something reads, or has to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model import Api, Media, Operation, Schema
from generator.targets.reach import reachable, webhook_schemas
from generator.targets.typescript.expressions import Scope
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.names import Names
from generator.targets.typescript.shapes_plan import renames


def shaped(api: Api, names: Names) -> frozenset[str]:
    """Schemas of answers and events, and of what is not called on the wire as it is here.

    Errors are read without a shape.
    """
    scope = Scope(api, names, Imports())
    sent = [schema for each in api.operations for schema in _sent(each) if renames(scope, schema)]
    read = [schema for each in api.operations for schema in _read(each)]
    delivered = [schema for each in api.webhooks for schema in webhook_schemas(each)]
    return frozenset(reachable(api, [*sent, *read, *delivered]))


def _sent(operation: Operation) -> Iterator[Schema]:
    for parameter in operation.parameters:
        yield parameter.schema
    if operation.body is not None:
        yield from _schemas(operation.body.media)


def _read(operation: Operation) -> Iterator[Schema]:
    usual = operation.success or operation.response(200)
    for response in operation.responses:
        if response.is_success or response is usual:
            yield from _schemas(response.media)


def _schemas(media: Iterable[Media]) -> Iterator[Schema]:
    for each in media:
        if each.schema is not None:
            yield each.schema
        if each.stream is not None:
            yield from each.stream.events.values()
