"""What can be asked of an API and what it answers: parameters, bodies, responses, operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from generator.document import Position
from generator.model.behaviour import Identity, Pagination, RateLimit, Retries, Stream
from generator.model.schema import Schema
from generator.model.security import Requirement


class Parameter(Struct, frozen=True):
    """A path, query, header or cookie parameter, by its wire name (OpenAPI §4.8.12).

    `content` names the media type where the value is serialised as a whole, else it is empty.
    """

    name: str
    location: Literal["path", "query", "header", "cookie"]
    schema: Schema
    required: bool
    position: Position
    description: str = ""
    deprecated: bool = False
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    content: str = ""
    examples: tuple[Any, ...] = ()


class Header(Struct, frozen=True):
    """A declared response header."""

    name: str
    schema: Schema
    required: bool
    position: Position
    description: str = ""
    deprecated: bool = False


class Part(Struct, frozen=True):
    """How one member of a form or multipart body is sent (Encoding Object, OpenAPI §4.8.15).

    `style` is empty where the document says neither `style`, `explode` nor `allowReserved`: the
    member is then sent by its `content_type`, or by what is usual for its value.
    """

    name: str
    content_type: str = ""
    style: str = ""
    explode: bool = True
    allow_reserved: bool = False
    headers: tuple[Header, ...] = ()


class Media(Struct, frozen=True):
    """One media type of a body or response. `schema` is None where none is declared.

    `examples` are name → wire value. `stream` is set for server-sent events.
    """

    type: str
    schema: Schema | None
    position: Position
    examples: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    stream: Stream | None = None


class RequestBody(Struct, frozen=True):
    """What an operation takes, by media type, in the order of the text."""

    media: tuple[Media, ...]
    required: bool
    position: Position
    description: str = ""


class Response(Struct, frozen=True):
    """One documented answer. `status` is `200`, a range such as `4XX`, or `default`.

    `error_codes` are those of `x-error-codes`: code → when it is sent.
    """

    status: str
    media: tuple[Media, ...]
    headers: tuple[Header, ...]
    position: Position
    description: str = ""
    error_codes: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return self.status.startswith("2")

    @property
    def is_error(self) -> bool:
        """Whether the status is 4xx or 5xx."""
        return self.status[0] in "45"


class Server(Struct, frozen=True):
    """A base URL, with its variables' defaults filled in."""

    url: str
    description: str = ""


class Callback(Struct, frozen=True):
    """A request that the API sends to a URL which an operation was given (OpenAPI §4.8.18).

    `expression` is the runtime expression of that URL.
    """

    name: str
    expression: str
    method: str
    body: RequestBody
    responses: tuple[Response, ...]
    position: Position
    summary: str = ""
    description: str = ""


class Operation(Struct, frozen=True):
    """One method on one path.

    `resource` is the chain of resource names (`("conversations", "messages")`), `name` the method
    on it (`list`); both are wire-neutral snake_case words that targets turn into identifiers.
    `parameters` include those of the path item, path parameters in the order of the path.
    `security` is any-of; empty means that none is needed. `servers` and `retries` are those that
    this operation, or its path, alone has; empty and None mean those of the API.
    """

    id: str
    method: str
    path: str
    resource: tuple[str, ...]
    name: str
    position: Position
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[Requirement, ...]
    tags: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    promises: tuple[str, ...] = ()
    pagination: Pagination | None = None
    rate_limit: RateLimit | None = None
    identity: Identity | None = None
    idempotent: bool = False
    retries: Retries | None = None
    servers: tuple[Server, ...] = ()
    callbacks: tuple[Callback, ...] = ()

    def in_location(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location, in order."""
        return tuple(p for p in self.parameters if p.location == location)

    def response(self, status: int) -> Response | None:
        """The answer documented for a status: exact, else its range, else `default`."""
        by_status = {response.status: response for response in self.responses}
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in by_status:
                return by_status[key]
        return None

    @property
    def success(self) -> Response | None:
        """The first documented 2xx answer."""
        return next((r for r in self.responses if r.is_success), None)
