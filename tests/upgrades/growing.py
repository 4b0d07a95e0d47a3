"""Documents that grow: what is in them wants the names of what else is, and some of it is new."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

WORDS = ("foo_bar", "fooBar", "FooBar", "foo-bar", "foo", "list", "class", "Any", "1a")
"""Names that are the same, or nearly, in one language or another."""
_NEW = "x-new"
_ADDED = "New."
"""What marks a member that is no mapping."""

new = st.booleans().map(lambda is_new: {_NEW: True} if is_new else {})
words = st.sampled_from(WORDS)
tags = st.sampled_from(["foo", "Foo", "foo_bar", "list"])
ids = st.sampled_from(["", "", "listFoo", "list_foo", "fooBar", "foo_barParams"])


def before(value: Any) -> Any:
    """The document as it was: without all that is new."""
    if isinstance(value, dict):
        return {key: before(item) for key, item in value.items() if not _is_new(item)}
    return (
        [before(item) for item in value if not _is_new(item)] if isinstance(value, list) else value
    )


def after(value: Any, random: Random) -> Any:
    """The document as it is now, in any order."""
    if isinstance(value, dict):
        members = [(key, after(item, random)) for key, item in value.items() if key != _NEW]
        random.shuffle(members)
        return dict(members)
    if not isinstance(value, list):
        return value
    elements = [after(item, random) for item in value]
    random.shuffle(elements)
    return elements


def _is_new(value: Any) -> bool:
    return value == _ADDED or (isinstance(value, dict) and _NEW in value)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A schema; its mark says whether it is new."""
    kind = draw(st.sampled_from(["object", "enum", "array", "union", "text", "reference"]))
    made: dict[str, Any] = {"type": "string"}
    if kind == "reference":
        made = {"$ref": "#/components/schemas/foo_bar"}
    elif kind == "enum":
        made = {"type": "string", "enum": ["a", "b"]}
    elif depth and kind == "object":
        made = {"type": "object", "properties": draw(members(depth - 1))}
    elif depth and kind == "array":
        made = {"type": "array", "items": draw(schemas(depth - 1).filter(lambda s: _NEW not in s))}
    elif depth and kind == "union":
        listed = sorted(draw(st.sets(words, max_size=2)))
        always = [{"title": each, "type": "object", "required": [each]} for each in ("A", "B")]
        made = {"oneOf": [*always, *(draw(_variants(word)) for word in listed)]}
    return {**made, **draw(new)}


@st.composite
def _variants(draw: st.DrawFn, word: str) -> dict[str, Any]:
    """A variant of a union, with or without a name of its own."""
    title = {"title": word} if draw(st.booleans()) else {}
    more = {"more": {"type": "string", _NEW: True}} if draw(st.booleans()) else {}
    properties = {word: {"type": "string"}, f"{word} id": {"type": "string"}, **more}
    return {"type": "object", **title, "properties": properties, **draw(new)}


def members(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Properties of an object; one is always there, so that it is the same type before."""
    some = st.dictionaries(words, schemas(depth), max_size=3)
    return some.map(lambda found: {**found, "id": {"type": "string"}})


@st.composite
def parameters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Parameters, in several places."""
    places = st.sampled_from(["query", "header", "cookie"])
    return [
        {"in": place, "name": name, "schema": {"enum": ["a", "b"]}, **draw(new)}
        for place, name in sorted(draw(st.sets(st.tuples(places, words), max_size=3)))
    ]


@st.composite
def operations(draw: st.DrawFn) -> dict[str, Any]:
    """An operation."""
    made: dict[str, Any] = {"tags": [draw(tags)], "parameters": draw(parameters())}
    identifier = draw(ids)
    if identifier:
        made["operationId"] = identifier
    if draw(st.booleans()):
        body = {"type": "object", "properties": draw(members(1))}
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    answer = {"type": "object", "properties": draw(members(2))}
    media = {"application/json": {"schema": answer}}
    if draw(st.booleans()):
        media["text/event-stream"] = {"schema": {"type": "string"}}
    codes = {code: draw(st.sampled_from(["Old.", _ADDED])) for code in draw(st.sets(words))}
    made["responses"] = {
        "200": {"description": "", "content": media},
        "404": {"description": "", "x-error-codes": codes},
        "409": {"description": "", "x-error-codes": {draw(words): "Old."}},
    }
    made["security"] = draw(st.sampled_from([[], [{"first": []}], [{"second": []}]]))
    return {**made, **draw(new)}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document; `before` and `after` say what it was and is."""
    paths = draw(
        st.sets(st.sampled_from(["/foo", "/foo_bar", "/fooBar", "/list", "/x"]), max_size=3)
    )
    flows = {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Foo", "version": "1.0.0"},
        "paths": {
            path: draw(st.dictionaries(st.sampled_from(["get", "post"]), operations(), min_size=1))
            for path in sorted(paths)
        },
        "components": {
            "schemas": {
                "foo_bar": {"type": "object", "properties": draw(members(1))},
                **draw(st.dictionaries(words.filter(lambda w: w != "foo_bar"), schemas(1))),
            },
            "securitySchemes": {
                "first": {"type": "oauth2", "flows": flows},
                "second": {"type": "oauth2", "flows": flows},
            },
        },
    }
