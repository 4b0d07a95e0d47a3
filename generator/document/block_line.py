"""One line of YAML in block style, its indentation aside → the entry that it says."""

from __future__ import annotations

import json
import re
from enum import Enum, auto
from typing import Any, Final

from msgspec import Struct

from generator.document.node import MAX_DEPTH
from generator.document.plain import MERGE_KEY, Doubt, doubt_of_key, plain_value

PLAIN_CHARACTERS: Final = r"[^:#\t]*(?:(?::+(?=[^ \t\n:])|(?<=[^ \t\n])#)[^:#\t]*)*"
"""What a plain scalar in block style goes on with (YAML 1.2.2 §7.3.3), on any number of lines."""

# YAML 1.2.2 §7.3.3, less what begins with `?`, `:` or two dashes, which is rare.
_WORD: Final = rf"(?:[^ \t\-?:,\[\]{{}}#&*!|>'\"%@`]|-(?=[^ \t\-])){PLAIN_CHARACTERS}"
_QUOTES: Final = ("'", '"')
_DOUBLE: Final = r'"(?:[^"\\\t]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*"'
_SINGLE: Final = r"'(?:[^'\t]|'')*'"
QUOTED: Final = rf"(?:{_SINGLE}|{_DOUBLE})"
"""A quoted scalar, but for rare escapes, with its lines joined where it has several."""
_KEY: Final = re.compile(rf"(?P<key>{_WORD}(?<! )|{QUOTED}):(?= |\Z)")
_DASH: Final = re.compile(r"- +(?=[^ #])|-(?=\Z| )")
_COMMENT: Final = r"(?:(?<= )#.*)?\Z"
_PLAIN: Final = re.compile(rf"(?P<text>{_WORD}){_COMMENT}")
_QUOTED: Final = re.compile(rf"(?P<text>{QUOTED}) *{_COMMENT}")
_BLOCK: Final = re.compile(rf"[|>][-+]? *{_COMMENT}")
_EMPTY: Final = re.compile(rf"(?:\[ *\]|{{ *}}) *{_COMMENT}")

_END_OF_DOCUMENT: Final = "..."
_TOO_MANY_DASHES: Final = re.compile(f"(?:- +){{{MAX_DEPTH}}}")
# libyaml takes no key of a longer text for one.
_KEY_AT_MOST: Final = 1000


class Holds(Enum):
    """What a line says of a value."""

    NOTHING = auto()
    """There is none: the line is blank or a comment."""
    NESTED = auto()
    """It stands on the lines that follow, or is null."""
    PLAIN = auto()
    """A plain scalar, which may go on."""
    QUOTED = auto()
    EMPTY = auto()
    """A flow sequence or mapping without members."""
    BLOCK = auto()
    """The header of a literal or folded scalar."""
    OTHER = auto()
    """Whatever is not that simple."""


class Line(Struct, frozen=True):
    """What stands on a line: a dash, or a key and its value, or a value alone.

    `start` is where what follows the dash or the colon begins, counted from the indentation;
    `inner` what follows the dash. `value` is that of a scalar, or the header of a block scalar.
    """

    holds: Holds
    value: Any = None
    doubt: Doubt | None = None
    key: str | None = None
    start: int = 0
    key_doubt: Doubt | None = None
    inner: Line | None = None


def read_line(text: str) -> Line:
    """The entry on a line whose indentation has been taken off."""
    if text.startswith(_END_OF_DOCUMENT) or _TOO_MANY_DASHES.match(text):
        return Line(Holds.OTHER)
    dash = _DASH.match(text)
    if dash:
        inner = read_line(text[dash.end() :].lstrip(" "))
        return Line(Holds.NESTED, start=dash.end(), inner=inner)
    found = _KEY.match(text)
    if found is None or found.end() > _KEY_AT_MOST:
        return Line(*_value(text))
    key, start = found["key"], found.end()
    holds, value, doubt = _value(text[start:].lstrip(" "))
    if holds is Holds.NOTHING:
        holds = Holds.NESTED
    if key[0] in _QUOTES:
        return Line(holds, value, doubt, unquoted(key), start)
    if key == MERGE_KEY:
        return Line(Holds.OTHER)
    return Line(holds, value, doubt, key, start, doubt_of_key(key))


def _value(text: str) -> tuple[Holds, Any, Doubt | None]:
    """What is said of a value, the value of a scalar or the header of one, and what is told."""
    if not text or text[0] == "#":
        return Holds.NOTHING, None, None
    if plain := _PLAIN.match(text):
        return Holds.PLAIN, *plain_value(plain["text"].rstrip(" "))
    if quoted := _QUOTED.match(text):
        return Holds.QUOTED, unquoted(quoted["text"]), None
    if _BLOCK.match(text):
        return Holds.BLOCK, text[:2].rstrip(" "), None
    if _EMPTY.match(text):
        return Holds.EMPTY, text[0], None
    return Holds.OTHER, None, None


def unquoted(text: str) -> str:
    """What a quoted scalar says."""
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    if "\\" not in text:
        return text[1:-1]
    unescaped: str = json.loads(text, strict=False)
    return unescaped
