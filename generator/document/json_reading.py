"""JSON text → plain data with the position of every value, where nothing is wrong with it.

Faster than by way of the events of YAML, which tell of everything that is wrong.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct, field

from generator.document.node import MAX_DEPTH, Document, Written, member_pointer
from generator.document.scalar import NotFiniteError, resolve_plain

_START: Final = re.compile(r"[ \t\r\n]*(?=[{\[])")
# A name without escapes, and such a text on the same line; what is written otherwise is rare.
_MEMBER: Final = re.compile(r'[ \t\r\n]*"([^"\\\x00-\x1f]*)"[ \t]*:[ \t]*(?:"([^"\\\x00-\x1f]*)")?')
_ELEMENT: Final = re.compile(r"[ \t\r\n]*(?=[^\s\]])")
_END: Final = re.compile(r"[ \t\r\n]*([,}\]])")
_LITERAL: Final = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null"
)
_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[ \t\r\n]*")
# A lone carriage return ends a line of YAML, and a lone surrogate is no character.
_DOUBTFUL: Final = re.compile(r"\r(?!\n)|\\u[dD][89a-fA-F]")


class _NotPlainError(Exception):
    """The text is not JSON, or there is something to tell about it."""


def read_json(text: str, file: str) -> Document | None:
    """The document, if `text` is JSON and nothing has to be told about it; else None.

    Nothing is told of objects whose names differ and whose numbers are finite, with values that
    are not nested too deep.
    """
    start = _START.match(text)
    if start is None or _DOUBTFUL.search(text):
        return None
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    reader = _Reader(text, lines)
    try:
        reader.places[""] = reader.place(start.end())
        data, end = reader.value(start.end(), "", 0)
    except (_NotPlainError, NotFiniteError, ValueError):
        return None
    whole = _SPACE.fullmatch(text, end) is not None
    return Document(file, data, reader.places) if whole else None


class _Reader(Struct):
    """Reads values: each method what begins at an offset of `text`, and gives where it ends.

    `lines` are the offsets where lines begin.
    """

    text: str
    lines: Sequence[int]
    places: dict[str, Written] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    literals: dict[str, Any] = field(default_factory=dict)

    def value(self, start: int, pointer: str, depth: int) -> tuple[Any, int]:
        """A value inside of `depth` others. Raises `_NotPlainError`, ValueError."""
        first = self.text[start : start + 1]
        if first == '"':
            return _DECODER.raw_decode(self.text, start)
        if first not in ("{", "["):
            return self._literal(start)
        if depth >= MAX_DEPTH:
            raise _NotPlainError
        read = self._mapping if first == "{" else self._sequence
        return read(start + 1, pointer, depth + 1)

    def place(self, start: int) -> Written:
        """Where an offset is, as a place without a key."""
        line = bisect_right(self.lines, start)
        column = start - self.lines[line - 1] + 1
        return line, column, line, column

    def _mapping(self, start: int, pointer: str, depth: int) -> tuple[dict[str, Any], int]:
        text, lines, places, tokens = self.text, self.lines, self.places, self.tokens
        mapping: dict[str, Any] = {}
        while (found := _MEMBER.match(text, start)) is not None:
            name, written = found.groups()
            at = found.end() if written is None else found.start(2) - 1
            if name in mapping:
                raise _NotPlainError
            member = pointer + (tokens.get(name) or self._token(name))
            line = bisect_right(lines, at)
            begun = lines[line - 1] - 1
            places[member] = (line, at - begun, line, found.start(1) - 1 - begun)
            if written is None:
                mapping[name], start = self.value(at, member, depth)
            else:
                mapping[name], start = written, found.end()
            end = _END.match(text, start)
            if end is None or end[1] == "]":
                raise _NotPlainError
            start = end.end()
            if end[1] == "}":
                return mapping, start
        return mapping, self._closed(start, "}")

    def _sequence(self, start: int, pointer: str, depth: int) -> tuple[list[Any], int]:
        sequence: list[Any] = []
        while (element := _ELEMENT.match(self.text, start)) is not None:
            at, path = element.end(), f"{pointer}/{len(sequence)}"
            self.places[path] = self.place(at)
            value, start = self.value(at, path, depth)
            sequence.append(value)
            end = _END.match(self.text, start)
            if end is None or end[1] == "}":
                raise _NotPlainError
            start = end.end()
            if end[1] == "]":
                return sequence, start
        return sequence, self._closed(start, "]")

    def _closed(self, start: int, closing: str) -> int:
        """Where what holds nothing ends, or nothing more: YAML takes a comma before the end."""
        end = _END.match(self.text, start)
        if end is None or end[1] != closing:
            raise _NotPlainError
        return end.end()

    def _literal(self, start: int) -> tuple[Any, int]:
        found = _LITERAL.match(self.text, start)
        if found is None:
            raise _NotPlainError
        word = found[0]
        if word not in self.literals:
            self.literals[word], _ = resolve_plain(word)
        return self.literals[word], found.end()

    def _token(self, name: str) -> str:
        token = self.tokens[name] = member_pointer("", name)
        return token
