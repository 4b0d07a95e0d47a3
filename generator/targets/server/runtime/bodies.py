"""Request bodies: read within limits, told apart by media type, decoded strictly, validated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from .conversion import decode_hook
from .document import Document, Location
from .errors import RequestError
from .json_text import JsonError, decode_json
from .lexing import LexError, lex, lexical_types
from .media_types import MediaType, best_match, is_json, parse_media_type
from .options import ServerOptions
from .query import Pairs, PairsError, grouped, parse_pairs
from .routes import Route
from .schemas import Schemas, SchemaValidator
from .sentences import BODY
from .styles import ABSENT, Spread, spread
from .timestamps import to_the_microsecond
from .uploads import UploadedFile

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_JSON = ("object",)
"""What the text of an object may be."""
CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii"}

FormTypes = Mapping[str, tuple[bool, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class BodyMedia:
    """One media type that an operation takes: the type of `body`, its schema, a form's members."""

    media_type: str
    type: Any
    validator: SchemaValidator | None
    members: FormTypes
    styled: Mapping[str, Spread]
    """Members of a form that are spread over it in a style of their own."""


@dataclass(frozen=True, slots=True)
class BodyReader:
    """Reads the body of one operation."""

    required: bool
    media: Mapping[str, BodyMedia]
    options: ServerOptions

    async def read(self, headers: Headers, receive: Receive) -> Any:
        """The body, or None where none was sent and none is needed. Raises RequestError(400)."""
        raw = await _receive_all(headers, receive, self.options)
        if not raw and not self._may_be_empty(headers):
            if self.required:
                raise RequestError(400, "The body is required.")
            return None
        media_type = self._content_type(headers)
        media = self.media[best_match(media_type.essence, self.media) or ""]
        if is_json(media_type.essence):
            return self._json(media, raw)
        if media.type in (str, bytes):
            return self._text_or_bytes(media, media_type, raw)
        if media_type.essence == FORM:
            return self._form(media, raw)
        if media_type.essence == MULTIPART:
            return await self._multipart(media, headers, raw)
        return self._text_or_bytes(media, media_type, raw)

    def _may_be_empty(self, headers: Headers) -> bool:
        """Whether no bytes are a value of the media type that is given: they are no JSON."""
        told = parse_media_type(headers.get("content-type", ""))
        if told is None or is_json(told.essence):
            return False
        return best_match(told.essence, self.media) is not None

    def _content_type(self, headers: Headers) -> MediaType:
        sent = headers.getlist("content-type")
        expected = " or ".join(self.media)
        if len(sent) != 1:
            raise RequestError(400, f"Header `Content-Type` is required: {expected}.")
        media_type = parse_media_type(sent[0])
        if media_type is None or best_match(media_type.essence, self.media) is None:
            raise RequestError(400, f"Header `Content-Type` must be {expected}.")
        if media_type.parameters.get("charset", "utf-8").lower() not in CHARSETS:
            raise RequestError(400, "Header `Content-Type` must have the charset utf-8.")
        return media_type

    def _json(self, media: BodyMedia, raw: bytes) -> Any:
        try:
            value = decode_json(raw)
        except JsonError as error:
            raise RequestError(400, f"The body {error}.") from None
        return _accept(media, value, value)

    def _form(self, media: BodyMedia, raw: bytes) -> Any:
        try:
            pairs = parse_pairs(raw)
        except PairsError:
            raise RequestError(400, "The body is not a form in UTF-8.") from None
        if media.type == Pairs:
            return pairs
        value = _members(grouped(pairs), media)
        return _accept(media, value, value)

    async def _multipart(self, media: BodyMedia, headers: Headers, raw: bytes) -> Any:
        async def stream() -> AsyncIterator[bytes]:
            yield raw

        if not raw:
            return _accept(media, {}, {})
        try:
            form = await MultiPartParser(headers, stream()).parse()  # type: ignore[arg-type]  # any async iterator of bytes will do
        except (MultiPartException, KeyError, ValueError):
            raise RequestError(400, "The body is not a multipart form.") from None
        given: dict[str, list[str | UploadedFile]] = {}
        for name, part in form.multi_items():
            told = await _file(part) if isinstance(part, UploadFile) else part
            given.setdefault(name, []).append(told)
        await form.close()
        files = {name for name, parts in given.items() if any(isinstance(p, bytes) for p in parts)}
        values = {name: _files(name, given[name], media) for name in files}
        values |= _members({n: p for n, p in given.items() if n not in files}, media)
        texts = {name: _as_text(value) for name, value in values.items()}
        return _accept(media, texts, values)

    def _text_or_bytes(self, media: BodyMedia, media_type: MediaType, raw: bytes) -> Any:
        if not media_type.essence.startswith("text/") and media.type is not str:
            return raw
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise RequestError(400, "The body is not UTF-8.") from None
        return _accept(media, text, text)


