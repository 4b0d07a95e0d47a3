"""Parameters as text: the styles of OpenAPI 3.1 §4.8.12, percent-encoded (RFC 3986)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from .narrowing import is_list, is_object
from .operation import Cookie, Header, Part, Path, Query
from .values import to_wire

_RESERVED = ":/?#[]@!$&'()*+,;="
_PLAIN_PART = Part()
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def path_segment(parameter: Path, value: Any) -> str:
    """A path parameter as it stands in the path.

    Raises `ValueError` for a value that would name another path: an empty one, `.` and `..`.
    """
    plain = _plain(parameter.content, value)
    if plain is None or plain in ("", ".", "..", [], {}):
        raise ValueError(f"the path parameter {parameter.name} must not be {plain!r}")
    name = _escape(parameter.wire or parameter.name)
    if parameter.style == "matrix":
        return _matrix(name, plain, parameter.explode)
    if parameter.style == "label":
        return "." + _joined(plain, "." if parameter.explode else ",", parameter.explode)
    return _joined(plain, ",", parameter.explode)


def query_pairs(parameter: Query, value: Any) -> Iterator[str]:
    """A query parameter as `name=value` pairs, none for None and for an empty list."""
    plain = _plain(parameter.content, value)
    name = _escape(parameter.wire or parameter.name)
    safe = _RESERVED.replace("&", "").replace("#", "") if parameter.allow_reserved else ""
    if is_object(plain):
        yield from _object_pairs(parameter, name, plain, safe)
    elif is_list(plain):
        items = [_escape(item, safe) for item in plain if item is not None]
        if parameter.explode:
            yield from (f"{name}={item}" for item in items)
        elif items:
            yield f"{name}={_DELIMITERS.get(parameter.style, ',').join(items)}"
    elif plain is not None:
        yield f"{name}={_escape(plain, safe)}"


def extra_pairs(values: Mapping[str, Any]) -> Iterator[str]:
    """A caller's own query parameters."""
    for name, value in values.items():
        yield from query_pairs(Query(name), value)


def header_value(parameter: Header, value: Any) -> str:
    """A header parameter's text (style `simple`)."""
    return _unescaped(_plain(parameter.content, value), parameter.explode)


def cookie_pairs(parameter: Cookie, value: Any) -> Iterator[str]:
    """A cookie parameter as `name=value` pairs, each a cookie of its own (style `form`)."""
    wire = parameter.wire or parameter.name
    plain = Query(wire, explode=parameter.explode, content=parameter.content)
    yield from query_pairs(plain, value)


def form_body(members: Mapping[str, Any], parts: Mapping[str, Part]) -> bytes:
    """An `application/x-www-form-urlencoded` body; nested values are JSON (OpenAPI §4.8.14)."""
    pairs: list[str] = []
    for name, value in members.items():
        part = parts.get(name, _PLAIN_PART)
        if part.style:
            query = Query(
                name, style=part.style, explode=part.explode, allow_reserved=part.allow_reserved
            )
            pairs.extend(query_pairs(query, value))
        else:
            pairs.extend(f"{_escape(name)}={_escape(each)}" for each in form_texts(part, value))
    return "&".join(pairs).encode()


def form_texts(part: Part, value: Any) -> list[str]:
    """What a member of a form is sent as, once for each item of a list; nothing for None."""
    plain = to_wire(value)
    if plain is None:
        return []
    if is_json(part.media):
        return [msgspec.json.encode(plain).decode()]
    return [_text(item) for item in (plain if is_list(plain) else [plain])]


def styled_texts(name: str, part: Part, value: Any) -> Iterator[tuple[str, str]]:
    """The names and texts that a member of a multipart form is sent as, in its style."""
    plain = to_wire(value)
    delimiter = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(part.style, ",")
    if is_object(plain) and (part.style == "deepObject" or part.explode):
        for key, item in plain.items():
            yield (f"{name}[{key}]" if part.style == "deepObject" else key), _text(item)
    elif is_object(plain):
        yield name, delimiter.join(_text(each) for pair in plain.items() for each in pair)
    elif is_list(plain) and not part.explode:
        yield name, delimiter.join(map(_text, plain))
    elif plain is not None:
        yield from ((name, _text(each)) for each in (plain if is_list(plain) else [plain]))


def is_json(media: str) -> bool:
    """Whether a media type is JSON by its name (RFC 6839)."""
    kind = media.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json"))


def _object_pairs(
    parameter: Query, name: str, plain: Mapping[str, Any], safe: str
) -> Iterator[str]:
    if parameter.style == "deepObject":
        for key, value in plain.items():
            for item in value if is_list(value) else [value]:
                yield f"{name}%5B{_escape(key)}%5D={_escape(item, safe)}"
    elif parameter.explode:
        yield from (f"{_escape(key)}={_escape(item, safe)}" for key, item in plain.items())
    elif plain:
        delimiter = _DELIMITERS.get(parameter.style, ",")
        parts = [_escape(part, safe) for pair in plain.items() for part in pair]
        yield f"{name}={delimiter.join(parts)}"


def _matrix(name: str, plain: Any, explode: bool) -> str:
    if explode and is_object(plain):
        return "".join(f";{_escape(key)}={_escape(item)}" for key, item in plain.items())
    if explode and is_list(plain):
        return "".join(f";{name}={_escape(item)}" for item in plain)
    return f";{name}={_joined(plain, ',', explode)}"


def _joined(plain: Any, delimiter: str, explode: bool) -> str:
    if is_object(plain):
        pairs = [(_escape(key), _escape(item)) for key, item in plain.items()]
        return delimiter.join("=".join(pair) if explode else ",".join(pair) for pair in pairs)
    if is_list(plain):
        return delimiter.join(_escape(item) for item in plain)
    return _escape(plain)


def _unescaped(plain: Any, explode: bool) -> str:
    if is_object(plain):
        join = "=".join if explode else ",".join
        return ",".join(join((key, _text(item))) for key, item in plain.items())
    if is_list(plain):
        return ",".join(_text(item) for item in plain)
    return _text(plain)


def _plain(content: str, value: Any) -> Any:
    plain = to_wire(value)
    return msgspec.json.encode(plain).decode() if content else plain


def _escape(value: Any, safe: str = "") -> str:
    return quote(_text(value), safe=safe)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return msgspec.json.encode(value).decode()
