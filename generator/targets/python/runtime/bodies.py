"""Request bodies as bytes, by media type: JSON, forms, multipart, and anything as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from .narrowing import is_list, is_mapping, is_object
from .operation import Body, Part
from .serialization import form_body, is_json, styled_texts
from .values import UNSET, encode, to_wire

FileContent: TypeAlias = bytes | tuple[str, bytes] | tuple[str, bytes, str]
"""A file to send: its bytes, or its name and bytes, or its name, bytes and media type."""

_FORM = "application/x-www-form-urlencoded"


class EncodedBody(msgspec.Struct, frozen=True):
    """A body ready to send. `media` is its `Content-Type`."""

    media: str
    content: bytes


def encode_body(
    body: Body | None, arguments: Mapping[str, Any], extra: Mapping[str, Any]
) -> EncodedBody | None:
    """The body that the arguments make, `extra` members added; None where there is none.

    Raises `TypeError` for a value that its media type cannot carry.
    """
    if body is None:
        return EncodedBody("application/json", encode(extra)) if extra else None
    value = _value(body, arguments)
    if extra:
        value = {**_given(value), **extra}
    if value is UNSET or (not value and not body.required and body.members is not None):
        return None
    return _encoded(body, value)


def _given(value: Any) -> Mapping[str, Any]:
    """The members of a body; files among them are still files."""
    if value is UNSET:
        return {}
    given: Mapping[str, Any] = value if is_mapping(value) else to_wire(value)
    return given


def _value(body: Body, arguments: Mapping[str, Any]) -> Any:
    if body.members is None:
        return arguments.get("body", UNSET)
    members = {wire: arguments.get(name, UNSET) for name, wire in body.members.items()}
    return {wire: value for wire, value in members.items() if value is not UNSET}


def _encoded(body: Body, value: Any) -> EncodedBody:
    kind = body.media.partition(";")[0].strip().lower()
    if is_json(kind) or kind == "*/*":
        return EncodedBody("application/json" if kind == "*/*" else kind, encode(value))
    if isinstance(value, str):
        return EncodedBody(f"{kind}; charset=utf-8", value.encode())
    if isinstance(value, bytes):
        return EncodedBody(kind, value)
    if kind == _FORM:
        return EncodedBody(kind, form_body(_mapping(value), body.parts))
    if kind.startswith("multipart/"):
        return _multipart(kind, _mapping(value), body.parts)
    raise TypeError(f"a body of type {kind} is sent from str or bytes, not {type(value).__name__}")


def _multipart(kind: str, members: Mapping[str, Any], told: Mapping[str, Part]) -> EncodedBody:
    parts: list[bytes] = []
    for name, value in members.items():
        part = told.get(name, Part())
        if part.style:
            parts.extend(_part(n, text, part) for n, text in styled_texts(name, part, value))
        else:
            whole = not is_list(value) or is_json(part.media)
            parts.extend(_part(name, item, part) for item in ([value] if whole else value))
    boundary = hashlib.sha256(b"".join(parts)).hexdigest()[:32]
    lines = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return EncodedBody(f"{kind}; boundary={boundary}", lines + b"--%b--\r\n" % boundary.encode())


def _part(name: str, value: Any, part: Part) -> bytes:
    filename, content, kind = _file(value, "" if part.style else part.media)
    disposition = f'form-data; name="{_quoted(name)}"'
    if filename is not None:
        disposition += f'; filename="{_quoted(filename)}"'
    head = [f"Content-Disposition: {disposition}"]
    if kind:
        head.append(f"Content-Type: {kind}")
    head.extend(f"{header}: {text}" for header, text in part.headers.items())
    return "\r\n".join([*head, "", ""]).encode() + content


def _file(value: Any, media: str) -> tuple[str | None, bytes, str]:
    match value:
        case bytes():
            return "file", value, media or "application/octet-stream"
        case (str() as name, bytes() as content):
            return name, content, media or "application/octet-stream"
        case (str() as name, bytes() as content, str() as kind):
            return name, content, kind
        case _:
            pass
    plain = to_wire(value)
    if isinstance(plain, str) and not is_json(media):
        return None, plain.encode(), media
    return None, encode(plain), media or "application/json" * isinstance(plain, dict | list)


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _mapping(value: Any) -> Mapping[str, Any]:
    if is_mapping(value):
        return {name: item for name, item in value.items() if item is not UNSET}
    plain = to_wire(value)
    return dict(_members(plain))


def _members(plain: Any) -> Iterator[tuple[str, Any]]:
    if not is_object(plain):
        raise TypeError(f"a form is sent from an object, not {type(plain).__name__}")
    yield from plain.items()
