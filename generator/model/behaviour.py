"""What a contract promises beyond shapes: paging, rate limits, streams, identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from generator.document import Position
from generator.model.schema import Schema

WirePath = tuple[str, ...]


class PageSize(Struct, frozen=True):
    """How large a page is: the query parameter, its bounds, and where the answer repeats it."""

    parameter: str
    minimum: int
    maximum: int | None
    default: int | None
    echo: WirePath = ()


class Pagination(Struct, frozen=True):
    """How a list is walked (`x-fern-pagination`, `x-page-limits` and other tools' spellings).

    `style` is `cursor`, `offset`, `page` or `link`. `parameter` is the query parameter that moves
    on; `next` the path of the next cursor in the answer, `results` that of the rows (empty: the
    body is the list), `has_more` that of a flag. `invalid_cursor` and `expired_cursor` are error
    codes; `expired_cursor` is set only where cursors die when the data changes.
    """

    style: Literal["cursor", "offset", "page", "link"]
    parameter: str
    results: WirePath
    position: Position
    next: WirePath = ()
    has_more: WirePath = ()
    cursor_echo: WirePath = ()
    size: PageSize | None = None
    invalid_cursor: str = ""
    expired_cursor: str = ""


class RateLimit(Struct, frozen=True):
    """`x-rate-limit`: a token bucket of `burst`, refilled with `limit` every `window` seconds.

    `headers` maps `limit`, `remaining`, `reset`, `retry-after` to the header that carries it.
    """

    per: str
    limit: int
    window: int
    burst: int
    position: Position
    plans: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: Literal["unix-seconds", "delta-seconds"] = "unix-seconds"


class Retries(Struct, frozen=True):
    """`x-speakeasy-retries`: when a client tries again, and how long it waits; times in seconds.

    `statuses` are codes and ranges (`429`, `5XX`). `maximum_elapsed` bounds all attempts together.
    """

    initial: float
    maximum: float
    maximum_elapsed: float
    exponent: float
    statuses: tuple[str, ...]
    connection_errors: bool
    position: Position


class Stream(Struct, frozen=True):
    """Server-sent events: event name → schema of its data; `final` are those that end it.

    `resume` says that a request with `Last-Event-ID` is answered with the events after that one.
    """

    events: Mapping[str, Schema]
    final: tuple[str, ...]
    position: Position
    resume: bool = False


class Identity(Struct, frozen=True):
    """`x-identity`: the JWT that proves who an end user is, and what it must satisfy.

    `token` and `matches` are paths into the request body.
    """

    token: WirePath
    subject: tuple[str, ...]
    matches: WirePath
    anonymous_prefix: str
    algorithms: tuple[str, ...]
    required_claims: tuple[str, ...]
    trusted_claims: tuple[str, ...]
    failure: int
    position: Position


class Signature(Struct, frozen=True):
    """How a webhook is signed (`x-fern-webhook-signature`).

    `components` is what is signed, in order: `body`, `timestamp`, `message-id`. The key is what
    follows `secret_prefix` in the secret, decoded.
    """

    header: str
    algorithm: str
    encoding: Literal["hex", "base64"]
    prefix: str
    components: tuple[str, ...]
    delimiter: str
    position: Position
    timestamp_header: str = ""
    tolerance: int | None = None
    id_header: str = ""
    secret_prefix: str = ""
    key_encoding: Literal["utf-8", "base64"] = "utf-8"


class PlainHttp(Struct, frozen=True):
    """`x-plain-http`: what a request over plain HTTP is answered with, a refusal or a redirect.

    `code` is the error code of a refusal.
    """

    status: int
    position: Position
    code: str = ""

    @property
    def is_redirect(self) -> bool:
        """Whether the answer leads to the same URL of https."""
        return 300 <= self.status < 400
