"""What the contract says of one operation, as data: shared by the sync and the async client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")

JSON = "application/json"


class Path(msgspec.Struct, frozen=True):
    """A path parameter: the argument `name` is sent as `wire` (OpenAPI 3.1 §4.8.12)."""

    name: str
    wire: str = ""
    style: Literal["simple", "label", "matrix"] = "simple"
    explode: bool = False
    content: str = ""


class Query(msgspec.Struct, frozen=True):
    """A query parameter."""

    name: str
    wire: str = ""
    style: Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"] = "form"
    explode: bool = True
    allow_reserved: bool = False
    content: str = ""


class Header(msgspec.Struct, frozen=True):
    """A header parameter."""

    name: str
    wire: str = ""
    explode: bool = False
    content: str = ""


class Cookie(msgspec.Struct, frozen=True):
    """A cookie parameter."""

    name: str
    wire: str = ""
    explode: bool = True
    content: str = ""


Parameter = Path | Query | Header | Cookie


class Part(msgspec.Struct, frozen=True):
    """How one member of a form is sent: in a style, else in a media type (OpenAPI 3.1 §4.8.15)."""

    media: str = ""
    style: Literal["", "form", "spaceDelimited", "pipeDelimited", "deepObject"] = ""
    explode: bool = True
    allow_reserved: bool = False
    headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])


class Body(msgspec.Struct, frozen=True):
    """A request body.

    `members` maps arguments to the members of the object that they make together; where it is
    None, the argument `body` is sent as it is. `parts` says how members of a form are sent.
    """

    media: str = JSON
    members: Mapping[str, str] | None = None
    parts: Mapping[str, Part] = msgspec.field(default_factory=dict[str, Part])
    required: bool = True


class Pages(msgspec.Struct, frozen=True):
    """How a list is walked.

    `results`, `next` and `has_more` are paths of attributes into the decoded answer; an empty
    `results` means that the answer is the list. `argument` is the one that moves on.
    """

    results: tuple[str, ...]
    argument: str = ""
    next: tuple[str, ...] = ()
    has_more: tuple[str, ...] = ()
    style: Literal["cursor", "offset", "page", "link"] = "cursor"


class Events(msgspec.Struct, frozen=True):
    """A stream of server-sent events: the type of each event's data, and those that end it.

    `resume` says that the server takes a `Last-Event-ID`, and goes on after that event.
    """

    types: Mapping[str, Any]
    final: frozenset[str] = frozenset()
    resume: bool = False


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """One method on one path, and what it returns.

    `statuses` holds the types of success statuses that differ from `returns`, `types` the media
    types of those that differ from `media`. `security` is any-of: each entry names schemes that
    are needed together; an empty entry means none.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    returns: Any = None
    media: str = JSON
    statuses: Mapping[int, Any] = msgspec.field(default_factory=dict[int, Any])
    types: Mapping[int, str] = msgspec.field(default_factory=dict[int, str])
    pages: Pages | None = None
    events: Events | None = None
    security: tuple[tuple[str, ...], ...] | None = None
    idempotent: bool = False
    deprecated: bool = False

    def shape(self, status: int) -> Any:
        """The type of a success answer with this status."""
        return self.statuses.get(status, self.returns)

    def media_type(self, status: int) -> str:
        """The media type of a success answer with this status."""
        return self.types.get(status, self.media)

    @property
    def accept(self) -> str:
        """What the operation accepts as an answer."""
        if self.events:
            return "text/event-stream"
        if not self.types:
            return self.media
        return ", ".join(dict.fromkeys([self.media, *self.types.values()]))
