"""How a parameter's value is spread over text: the styles of OpenAPI 3.1 §4.8.12.

Each function takes what arrived under all names of one location and gives the value, lexed but
not yet validated, or ABSENT. LexError says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from .document import Document
from .lexing import LexError, lex, lexical_types

ABSENT: Final = object()
DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Values = Mapping[str, Sequence[str]]
Collect = Callable[[Values], Any]


@dataclass(frozen=True, slots=True)
class Spread:
    """How to collect one parameter, and the names it may arrive under."""

    collect: Collect
    knows: Callable[[str], bool]


def spread(document: Document, name: str, definition: Mapping[str, Any]) -> Spread:
    """How the parameter or header `definition` called `name` arrives."""
    if "content" in definition:
        return _content(document, name, definition["content"])
    schema = document.resolve(definition.get("schema", {}))
    default_style = "form" if definition.get("in") in {"query", "cookie"} else "simple"
    style = definition.get("style", default_style)
    explode = definition.get("explode", style == "form")
    kind = _container(document, schema)
    if kind == "object":
        return _object(document, name, schema, style, explode)
    if kind == "array":
        return _array(document, name, schema, style, explode)
    types = lexical_types(document, schema)
    if style in {"label", "matrix"}:
        prefixed = partial(_prefixed_primitive, name=name, style=style, types=types)
        return Spread(prefixed, name.__eq__)
    return Spread(partial(_primitive, name=name, types=types), name.__eq__)


def _object(
    document: Document, name: str, schema: Mapping[str, Any], style: str, explode: bool
) -> Spread:
    members = {
        member: lexical_types(document, value)
        for member, value in schema.get("properties", {}).items()
    }
    if style == "deepObject":
        return _deep_object(name, members)
    if style == "form" and explode:
        return _exploded_object(members)
    return Spread(
        lambda values: _flat_object(_unprefixed(values, name, style), members, explode),
        name.__eq__,
    )


def _array(
    document: Document, name: str, schema: Mapping[str, Any], style: str, explode: bool
) -> Spread:
    items, alone = _listed(document, schema)
    types = lexical_types(document, items)
    delimiter = DELIMITERS.get(style, ",")

    def collect(values: Values) -> Any:
        if style == "form" and explode:
            found = values.get(name) or None
        else:
            found = _delimited(_unprefixed(values, name, style), delimiter)
        if found is None:
            return ABSENT
        if alone and len(found) == 1:
            return lex(found[0], alone)
        return [lex(text, types) for text in found]

    return Spread(collect, name.__eq__)


def _listed(document: Document, schema: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """What elements are, and what a value may be instead that is no list: its primitive types."""
    declared = schema.get("type", ())
    names = {declared} if isinstance(declared, str) else {*declared}
    if "array" in names or "items" in schema:
        others = {**schema, "type": sorted(names - {"array", "null"})}
        return schema.get("items", {}), lexical_types(document, others) if others["type"] else ()
    items: Any = {}
    alone: tuple[str, ...] = ()
    for part in (part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())):
        resolved = document.resolve(part)
        if _container(document, resolved) == "array":
            items, found = _listed(document, resolved)
        else:
            found = lexical_types(document, resolved) if "allOf" not in schema else ()
        alone += tuple(each for each in found if each not in alone)
    return items, alone


def _container(document: Document, schema: Any) -> str:
    if not isinstance(schema, Mapping):
        return "primitive"
    declared = schema.get("type", ())
    names = {declared} if isinstance(declared, str) else set(declared)
    if "array" in names or "items" in schema:
        return "array"
    if "object" in names or "properties" in schema:
        return "object"
    parts = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())]
    kinds = {_container(document, document.resolve(part)) for part in parts} - {"primitive"}
    return kinds.pop() if len(kinds) == 1 else "primitive"


def _single(values: Values, name: str) -> str | None:
    found = values.get(name)
    if not found:
        return None
    if len(found) > 1:
        raise LexError("must be given once")
    return found[0]


def _unprefixed(values: Values, name: str, style: str) -> str | None:
    text = _single(values, name)
    if text is None or style not in {"label", "matrix"}:
        return text
    prefix = "." if style == "label" else f";{name}="
    if not text.startswith(prefix):
        raise LexError(f"must start with {prefix}")
    return text.removeprefix(prefix)


def _content(document: Document, name: str, content: Mapping[str, Any]) -> Spread:
    media_type, media = next(iter(content.items()))
    if media_type.strip().lower().startswith("text/"):
        types = lexical_types(document, document.resolve(media.get("schema", {})))
        return Spread(partial(_primitive, name=name, types=types), name.__eq__)
    return Spread(lambda values: _json(_single(values, name)), name.__eq__)


def _json(text: str | None) -> Any:
    if text is None:
        return ABSENT
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise LexError("must be JSON") from None


def _primitive(values: Values, name: str, types: Sequence[str]) -> Any:
    found = values.get(name)
    if not found:
        return ABSENT
    if len(found) > 1:
        raise LexError("must be given once")
    return lex(found[0], types)


def _prefixed_primitive(values: Values, name: str, style: str, types: Sequence[str]) -> Any:
    text = _unprefixed(values, name, style)
    return ABSENT if text is None else lex(text, types)


def _delimited(text: str | None, delimiter: str) -> list[str] | None:
    if not text:
        return None if text is None else []
    return text.split(delimiter)


def _flat_object(text: str | None, members: Mapping[str, Sequence[str]], explode: bool) -> Any:
    if text is None:
        return ABSENT
    parts = text.split(",")
    if explode:
        pairs = [tuple(part.split("=", 1)) for part in parts]
    else:
        pairs = list(zip(parts[::2], parts[1::2], strict=False))
        if len(parts) % 2:
            raise LexError("must be a list of names and values")
    if any(len(pair) != 2 for pair in pairs):
        raise LexError("must be a list of names and values")
    return {name: lex(value, members.get(name, ("string",))) for name, value in pairs}


def _exploded_object(members: Mapping[str, Sequence[str]]) -> Spread:
    def collect(values: Values) -> Any:
        found = {name: _single(values, name) for name in members}
        value = {name: lex(text, members[name]) for name, text in found.items() if text is not None}
        return value or ABSENT

    return Spread(collect, members.__contains__)


def _deep_object(name: str, members: Mapping[str, Sequence[str]]) -> Spread:
    opening = f"{name}["

    def knows(key: str) -> bool:
        return key.startswith(opening) and key.endswith("]")

    def collect(values: Values) -> Any:
        value = {}
        for key in values:
            if knows(key):
                member = key[len(opening) : -1]
                text = _single(values, key)
                value[member] = lex(text or "", members.get(member, ("string",)))
        return value or ABSENT

    return Spread(collect, knows)
