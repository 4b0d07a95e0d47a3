"""Every place and style of a parameter, and how a value of each kind is then sent.

From the table of styles in OpenAPI 3.1 §4.8.12.6, but for exploded cookies: each is a cookie of its
own (RFC 6265 §4.2.1; OpenAPI 3.2, style `cookie`), where 3.1 has `&`, which no server parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_COLOR: dict[str, Any] = {"type": "string"}
_COLORS = {"type": "array", "items": _COLOR}
_SHARES = {"type": "object", "additionalProperties": {"type": "integer"}}
_VALUES: list[tuple[dict[str, Any], Any]] = [
    (_COLOR, "b c"),
    (_COLORS, ["b c", "black"]),
    (_SHARES, {"R": 1, "G": 2}),
]
_NO = None
"""Where OpenAPI gives a style no meaning for a kind of value."""

# Style and explode, then how a string, an array and an object are sent.
_PATH: list[tuple[str, bool, str, str, str]] = [
    ("simple", False, "b%20c", "b%20c,black", "R,1,G,2"),
    ("simple", True, "b%20c", "b%20c,black", "R=1,G=2"),
    ("label", False, ".b%20c", ".b%20c,black", ".R,1,G,2"),
    ("label", True, ".b%20c", ".b%20c.black", ".R=1.G=2"),
    ("matrix", False, ";p=b%20c", ";p=b%20c,black", ";p=R,1,G,2"),
    ("matrix", True, ";p=b%20c", ";p=b%20c;p=black", ";R=1;G=2"),
]
_QUERY: list[tuple[str, bool, str | None, str | None, str | None]] = [
    ("form", True, "p=b%20c", "p=b%20c&p=black", "R=1&G=2"),
    ("form", False, "p=b%20c", "p=b%20c,black", "p=R,1,G,2"),
    ("spaceDelimited", False, _NO, "p=b%20c%20black", "p=R%201%20G%202"),
    ("pipeDelimited", False, _NO, "p=b%20c%7Cblack", "p=R%7C1%7CG%7C2"),
    ("deepObject", True, _NO, _NO, "p%5BR%5D=1&p%5BG%5D=2"),
]
_HEADER: list[tuple[str, bool, str, str, str]] = [
    ("simple", False, "b c", "b c,black", "R,1,G,2"),
    ("simple", True, "b c", "b c,black", "R=1,G=2"),
]
_COOKIE: list[tuple[str, bool, str, str, str]] = [
    ("form", True, "p=b%20c", "p=b%20c; p=black", "R=1; G=2"),
    ("form", False, "p=b%20c", "p=b%20c,black", "p=R,1,G,2"),
]
_JSON = {
    "path": "%7B%22R%22%3A1%2C%22G%22%3A2%7D",
    "query": "p=%7B%22R%22%3A1%2C%22G%22%3A2%7D",
    "header": '{"R":1,"G":2}',
    "cookie": "p=%7B%22R%22%3A1%2C%22G%22%3A2%7D",
}
_TEXT = {"path": "b%20c", "query": "p=b%20c", "header": "b c", "cookie": "p=b%20c"}


@dataclass(frozen=True)
class Sent:
    """A parameter `p`, its value, and what is sent of it in its place."""

    parameter: dict[str, Any]
    value: Any
    expected: str

    @property
    def place(self) -> str:
        """`path`, `query`, `header` or `cookie`."""
        return str(self.parameter["in"])

    @property
    def is_date(self) -> bool:
        """Whether the value stands for a date."""
        return bool(self.parameter.get("schema", {}).get("format") == "date")

    def __str__(self) -> str:
        return f"{self.place} {self.expected}"


def _styled() -> list[Sent]:
    found = []
    tables: dict[str, Sequence[tuple[str, bool, str | None, str | None, str | None]]] = {
        "path": _PATH,
        "query": _QUERY,
        "header": _HEADER,
        "cookie": _COOKIE,
    }
    for place, table in tables.items():
        for style, explode, *ways in table:
            said = {"name": "p", "in": place, "style": style, "explode": explode}
            for (schema, value), way in zip(_VALUES, ways, strict=True):
                if way is not _NO:
                    found.append(Sent({**said, "schema": schema}, value, str(way)))
    return found


def _usual(place: str, schema: dict[str, Any], value: Any, expected: str, **more: Any) -> Sent:
    return Sent({"name": "p", "in": place, "schema": schema, **more}, value, expected)


STYLES: list[Sent] = [
    *_styled(),
    *(
        Sent(
            {"name": "p", "in": place, "content": {"application/json": {"schema": _SHARES}}},
            _VALUES[2][1],
            expected,
        )
        for place, expected in _JSON.items()
    ),
    *(
        Sent({"name": "p", "in": place, "content": {"text/plain": {"schema": _COLOR}}}, "b c", sent)
        for place, sent in _TEXT.items()
    ),
    _usual("query", _COLORS, ["a", "b"], "p=a&p=b"),
    _usual("path", _COLORS, ["a", "b"], "a,b"),
    _usual("header", _COLORS, ["a", "b"], "a,b"),
    _usual("query", _COLOR, "a/b?c&d", "p=a/b?c%26d", allowReserved=True),
    _usual("query", _COLOR, "a/b?c&d", "p=a%2Fb%3Fc%26d"),
    _usual("query", {"type": "boolean"}, True, "p=true"),
    _usual("query", {"type": "number"}, 2.0, "p=2"),
    _usual("query", {"type": "string", "format": "date"}, "2026-01-02", "p=2026-01-02"),
]


def document() -> dict[str, Any]:
    """A description with one operation for each, all of them with the tag `styles`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sample", "version": "1.0.0"},
        "paths": {_path(number, sent): _item(number, sent) for number, sent in enumerate(STYLES)},
    }


def operation_id(number: int) -> str:
    """What the operation of a style is called, in any language."""
    letters = divmod(number, 26)
    return "style" + "".join(chr(ord("a") + each) for each in letters)


def _path(number: int, sent: Sent) -> str:
    return f"/s{number}/" + ("{p}" if sent.place == "path" else "")


def _item(number: int, sent: Sent) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation_id(number),
            "tags": ["styles"],
            "parameters": [{**sent.parameter, "required": sent.place == "path"}],
            "responses": {"204": {"description": "OK"}},
        }
    }
