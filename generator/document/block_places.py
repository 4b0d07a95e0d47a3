"""Where the values of YAML in block style are written, by what was noted when it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from generator.document.block_line import read_line
from generator.document.node import Places, Written, join_pointer, split_pointer


class Collection(NamedTuple):
    """A mapping or sequence: its indentation, and the lines on which its entries begin, from 0."""

    indent: int
    lines: list[int]


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
    """The places of `data`, which was read of `lines`.

    `collections`, `parts` and the `indexes` of members, noted when these are first asked for, are
    by identity of the values, which `data` keeps alive.
    """

    lines: Sequence[str]
    data: Any
    collections: Mapping[int, Collection]
    parts: Mapping[int, Part]
    indexes: dict[int, dict[str, int]] = field(default_factory=dict)

    def get(self, pointer: str, /) -> Written | None:
        """The place of the value at `pointer`; None where none was written."""
        value = self.data
        start = self._start_of(value, 0, 0)
        written = (*start, *start)
        tokens = split_pointer(pointer)
        for depth, token in enumerate(tokens):
            if part := self.parts.get(id(value)):
                return part.get(join_pointer("", *tokens[depth:]))
            found = self._member(value, token)
            if found is None:
                return None
            value, written = found
        return written

    def _member(self, value: Any, token: str) -> tuple[Any, Written] | None:
        """What a mapping or sequence holds, and where that is written."""
        collection = self.collections.get(id(value))
        if collection is None:
            return None
        indexes = self.indexes.get(id(value))
        if indexes is None:
            names = value if isinstance(value, dict) else map(str, range(len(value)))
            indexes = self.indexes[id(value)] = {name: index for index, name in enumerate(names)}
        index = indexes.get(token)
        if index is None:
            return None
        member = value[token] if isinstance(value, dict) else value[index]
        at, indent = collection.lines[index], collection.indent
        start = self._start_of(member, at, indent)
        return member, (*start, *((at + 1, indent + 1) if isinstance(value, dict) else start))

    def _start_of(self, value: Any, at: int, indent: int) -> tuple[int, int]:
        """Where a value begins, the key or dash of which is on line `at`, indented by `indent`."""
        if collection := self.collections.get(id(value)):
            return collection.lines[0] + 1, collection.indent + 1
        if (part := self.parts.get(id(value))) and (written := part.get("")):
            return written[:2]
        after = indent + read_line(self.lines[at][indent:]).start
        for below in range(at, len(self.lines)):
            text = self.lines[below]
            column = after if below == at else 0
            said = text[column:].lstrip(" ")
            if said and not said.startswith("#"):
                column = len(text) - len(said)
                if column > indent:
                    return below + 1, column + 1
                break
        return at + 1, after + 1
