"""Documents that nobody would write: small ones, changed at random places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.hostile_text import INJECTIONS
from tests.fuzz.seeds import seeds

Place = tuple[Any, ...]
"""The keys and indices that lead to a value."""
Holder = Any
"""A mapping or sequence: what is at a place is taken out of it, and put into it, by its key."""

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e400, 10**30, "", "x", [], {}, [[]], [None], {"": None}),
    *({"$ref": target} for target in ("#", "#/nowhere", "../../../etc/passwd", "/etc/passwd", "")),
    *({"$ref": target} for target in ("#/info", "#anchor", "#/components/schemas", "%2e%2e/a#/~3")),
    *({"$ref": target} for target in ("http://localhost:1/x.yaml", "file:///etc/passwd", 3, None)),
    {"anyOf": [{"type": "object"}, {"type": "array"}, {"type": ["string", "null"]}]},
    {"type": ["string", "integer", "object", "array", "null"]},
    {"enum": ["a", "A", "a-b", "a_b", "", 1, True, None, 1.0, {"a": 1}]},
    {"enum": list(range(300))},
    {"pattern": "(a+)+$", "type": "string", "default": "a" * 60},
    {"type": "object", "required": ["a", "a", "class", ""], "patternProperties": {"[": {}}},
    {"type": "array", "prefixItems": [{}, {}], "items": {"type": "integer"}, "maxItems": -1},
    {"type": "string", "format": "binary", "contentEncoding": "base64", "const": 1},
    {"type": "string", "format": "date-time", "default": "never", "readOnly": True},
    {"type": "integer", "minimum": 10**30, "multipleOf": 0, "enum": [1.5], "x-enum-varnames": [1]},
    {"const": None},
    {"not": {}},
    {"in": "query", "name": "x"},
    {"in": "path", "name": "x", "style": "matrix", "content": {"a": {}}},
    {"oneOf": [], "discriminator": {"propertyName": "x", "mapping": {"y": "z"}}},
    {"security": 3},
    {"default": {"description": "x", "content": {"*/*": {}, "text/event-stream": {}}}},
]
KEYS = [
    *(
        "",
        "x-y",
        "$ref",
        "a/b~c",
        "items",
        "200",
        "2XX",
        "default",
        "get",
        "schema",
        "Tree",
        "tree",
    ),
    *(
        "properties",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "enum",
        "const",
        "type",
        "format",
        "required",
    ),
    *("discriminator", "additionalProperties", "prefixItems", "nullable", "parameters", "headers"),
    *("content", "encoding", "style", "explode", "servers", "variables", "callbacks", "security"),
    *("x-fern-pagination", "x-fern-sdk-group-name", "x-fern-sdk-method-name", "x-rate-limit"),
    *("x-event-schema", "x-identity", "x-page-limits", "x-payload-limits", "x-enum-varnames"),
    *("x-fern-bearer", "x-fern-webhook-signature", "x-error-codes", "x-speakeasy-retries"),
    "x-grant-idle",
]
_STRINGS = [*INJECTIONS, *KEYS]
_NESTING = ["allOf", "anyOf", "oneOf", "items", "properties", "not", "additionalProperties"]
_GARBAGE = [b"\0", b"\xff", b"\x80", b"{", b"]", b'"', b"\\", b",", b":", b"&a ", b"*a ", b"<<: "]
_GARBAGE += [
    b"!!python/object/apply:os.system ['touch pwned']",
    b"\n",
    b"\t",
    b"# ",
    b"---\n",
    b"%",
]
_NUMBERS = st.integers(0, 1 << 20)


@dataclass(frozen=True)
class Written:
    """A document as a file: its name, and what is in it."""

    name: str
    content: bytes


@st.composite
def documents(draw: st.DrawFn) -> Written:
    """One of the small documents, with one to six changes of its tree, and rarely of its bytes."""
    document = json.loads(draw(st.sampled_from(seeds())))
    document["openapi"] = draw(st.sampled_from(["3.1.0", "3.0.3", "3.2.0"]))
    for _ in range(draw(st.integers(1, 6))):
        change = draw(st.sampled_from(_CHANGES))
        place = _chosen(draw, document)
        if place:
            change(draw, document, _at(document, place[:-1]), place)
    name = draw(st.sampled_from(["openapi.json", "openapi.yaml"]))
    content = json.dumps(document, ensure_ascii=draw(st.booleans())).encode(errors="replace")
    if draw(st.integers(0, 19)) == 19:
        content = _spoilt(draw, content)
    return Written(name, content)


def _replaced(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    holder[place[-1]] = _copy(draw(st.sampled_from(VALUES)))


def _told(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    """A hostile text instead of a value, or somewhere in it."""
    text, value = draw(st.sampled_from(INJECTIONS)), holder[place[-1]]
    if isinstance(value, str):
        at = draw(_NUMBERS) % (len(value) + 1)
        text = draw(st.sampled_from([text, value[:at] + text + value[at:]]))
    holder[place[-1]] = text


def _removed(_: st.DrawFn, __: Any, holder: Holder, place: Place) -> None:
    del holder[place[-1]]


def _renamed(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    if isinstance(holder, dict):
        holder[draw(st.sampled_from(_STRINGS))] = holder.pop(place[-1])


def _doubled(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    value = _copy(holder[place[-1]])
    if isinstance(holder, dict):
        holder[draw(st.sampled_from([*_STRINGS, str(place[-1]).swapcase()]))] = value
    else:
        holder.append(value)


def _swapped(draw: st.DrawFn, document: Any, holder: Holder, place: Place) -> None:
    other = _chosen(draw, document)
    if other and other[: len(place)] != place and place[: len(other)] != other:
        there, key = _at(document, other[:-1]), other[-1]
        holder[place[-1]], there[key] = there[key], holder[place[-1]]


def _grafted(draw: st.DrawFn, document: Any, holder: Holder, place: Place) -> None:
    """Another part of the document, which may be the whole of it."""
    holder[place[-1]] = _copy(_at(document, _chosen(draw, document)))


def _spliced(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    """Something from another document: from under the same key, if it has one."""
    other = json.loads(draw(st.sampled_from(seeds())))
    found = [each for each in _places(other) if each and each[-1] == place[-1]]
    chosen = found[draw(_NUMBERS) % len(found)] if found else _chosen(draw, other)
    holder[place[-1]] = _at(other, chosen)


def _joined(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    """All that another document has under the same key, beside what is here."""
    value, other = holder[place[-1]], json.loads(draw(st.sampled_from(seeds())))
    found = [each for each in _places(other) if each and each[-1] == place[-1]]
    if found and isinstance(value, dict):
        more = _at(other, found[draw(_NUMBERS) % len(found)])
        value |= more if isinstance(more, dict) else {}


def _referred(draw: st.DrawFn, document: Any, holder: Holder, place: Place) -> None:
    """A reference to another place: to one around it, half of the time."""
    length = draw(_NUMBERS) % len(place)
    target = draw(st.sampled_from([place[:length], _chosen(draw, document)]))
    escaped = (str(key).replace("~", "~0").replace("/", "~1") for key in target)
    holder[place[-1]] = {"$ref": "#" + "".join(f"/{key}" for key in escaped)}


def _nested(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    word = draw(st.sampled_from(_NESTING))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 10, 40, 90]))):
        inner = holder[place[-1]]
        if word == "properties":
            inner = {"a": inner}
        elif word.endswith("Of"):
            inner = [inner, {"$ref": "#/components/schemas/Tree"}]
        holder[place[-1]] = {word: inner}


def _worded(draw: st.DrawFn, _: Any, holder: Holder, place: Place) -> None:
    """A keyword where it may mean something, with any value."""
    value = holder[place[-1]]
    if isinstance(value, dict):
        word = draw(st.sampled_from(KEYS))
        value[word] = _copy(draw(st.sampled_from([*VALUES, *INJECTIONS])))


Change = Callable[[st.DrawFn, Any, Holder, Place], None]
_CHANGES: list[Change] = [
    *(_replaced, _told, _removed, _renamed, _doubled, _swapped, _grafted, _spliced, _joined),
    *(_referred, _nested, _worded, _told, _spliced),
]


def _spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """The same bytes with some left out, and some garbage instead."""
    start = draw(_NUMBERS) % len(content)
    end = start + draw(st.sampled_from([0, 1, 40]))
    return content[:start] + draw(st.sampled_from(_GARBAGE)) + content[end:]


def _places(document: Any) -> list[Place]:
    """Where every value of a document stands, the document itself first."""
    found: list[Place] = [()]
    values = [document]
    for place, value in zip(found, values, strict=False):
        members: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, dict):
            members = value.items()
        elif isinstance(value, list):
            members = enumerate(value)
        for key, member in members:
            found.append((*place, key))
            values.append(member)
    return found


def _chosen(draw: st.DrawFn, document: Any) -> Place:
    found = _places(document)
    return found[draw(_NUMBERS) % len(found)]


def _at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))
