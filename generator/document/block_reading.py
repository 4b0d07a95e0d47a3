"""YAML in block style → plain data, where hardly anything is to be told of it.

Most lines of a description say what another said before, so that each is read once; this is much
faster than by way of the events of YAML, which are asked for what is not as simple as that.
"""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import Struct

from generator.document.block_line import Holds, Line, read_line
from generator.document.block_places import Part, Start
from generator.document.block_text import block_text, plain_text, quoted_text
from generator.document.finding import Finding, position_at
from generator.document.node import MAX_DEPTH
from generator.document.plain import Doubt, plain_value

# Counts from what the scalar stands in, which is not there where it stands alone.
_INDENTATION: Final = re.compile(r" *(?:![^ ]* +)?[|>][-+]?[1-9]")
_NOTHING, _NESTED, _PLAIN, _EMPTY = Holds.NOTHING, Holds.NESTED, Holds.PLAIN, Holds.EMPTY
_BLOCK, _OTHER = Holds.BLOCK, Holds.OTHER
_END: Final = Line(_NOTHING)


class _NotSimpleError(ValueError):
    """The text needs all that is known of YAML, be it to say what is wrong with it."""


class Read(Struct, frozen=True):
    """What lines say: plain data that begins at `start`, and what is to be told of it.

    `collections` are mappings and sequences by where they begin: the lines of their entries.
    `parts` are flow collections, by the same.
    """

    data: Any
    start: Start
    findings: list[Finding]
    collections: dict[Start, list[int]]
    parts: dict[Start, Part]


def read_block(lines: list[str], file: str, begin: int = 0, *, terminated: bool) -> Read | None:
    """What lines say from `begin` on, if they are simple YAML in block style; else None.

    `terminated` is whether a line feed ends the last of them. Findings are of plain scalars alone,
    which not every reader takes for the same.
    """
    reader = _Reader(file, lines, begin, terminated=terminated)
    try:
        return reader.document()
    except _NotSimpleError:
        return None


