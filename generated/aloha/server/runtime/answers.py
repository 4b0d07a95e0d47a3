"""Answers: a handler's value as bytes of a documented status and media type, checked as sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from .conversion import encode_hook
from .document import Document, Location
from .errors import AnswerError
from .lexing import LexError
from .media_types import best_match, is_json, parse_media_type
from .request import Response
from .schemas import Schemas, SchemaValidator
from .sentences import BODY, Subject
from .styles import ABSENT, Spread, spread

JSON = "application/json"
EVENT_STREAM = "text/event-stream"
BODILESS = frozenset({204, 205, 304})
"""What has no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5), whatever is documented."""
FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
RawHeaders = list[tuple[str, str]]

encode_json = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: a status, headers without Content-Length, and the whole body.

    Raises AnswerError where a header is not one that can be sent (RFC 9110 §5.5).
    """

    status: int
    headers: RawHeaders
    body: bytes

    def __post_init__(self) -> None:
        for name, value in self.headers:
            if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
                raise AnswerError(f"header {name!r} cannot be sent")


@dataclass(frozen=True, slots=True)
class DocumentedHeader:
    """A header that a response documents."""

    name: str
    required: bool
    spread: Spread
    validator: SchemaValidator | None


@dataclass(frozen=True, slots=True)
class DocumentedAnswer:
    """One response of the contract. `media` is media type or range → its schema, if it has one."""

    media: Mapping[str, SchemaValidator | None]
    headers: tuple[DocumentedHeader, ...]
    events: Mapping[str, SchemaValidator]


@dataclass(frozen=True, slots=True)
class AnswerBook:
    """All responses that one operation documents, by status, range or `default`.

    Without any, every answer is as documented.
    """

    answers: Mapping[str, DocumentedAnswer]
    success: int

    def documented(self, status: int) -> DocumentedAnswer | None:
        """The response documented for a status (OpenAPI 3.1 §4.8.16)."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.answers:
                return self.answers[key]
        return None

    def encode(self, response: Response[Any]) -> Answer:
        """A handler's answer as it is sent. Raises AnswerError where it cannot be."""
        status = self.success if response.status is None else response.status
        headers = list(response.headers.items())
        documented = self.documented(status)
        media_type = response.media_type or _first_media_type(documented)
        if response.value is None and (media_type is None or status in BODILESS):
            return Answer(status, headers, b"")
        media_type = media_type or JSON
        headers.append(("Content-Type", _with_charset(media_type)))
        return Answer(status, headers, _encode(response.value, media_type))

    def check(self, status: int, headers: Sequence[tuple[str, str]], body: bytes | None) -> None:
        """Raise AnswerError where an answer is not as documented.

        `body` is None where it is sent in parts and not known whole.
        """
        if not self.answers:
            return
        documented = self.documented(status)
        if documented is None:
            raise AnswerError(f"status {status} is not documented")
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.lower(), []).append(value)
        _check_headers(documented, values)
        content_type = values.get("content-type", [""])[0]
        if content_type or body:
            _check_body(documented, content_type, body)

    def check_event(self, event: str, data: bytes) -> None:
        """Raise AnswerError where an event's data is not as documented."""
        documented = self.documented(self.success)
        if documented is None or not documented.events:
            return
        validator = documented.events.get(event)
        if validator is None:
            raise AnswerError(f"event {event!r} is not documented")
        _require(validator, msgspec.json.decode(data), Subject("Event field"))


def _check_headers(documented: DocumentedAnswer, values: Mapping[str, Sequence[str]]) -> None:
    for header in documented.headers:
        subject = Subject("Header", header.name)
        try:
            value = header.spread.collect(values)
        except LexError as error:
            raise AnswerError(f"{subject} {error}") from None
        if value is ABSENT:
            if header.required:
                raise AnswerError(f"{subject} is missing")
        elif header.validator is not None:
            _require(header.validator, value, subject)


def _check_body(documented: DocumentedAnswer, content_type: str, body: bytes | None) -> None:
    media_type = parse_media_type(content_type)
    essence = media_type.essence if media_type else ""
    match = best_match(essence, documented.media)
    if match is None:
        raise AnswerError(f"media type {content_type!r} is not documented")
    validator = documented.media[match]
    if validator is None or body is None:
        return
    if is_json(essence):
        try:
            value = msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise AnswerError("the body is not JSON") from None
    elif essence.startswith("text/"):
        value = body.decode("utf-8", errors="replace")
    else:
        return
    _require(validator, value, BODY)


def _require(validator: SchemaValidator, value: Any, subject: Subject) -> None:
    """Raise AnswerError, which names a place and a keyword but no value: it goes to the log."""
    fault = validator.fault(value, subject)
    if fault is not None:
        raise AnswerError(fault)


def _encode(value: Any, media_type: str) -> bytes:
    try:
        if is_json(media_type.partition(";")[0].strip().lower()):
            return encode_json(value)
        if isinstance(value, str):
            return value.encode("utf-8")
        if isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
    except (TypeError, ValueError, NotImplementedError, msgspec.MsgspecError) as error:
        raise AnswerError(f"the value cannot be encoded: {error}") from error
    raise AnswerError(f"{type(value).__name__} cannot be sent as {media_type}")


def _first_media_type(documented: DocumentedAnswer | None) -> str | None:
    return next(iter(documented.media), None) if documented is not None else JSON


def _with_charset(media_type: str) -> str:
    textual = media_type.startswith("text/") and "charset" not in media_type
    return f"{media_type}; charset=utf-8" if textual else media_type


def build_answer_book(document: Document, schemas: Schemas, operation: Location) -> AnswerBook:
    """What an operation documents that it answers."""
    if "responses" not in operation.value:
        return AnswerBook({}, 200)
    responses = document.child(operation, "responses")
    answers = {
        str(status): _documented(document, schemas, document.child(responses, status))
        for status in responses.value
        if not str(status).startswith("x-")
    }
    success = next(
        (int(status) for status in answers if status.isdigit() and status[0] == "2"), 200
    )
    return AnswerBook(answers, success)


def _documented(document: Document, schemas: Schemas, response: Location) -> DocumentedAnswer:
    media: dict[str, SchemaValidator | None] = {}
    events: dict[str, SchemaValidator] = {}
    for name, definition in response.value.get("content", {}).items():
        place = document.child(response, "content", name)
        key = name.partition(";")[0].strip().lower()
        media[key] = None
        if "schema" in definition and key != EVENT_STREAM:
            media[key] = schemas.compile(document.child(place, "schema"), "response")
        for event in definition.get("x-event-schema", {}).get("events", {}):
            schema = document.child(place, "x-event-schema", "events", event)
            events[event] = schemas.compile(schema, "response")
    names = response.value.get("headers", {})
    headers = tuple(
        _header(document, schemas, name, document.child(response, "headers", name))
        for name in names
        if name.lower() != "content-type"
    )
    return DocumentedAnswer(media, headers, events)


def _header(
    document: Document, schemas: Schemas, name: str, definition: Location
) -> DocumentedHeader:
    validator = None
    if "schema" in definition.value:
        validator = schemas.compile(document.child(definition, "schema"), "response")
    return DocumentedHeader(
        name=name,
        required=definition.value.get("required", False),
        spread=spread(document, name.lower(), definition.value),
        validator=validator,
    )
