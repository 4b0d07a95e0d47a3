"""Documents that nobody would write: one that uses the whole language, changed at random places."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

WHOLE = Path(__file__).with_name("whole_language.yaml")

Place = tuple[str | int, ...]
Change = tuple[str, Any]

# Each ends a string, a comment, a docstring, a template or a path in some language.
INJECTIONS = [
    '"""\nimport os\nos.system("touch pwned")\n"""',
    "'''\n__import__('os').system('touch pwned')\n'''",
    "*/ process.exit(1) /*",
    "`${process.exit(1)}`",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "$(touch pwned) `touch pwned` ; touch pwned",
    "[x](javascript:alert(1)) ![y](http://tracker.example/z)",
    "../../../../tmp/pwned",
    "/etc/passwd",
    "C:\\..\\pwned",
    "a\\",
    "\\u0022\\N{DIGIT ONE}\\x00",
    "line\nbreak\r\n\u2028\u0085end",
    "\u202etxt.exe",
    "\ud83d\ude00 Ünï©ødé ñ 名前",
    "class",
    "__init__",
    "__proto__",
    "constructor",
    "None",
    "self",
    "1st",
    "-",
    "." * 300,
    "%s%n{0}{x!r}",
]

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**30, "", "x", [], {}, [[]], [None], {"": None}, {"a": []}),
    *({"$ref": f"#/components/schemas/{name}"} for name in ("Everything", "Tree", "Circle")),
    *({"$ref": target} for target in ("#", "#/nowhere", "../../../etc/passwd", "/etc/passwd")),
    {"$ref": "http://localhost:1/x.yaml"},
    {"$ref": "#/paths/~1things~1{id}/get"},
    {"allOf": [{"$ref": "#/components/schemas/Tree"}] * 2},
    {"anyOf": [{"type": "object"}, {"type": "array"}, {"type": ["string", "null"]}]},
    {"oneOf": [{"$ref": "#/components/schemas/Circle"}, {"type": "null"}]},
    {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
    {"type": ["string", "integer", "object", "array", "null"]},
    {"enum": ["a", "A", "a-b", "a_b", "", 1, True, None, 1.0, {"a": 1}]},
    {"pattern": "(a+)+$", "type": "string", "default": "a" * 60},
    {"const": None},
    {"not": {}},
    {"in": "query", "name": "x"},
    {"security": 3},
]

KEYS = ["", "x-y", "$ref", "a/b~c", "items", "200", "default", "get", "schema", "Tree", "tree"]


def whole() -> Any:
    """The document that everything starts from."""
    return yaml.safe_load(WHOLE.read_text("utf-8"))


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where every value of a document stands."""
    yield path
    if isinstance(value, dict):
        for key, member in value.items():
            yield from places(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from places(member, (*path, index))


ORIGINAL = whole()
PLACES = [place for place in places(ORIGINAL) if place]
STRINGS = INJECTIONS + KEYS

CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.just("replace"), st.sampled_from([*VALUES, *INJECTIONS])),
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("rename"), st.sampled_from(STRINGS)),
    st.tuples(st.just("add"), st.sampled_from(STRINGS)),
    st.tuples(st.just("graft"), st.sampled_from(PLACES)),
    st.tuples(st.just("nest"), st.sampled_from(["allOf", "anyOf", "items", "properties", "not"])),
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """The text of a document with one to six changes."""
    document = copy.deepcopy(ORIGINAL)
    document["openapi"] = draw(st.sampled_from(["3.1.0", "3.0.3", "3.2.0"]))
    mutations = st.lists(st.tuples(st.sampled_from(PLACES), CHANGES), min_size=1, max_size=6)
    for place, change in draw(mutations):
        _apply(document, place, change)
    return json.dumps(document)


def _apply(document: Any, place: Place, change: Change) -> None:
    """Change what is at a place, if it is still there."""
    holder = _at(document, place[:-1])
    key: Any = place[-1]
    if not isinstance(holder, dict | list) or _at(holder, (key,)) is _NOTHING:
        return
    kind, value = change
    if kind == "replace":
        holder[key] = copy.deepcopy(value)
    elif kind == "remove":
        del holder[key]
    elif kind == "graft":
        holder[key] = copy.deepcopy(_at(ORIGINAL, value))
    elif kind == "nest":
        inner = holder[key]
        holder[key] = {value: {"a": inner} if value == "properties" else _listed(value, inner)}
    elif isinstance(holder, dict):
        holder[value] = holder.pop(key) if kind == "rename" else copy.deepcopy(holder[key])


def _listed(word: str, inner: Any) -> Any:
    return [inner, inner] if word in ("allOf", "anyOf") else inner


_NOTHING = object()


def _at(value: Any, place: Place) -> Any:
    for key in place:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return value
