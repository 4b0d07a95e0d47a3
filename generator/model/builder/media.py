"""Bodies, answers and headers: what is sent in which media type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from generator.document import Node
from generator.model.behaviour import Stream
from generator.model.builder.names import element_name, member_name
from generator.model.builder.source import Source, members, string_map, texts
from generator.model.operation import Header, Media, Part, RequestBody, Response
from generator.model.schema import Anything, Array, Schema
from generator.model.words import pascal

EVENT_STREAM = "text/event-stream"
_FORMS = ("application/x-www-form-urlencoded", "multipart/")
_JSON = re.compile(r"^application/(.+\+)?json\b", re.IGNORECASE)
_STATUS = re.compile(r"^[1-5](\d\d|XX)$")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259) or has the `+json` suffix (RFC 6839 §3.1)."""
    return _JSON.match(media_type) is not None


def request_body(source: Source, written: Node, name: str) -> RequestBody:
    """A request body; `name` is that of its schema where that is inline."""
    node = source.resolved(written)
    if node is not written:
        name = _component_name(node, "Request")
    return RequestBody(
        media=media_types(source, node, name),
        required=node.mapping.get("required") is True,
        position=written.position,
        description=node.text("description"),
    )


def responses(source: Source, holder: Node | None, name: str) -> tuple[Response, ...]:
    """The documented answers of an operation, in order; the first success names its schema."""
    found: dict[str, Response] = {}
    for key, written in members(holder):
        status = key.upper() if key != "default" else key
        if status != "default" and not _STATUS.match(status):
            source.note(written, "GEN-031", f"{key!r} is no status; the answer is left out.")
            continue
        plain = not any(response.is_success for response in found.values())
        suffix = "" if status.startswith("2") and plain else pascal(status)
        found[status] = _response(source, status, written, f"{name}{suffix}Response")
    return tuple(found.values())


def _response(source: Source, status: str, written: Node, name: str) -> Response:
    def build(node: Node) -> Response:
        label = name if node is written else _component_name(node, "Response")
        return Response(
            status=status,
            media=media_types(source, node, label),
            headers=headers(source, node, label),
            position=node.position,
            error_codes=string_map(node.mapping.get("x-error-codes")),
            links={key: source.resolved(link).value for key, link in members(node.get("links"))},
        )

    description = written.text("description") or source.resolved(written).text("description")
    made = source.shared("response", written, build)
    return replace(made, status=status, position=written.position, description=description)


def headers(source: Source, holder: Node, name: str) -> tuple[Header, ...]:
    """The declared headers of an answer; `Content-Type` is said by the media type."""
    found = []
    for key, written in members(holder.get("headers")):
        if key.lower() != "content-type":
            made = source.shared("header", written, lambda node: _header(source, node, name))
            found.append(replace(made, name=key, position=written.position))
    return tuple(found)


def _header(source: Source, node: Node, name: str) -> Header:
    key = node.pointer.rpartition("/")[2]
    base = "" if node.pointer.startswith("/components/headers/") else name
    return Header(
        name=key,
        schema=_schema_or_content(source, node, member_name(base, key)),
        required=node.mapping.get("required") is True,
        position=node.position,
        description=node.text("description"),
        deprecated=node.mapping.get("deprecated") is True,
    )


def media_types(source: Source, holder: Node, name: str) -> tuple[Media, ...]:
    """Each media type of a `content`; the first inline schema takes the plain name."""
    found: list[Media] = []
    for key, written in members(holder.get("content")):
        node = source.resolved(written)
        label = name if not found else name + pascal(key.partition(";")[0].rpartition("/")[2])
        found.append(_media(source, key, node, label))
    return tuple(found)


