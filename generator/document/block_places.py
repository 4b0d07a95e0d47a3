"""Where the values of YAML in block style are written, by what was noted when it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from generator.document.block_line import read_line
from generator.document.node import Places, Written, join_pointer, split_pointer

Start = tuple[int, int]
"""The line and column where a value begins, from 0."""


class Part(NamedTuple):
    """A flow collection, the places in which count from a line of their own."""

    line: int
    places: Places

    def get(self, pointer: str) -> Written | None:
        """The place of what the collection holds at `pointer`."""
        found = self.places.get(pointer)
        if found is None:
            return None
        line, column, line_of_key, column_of_key = found
        return line + self.line, column, line_of_key + self.line, column_of_key


class BlockPlaces(Struct, frozen=True):
    """The places of `data`, which was read of `lines` and begins at `start`.

    `collections` are the mappings and sequences by where they begin: the lines on which their
    entries do. What is found on the way to a place is kept in `starts` of values, by line and
    indentation of their entries, and `indexes` of members.
    """

    lines: Sequence[str]
    data: Any
    start: Start
    collections: Mapping[Start, Sequence[int]]
    parts: Mapping[Start, Part]
    starts: dict[tuple[int, int], Start] = field(default_factory=dict)
    indexes: dict[Start, dict[str, int]] = field(default_factory=dict)

    def get(self, pointer: str, /) -> Written | None:
        """The place of the value at `pointer`; None where none was written."""
        value, start, key = self.data, self.start, self.start
        tokens = split_pointer(pointer)
        for depth, token in enumerate(tokens):
            if part := self.parts.get(start):
                return part.get(join_pointer("", *tokens[depth:]))
            index = self._index(value, start, token)
            if index is None:
                return None
            at, indent = self.collections[start][index], start[1]
            is_mapping = isinstance(value, dict)
            value = value[token] if is_mapping else value[index]
            start = self._start_of(at, indent)
            key = (at, indent) if is_mapping else start
        return start[0] + 1, start[1] + 1, key[0] + 1, key[1] + 1

    def _index(self, value: Any, start: Start, token: str) -> int | None:
        """Which entry of the mapping or sequence that begins at `start` a token names."""
        if start not in self.collections:
            return None
        indexes = self.indexes.get(start)
        if indexes is None:
            names = value if isinstance(value, dict) else map(str, range(len(value)))
            indexes = self.indexes[start] = {name: index for index, name in enumerate(names)}
        return indexes.get(token)

    def _start_of(self, at: int, indent: int) -> Start:
        """Where a value begins, the key or dash of which is on line `at`, indented by `indent`."""
        start = self.starts.get((at, indent))
        if start is None:
            start = self.starts[at, indent] = self._search(at, indent)
        return start

    def _search(self, at: int, indent: int) -> Start:
        after = indent + read_line(self.lines[at][indent:]).start
        for below in range(at, len(self.lines)):
            text = self.lines[below]
            said = text[after if below == at else 0 :].lstrip(" ")
            if said and not said.startswith("#"):
                start = below, len(text) - len(said)
                # A sequence may be indented like the key that it belongs to.
                if start[1] > indent or start in self.collections:
                    return start
                break
        return at, after
