"""A whole API as meaning: what every target, page and rule reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from generator.document import Position
from generator.model.behaviour import PlainHttp, RateLimit, Retries, Signature, WirePath
from generator.model.operation import Header, Operation, RequestBody, Server
from generator.model.schema import Schema, references
from generator.model.security import SecurityScheme


class Resource(Struct, frozen=True):
    """A noun of the API with its operations and nested resources, in the order of the text."""

    name: str
    description: str
    operations: tuple[Operation, ...]
    children: tuple[Resource, ...] = ()

    def walk(self) -> Iterator[Operation]:
        """Every operation of this resource and those below it."""
        yield from self.operations
        for child in self.children:
            yield from child.walk()


class ErrorEnvelope(Struct, frozen=True):
    """The one shape of all errors: the schema they share, and where its parts are.

    `message` is always there; `code` and `request_id` are empty where the envelope has none.
    """

    schema: str
    message: WirePath
    code: WirePath = ()
    request_id: WirePath = ()


class Webhook(Struct, frozen=True):
    """An event the API sends (OpenAPI 3.1 `webhooks`)."""

    name: str
    body: RequestBody
    position: Position
    headers: tuple[Header, ...] = ()
    signature: Signature | None = None
    retries: tuple[int, ...] = ()
    """Seconds to wait after each failed attempt to deliver (`x-webhook-retries`)."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What a receiver may answer with: status → description."""
    summary: str = ""
    description: str = ""
    promises: tuple[str, ...] = ()


class Api(Struct, frozen=True, dict=True):
    """The meaning of one contract.

    `name` is the folder of `openapi/` (`haleai`), `title` the class name (`HaleAI`).
    `schemas` are the named schemas in the order of the text: those of `components`, and those
    that inline objects, enumerations and unions were given names for.
    """

    name: str
    title: str
    version: str
    description: str
    position: Position
    servers: tuple[Server, ...]
    resources: tuple[Resource, ...]
    schemas: Mapping[str, Schema]
    security_schemes: tuple[SecurityScheme, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    envelope: ErrorEnvelope | None = None
    rate_limit: RateLimit | None = None
    retries: Retries | None = None
    plain_http: PlainHttp | None = None
    promises: tuple[str, ...] = ()

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, resource by resource."""
        return tuple(op for resource in self.resources for op in resource.walk())

    @cached_property
    def references(self) -> Mapping[str, tuple[str, ...]]:
        """The named schemas that each named schema refers to directly."""
        return {name: tuple(references(schema)) for name, schema in self.schemas.items()}
