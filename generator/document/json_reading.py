"""JSON text → plain data, where nothing is wrong with it; the positions of values, when asked for.

Faster than by way of the events of YAML, which tell of everything that is wrong.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from generator.document.node import MAX_DEPTH, Document, Written, member_pointer
from generator.document.scalar import resolve_plain

_START: Final = re.compile(r"[ \t\r\n]*(?=[{\[])")
# A lone carriage return ends a line of YAML, and a lone surrogate is no character.
_DOUBTFUL: Final = re.compile(r"\r(?!\n)|\\u[dD][89a-fA-F]")
_BETWEEN: Final = re.compile(r"[ \t\r\n]*[,:]?[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


class _NotPlainError(ValueError):
    """There is something to tell about the text."""


def read_json(text: str, file: str) -> Document | None:
    """The document, if `text` is JSON and nothing has to be told about it; else None.

    Nothing is told of objects whose names differ and whose numbers are finite, with values that
    are not nested too deep.
    """
    start = _START.match(text)
    if start is None or _DOUBTFUL.search(text):
        return None
    try:
        data = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_number,
            object_pairs_hook=_mapping,
        )
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(data) else Document(file, data, _JsonPlaces(text, start.end()))


def _number(word: str) -> Any:
    """The value of what is no text; raises ValueError where JSON has no such number."""
    value, otherwise = resolve_plain(word)
    if otherwise or isinstance(value, str):
        raise _NotPlainError(word)
    return value


def _mapping(members: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(members)
    if len(mapping) != len(members):
        raise _NotPlainError
    return mapping


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


class _JsonPlaces:
    """Where the values of a JSON text are written, found a level at a time as they are asked for.

    What is passed over on the way is decoded, which costs less than to note where all of it is.
    """

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._offsets: dict[str, tuple[int, int]] = {"": (start, start)}
        self._searched = set[str]()

    def get(self, pointer: str, /) -> Written | None:
        if pointer not in self._offsets:
            self._search(pointer)
        found = self._offsets.get(pointer)
        return (*self._place(found[0]), *self._place(found[1])) if found else None

    def _search(self, pointer: str) -> None:
        """Look through every value on the way to a pointer, each once."""
        above = ""
        for token in pointer.split("/")[1:]:
            if above not in self._offsets:
                return
            if above not in self._searched:
                self._searched.add(above)
                self._offsets.update(self._members(above))
            above = f"{above}/{token}"

    def _members(self, pointer: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """The pointers of what a value directly holds, with where it and its name begin."""
        at, _ = self._offsets[pointer]
        opening = self._text[at]
        if opening not in "{[":
            return
        at, index = self._past(at + 1), 0
        while self._text[at] not in "}]":
            start = at
            if opening == "{":
                name, at = _DECODER.raw_decode(self._text, start)
                member, at = member_pointer(pointer, name), self._past(at)
            else:
                member = f"{pointer}/{index}"
            yield member, (at, start)
            at, index = self._past(_DECODER.raw_decode(self._text, at)[1]), index + 1

    def _past(self, at: int) -> int:
        """Where the next value or name begins, or what holds it ends."""
        found = _BETWEEN.match(self._text, at)
        return found.end() if found else at

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> Sequence[int]:
        """The offsets where lines begin."""
        return [0, *(found.end() for found in re.finditer("\n", self._text))]