async def _file(part: UploadFile) -> UploadedFile:
    return UploadedFile(await part.read(), part.filename or "", part.content_type or "")


def _members(texts: Mapping[str, Sequence[Any]], media: BodyMedia) -> dict[str, Any]:
    """The members that the texts of a form are. Raises RequestError(400)."""
    found: dict[str, Any] = {}
    for name, style in media.styled.items():
        try:
            value = style.collect(texts)
        except LexError as error:
            raise RequestError(400, f"{BODY.member([name[:60]])} {error}.") from None
        found |= {name: value} if value is not ABSENT else {}
    for name, each in texts.items():
        if not any(style.knows(name) for style in media.styled.values()):
            found[name] = _member(name, each, media)
    return found


def _files(name: str, contents: Sequence[Any], media: BodyMedia) -> Any:
    many, _ = _declared(name, len(contents), media)
    if len(contents) > 1 and not many:
        raise RequestError(400, f"{BODY.member([name[:60]])} must be given once.")
    return contents if many else contents[0]


def _as_text(value: Any) -> Any:
    """The same for a schema, which takes a file for a string of any characters."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [_as_text(each) for each in value] if isinstance(value, list) else value


def _member(name: str, texts: Sequence[str], media: BodyMedia) -> Any:
    many, types = _declared(name, len(texts), media)
    subject = BODY.member([name[:60]])
    if len(texts) > 1 and not many:
        raise RequestError(400, f"{subject} must be given once.")
    try:
        values = [decode_json(t.encode()) if types == _JSON else lex(t, types) for t in texts]
    except JsonError:
        raise RequestError(400, f"{subject} must be JSON.") from None
    except LexError as error:
        raise RequestError(400, f"{subject} {error}.") from None
    return values if many else values[0]


def _declared(name: str, count: int, media: BodyMedia) -> tuple[bool, tuple[str, ...]]:
    """Whether a member is a list, and what its texts may be; who declares none may list it."""
    return media.members.get(name, (count > 1, ("string",)))


def _accept(media: BodyMedia, checked: Any, value: Any) -> Any:
    """`value` as the handler takes it, where `checked` is as documented, else RequestError(400)."""
    if media.validator is not None:
        complaint = media.validator.complaint(checked, BODY)
        if complaint is not None:
            raise RequestError(400, complaint)
    try:
        return to_the_microsecond(value, partial(_converted, type_=media.type))
    except (ValueError, OverflowError) as error:
        where = str(error).partition(" - at `$.")[2].rstrip("`")
        subject = BODY.member([where] if where else [])
        raise RequestError(400, f"{subject} is outside what can be represented.") from None


def _converted(value: Any, type_: Any) -> Any:
    try:
        return msgspec.convert(value, type_, dec_hook=decode_hook)
    except msgspec.ValidationError:
        # JSON Schema calls 1.0 an integer; msgspec does so only here.
        return msgspec.convert(value, type_, strict=False, dec_hook=decode_hook)


async def _receive_all(headers: Headers, receive: Receive, options: ServerOptions) -> bytes:
    """The whole body. Raises RequestError(400) where it is too large or too slow."""
    too_large = RequestError(400, f"The body is larger than {options.max_body_bytes} bytes.")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > options.max_body_bytes:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(options.body_timeout):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > options.max_body_bytes:
                    raise too_large
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise RequestError(400, "The body took too long to arrive.") from None


def build_body_reader(
    document: Document,
    schemas: Schemas,
    route: Route,
    operation: Location,
    options: ServerOptions,
) -> BodyReader | None:
    """The reader of an operation's body; None where it takes none."""
    if "requestBody" not in operation.value:
        return None
    body = document.child(operation, "requestBody")
    media = {}
    for name, definition in body.value.get("content", {}).items():
        place = document.child(body, "content", name)
        validator, members, styled = None, {}, {}
        essence = name.partition(";")[0].strip().lower()
        if "schema" in definition:
            schema = document.child(place, "schema")
            if essence in {FORM, MULTIPART} or is_json(essence) or _is_text(document, schema.value):
                validator = schemas.compile(schema, "request")
            encoding = definition.get("encoding", {})
            members = _form_members(document, schema.value, encoding)
            styled = _styled(document, schema.value, encoding)
        media[essence] = BodyMedia(essence, route.bodies.get(name, Any), validator, members, styled)
    return BodyReader(body.value.get("required", False), media, options)