def _media(source: Source, media_type: str, node: Node, name: str) -> Media:
    schema = node.get("schema")
    item = node.get("itemSchema")
    built = source.schemas.schema(schema, name) if schema is not None else None
    stream = None
    if media_type.partition(";")[0].strip().lower() == EVENT_STREAM:
        stream = _stream(source, node, name)
    elif item is not None and built is None:
        built = Schema(Array(source.schemas.schema(item, element_name(name))), item.position)
    for keyword in ("prefixEncoding", "itemEncoding"):
        if node.get(keyword) is not None:
            source.note(node, "GEN-032", f"`{keyword}` is not expressed; parts are sent by name.")
    return Media(
        type=media_type,
        schema=built,
        position=node.position,
        examples=examples(source, node),
        parts=_parts(source, node, name) if media_type.startswith(_FORMS) else (),
        stream=stream,
    )


def _parts(source: Source, node: Node, label: str) -> tuple[Part, ...]:
    found = []
    for name, encoding in members(node.get("encoding")):
        said = {"style", "explode", "allowReserved"} & encoding.mapping.keys()
        style = encoding.text("style") or ("form" if said else "")
        part = Part(
            name=name,
            content_type=encoding.text("contentType"),
            style=style,
            explode=encoding.mapping.get("explode", style in {"", "form"}) is True,
            allow_reserved=encoding.mapping.get("allowReserved") is True,
            headers=headers(source, encoding, member_name(label, name)),
        )
        found.append(part)
    return tuple(found)


def examples(source: Source, node: Node) -> Mapping[str, Any]:
    """The examples of a parameter, media type or header by name; an unnamed one is `example`."""
    found: dict[str, Any] = {}
    if "example" in node.mapping:
        found["example"] = node.mapping["example"]
    for name, written in members(node.get("examples")):
        value = source.resolved(written).mapping
        for key in ("value", "dataValue"):
            if key in value:
                found[name] = value[key]
    return found


def _stream(source: Source, node: Node, name: str) -> Stream:
    """Server-sent events: those of `x-event-schema`, else what `itemSchema` or `schema` says."""
    told = node.get("x-event-schema")
    if told is not None and isinstance(told.value, dict):
        events = {
            event: source.schemas.schema(schema, member_name(name, event) + "Event")
            for event, schema in members(told.get("events"))
        }
        final, resume = texts(told.mapping.get("final")), told.mapping.get("resume")
        return Stream(events, final, told.position, resume=resume is not None)
    shape = node.get("itemSchema") or node.get("schema")
    if shape is None:
        return Stream({}, (), node.position)
    return Stream(_enveloped(source, shape, name), (), shape.position)


def _enveloped(source: Source, shape: Node, name: str) -> dict[str, Schema]:
    """Events by name, where each alternative of a schema describes `{event, data}`.

    A schema of another shape describes the data of every event: the default name of an event is
    `message` (HTML Living Standard, 9.2.6).
    """
    events: dict[str, Schema] = {}
    resolved = source.resolved(shape)
    union = resolved.get("oneOf") or resolved.get("anyOf")
    for written in union.elements() if union else (resolved,):
        variant = source.resolved(written)
        data = variant.get("properties", "data")
        named = variant.get("properties", "event")
        if data is None or (named is None and shape.pointer.endswith("/schema")):
            return {"message": source.schemas.schema(shape, element_name(name))}
        values = named.mapping.get("enum", [named.mapping.get("const")]) if named else []
        content = data.get("contentSchema") or data
        for value in texts(list(values)) or ("message",):
            events[value] = source.schemas.schema(content, member_name(name, value) + "Event")
    return events


def _schema_or_content(source: Source, node: Node, name: str) -> Schema:
    schema = node.get("schema")
    if schema is None:
        schema = next((m.get("schema") for _, m in members(node.get("content"))), None)
    if schema is None:
        return Schema(Anything(), node.position)
    return source.schemas.schema(schema, name)


def _component_name(node: Node, suffix: str) -> str:
    name = pascal(node.pointer.rpartition("/")[2])
    return name if name.endswith((suffix, "Body")) else name + suffix