class _Reader:
    """Goes through lines: `line` is the one at `at`, `indent` its indentation, -1 at the end.

    `terminated` is whether a line feed ends the last one, `known` are lines by their text.
    """

    def __init__(self, file: str, lines: list[str], begin: int, *, terminated: bool) -> None:
        self.file = file
        self.lines = lines
        self.terminated = terminated
        self.findings: list[Finding] = []
        self.known: dict[str, Line] = {}
        self.collections: dict[Start, list[int]] = {}
        self.parts: dict[Start, Part] = {}
        self.at = begin - 1
        self.indent = -1
        self.line = _END

    def document(self) -> Read:
        """What all lines say; raises `_NotSimpleError`."""
        self._advance()
        if self.indent == 0 and self.lines[self.at].rstrip(" ") == "---":
            self._advance()
        if self.line.key is None and self.line.inner is None:
            raise _NotSimpleError
        start = self.at, self.indent
        data = self._node(-1, 0)
        if self.indent >= 0:
            raise _NotSimpleError
        return Read(data, start, self.findings, self.collections, self.parts)

    def _advance(self) -> None:
        """Go to the next line that says something."""
        lines, known, at = self.lines, self.known, self.at + 1
        while at < len(lines):
            text = lines[at]
            entry = text.lstrip(" ")
            line = known.get(entry)
            if line is None:
                line = known[entry] = read_line(entry)
            if line.holds is not _NOTHING:
                self.at, self.indent, self.line = at, len(text) - len(entry), line
                return
            at += 1
        self.at, self.indent, self.line = at, -1, _END

    def _node(self, parent: int, depth: int) -> Any:
        """The value that begins here, inside of what is indented by `parent`."""
        if self.line.key is not None:
            return self._mapping(self.indent, depth)
        if self.line.inner is not None:
            return self._sequence(self.indent, depth)
        return self._scalar(self.indent, parent, depth)

    def _mapping(self, indent: int, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        starts = self._collection(indent, depth)
        while self.indent == indent and (key := self.line.key) is not None:
            line = self.line
            if key in mapping:
                raise _NotSimpleError
            starts.append(self.at)
            if line.key_doubt:
                self._tell(line.key_doubt, self.at, indent)
            if line.holds is _NESTED:
                self._advance()
                indentless = self.indent == indent and self.line.inner is not None
                deeper = self.indent > indent or indentless
                mapping[key] = self._node(indent, depth + 1) if deeper else None
            else:
                mapping[key] = self._scalar(indent, indent, depth + 1)
        if self.indent > indent or (self.indent == indent and self.line.inner is None):
            raise _NotSimpleError
        return mapping

    def _sequence(self, indent: int, depth: int) -> list[Any]:
        sequence: list[Any] = []
        starts = self._collection(indent, depth)
        while self.indent == indent and (inner := self.line.inner) is not None:
            starts.append(self.at)
            if inner.holds is _NOTHING:
                self._advance()
                value = self._node(indent, depth + 1) if self.indent > indent else None
            else:
                self.line, self.indent = inner, indent + self.line.start
                value = self._node(indent, depth + 1)
            sequence.append(value)
        if self.indent > indent:
            raise _NotSimpleError
        return sequence

    def _collection(self, indent: int, depth: int) -> list[int]:
        """What is to hold the lines of the entries of the collection that begins here."""
        if depth >= MAX_DEPTH:
            raise _NotSimpleError
        lines = self.collections[self.at, indent] = list[int]()
        return lines

    def _scalar(self, indent: int, parent: int, depth: int) -> Any:
        """What the current line holds; all that is indented by more than `parent` belongs to it."""
        at, line = self.at, self.line
        start = indent + line.start
        if line.holds is _BLOCK or line.holds is _OTHER:
            return self._of_lines(line, start, self._end(parent), depth)
        self._advance()
        if self.indent > parent:
            self.at = at
            return self._of_lines(line, start, self._end(parent), depth)
        if line.doubt:
            self._tell(line.doubt, at, start)
        if line.holds is _EMPTY:
            return {} if line.value == "{" else []
        return line.value

    def _end(self, parent: int) -> int:
        """The line behind all those that are indented by more than `parent`."""
        lines, at, deeper = self.lines, self.at + 1, " " * (parent + 1)
        while at < len(lines) and (lines[at].startswith(deeper) or not lines[at].strip(" ")):
            at += 1
        return at

    def _of_lines(self, line: Line, start: int, end: int, depth: int) -> Any:
        """The value that begins on the current line, at `start`, and goes on up to line `end`."""
        at, lines = self.at, self.lines
        if end == len(lines) and not self.terminated:
            raise _NotSimpleError
        first, below = lines[at][start:], lines[at + 1 : end]
        if line.holds is _BLOCK:
            text = block_text(line.value, below)
        else:
            told = plain_text if line.holds is _PLAIN else quoted_text
            text = told([first, *below])
        value: Any = text
        if text is None:
            value = self._part("\n".join([" " * start + first, *below, ""]), depth)
        elif line.holds is _PLAIN:
            value, doubt = plain_value(text)
            if doubt:
                self._tell(doubt, at, start)
        self.at = end - 1
        self._advance()
        return value

    def _part(self, text: str, depth: int) -> Any:
        """The value of a text that holds nothing else, and is read by way of its events."""
        from generator.document.yaml_reading import read_flow  # noqa: PLC0415  not always needed

        document = None if _INDENTATION.match(text) else read_flow(text, depth)
        if document is None:
            raise _NotSimpleError
        place = document.places.get("")
        if isinstance(document.data, dict | list) and place:
            line, column, *_ = place
            self.parts[self.at + line - 1, column - 1] = Part(self.at, document.places)
        return document.data

    def _tell(self, doubt: Doubt, at: int, start: int) -> None:
        """Tell of what stands on a line, behind the spaces that begin at `start`."""
        text = self.lines[at]
        column = len(text) - len(text[start:].lstrip(" "))
        position = position_at(self.file, at + 1, column + 1)
        self.findings.append(Finding(doubt.code, position, doubt.message, "", doubt.severity))