def _is_text(document: Document, schema: Any) -> bool:
    """Whether a schema is one of strings: of XML and the like it says what nobody here reads."""
    resolved = document.resolve(schema)
    declared = resolved.get("type") if isinstance(resolved, Mapping) else None
    return declared == "string" or (isinstance(declared, list) and "string" in declared)


def _form_members(
    document: Document, schema: Any, encoding: Mapping[str, Any]
) -> dict[str, tuple[bool, tuple[str, ...]]]:
    members: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for part in _composed(document, schema):
        for name, definition in part.get("properties", {}).items():
            member = document.resolve(definition)
            told = encoding.get(name, {}).get("contentType", "")
            if is_json(told.partition(";")[0].strip().lower()):
                members.setdefault(name, (False, _JSON))
            elif isinstance(member, Mapping) and member.get("type") == "array":
                members.setdefault(name, (True, _texts(document, member.get("items", {}))))
            else:
                members.setdefault(name, (False, _texts(document, member)))
    return members


def _styled(document: Document, schema: Any, encoding: Mapping[str, Any]) -> dict[str, Spread]:
    """How members arrive whose encoding has a style (OpenAPI 3.1 §4.8.15.1.2)."""
    found: dict[str, Spread] = {}
    for part in _composed(document, schema):
        for name, member in part.get("properties", {}).items():
            told = {k: v for k, v in encoding.get(name, {}).items() if k in {"style", "explode"}}
            if told:
                found[name] = spread(document, name, {"in": "query", "schema": member, **told})
    return found


def _texts(document: Document, schema: Any) -> tuple[str, ...]:
    """What a member's text may be: objects are written as JSON (OpenAPI 3.1 §4.8.14.4)."""
    kinds: set[str] = set()
    for part in _composed(document, schema):
        declared = part.get("type", ())
        kinds |= {declared} if isinstance(declared, str) else set(declared)
        kinds |= {"object"} if "properties" in part else set()
    is_object = "object" in kinds and kinds <= {"object", "null"}
    return _JSON if is_object else lexical_types(document, schema)


def _composed(document: Document, schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema, and those that it is made of, each once."""
    waiting, seen = [schema], set[int]()
    while waiting:
        resolved = document.resolve(waiting.pop(0))
        if isinstance(resolved, Mapping) and id(resolved) not in seen:
            seen.add(id(resolved))
            yield resolved
            for keyword in ("allOf", "anyOf", "oneOf"):
                waiting.extend(resolved.get(keyword, ()))
