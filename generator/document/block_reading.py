"""YAML in block style → plain data, where hardly anything is to be told of it.

Most lines of a description say what another said before, so that each is read once; this is much
faster than by way of the events of YAML, which are asked for what is not as simple as that.
"""

from __future__ import annotations

import re
from typing import Any, Final

from generator.document.block_line import Holds, Line, read_line
from generator.document.block_places import BlockPlaces, Collection, Part
from generator.document.block_text import block_text, plain_text, quoted_text
from generator.document.finding import Finding, position_at
from generator.document.node import MAX_DEPTH, Document
from generator.document.plain import Doubt, plain_value

# libyaml ends lines at these too.
_OTHER_BREAKS: Final = frozenset("\r\x85\u2028\u2029")
# Counts from what the scalar stands in, which is not there where it stands alone.
_INDENTATION: Final = re.compile(r" *(?:![^ ]* +)?[|>][-+]?[1-9]")
_NOTHING, _NESTED, _PLAIN, _EMPTY = Holds.NOTHING, Holds.NESTED, Holds.PLAIN, Holds.EMPTY
_BLOCK, _OTHER = Holds.BLOCK, Holds.OTHER
_END: Final = Line(_NOTHING)


class _NotSimpleError(ValueError):
    """The text needs all that is known of YAML, be it to say what is wrong with it."""


def read_block(text: str, file: str) -> tuple[Document, list[Finding]] | None:
    """The document and its findings, if `text` is simple YAML in block style; else None.

    Findings are of plain scalars alone, which not every reader takes for the same.
    """
    text = text.replace("\r\n", "\n")
    if any(character in text for character in _OTHER_BREAKS):
        return None
    terminated = text.endswith("\n")
    lines = text.removesuffix("\n").split("\n")
    reader = _Reader(file, lines, terminated=terminated)
    try:
        data = reader.document()
    except _NotSimpleError:
        return None
    places = BlockPlaces(lines, data, reader.collections, reader.parts)
    return Document(file, data, places), reader.findings


class _Reader:
    """Goes through lines: `line` is the one at `at`, `indent` its indentation, -1 at the end.

    `terminated` is whether a line feed ends the last one, `known` are lines by their text. Where
    mappings and sequences were written is noted by their identity: `parts` are flow collections.
    """

    def __init__(self, file: str, lines: list[str], *, terminated: bool) -> None:
        self.file = file
        self.lines = lines
        self.terminated = terminated
        self.findings: list[Finding] = []
        self.known: dict[str, Line] = {}
        self.collections: dict[int, Collection] = {}
        self.parts: dict[int, Part] = {}
        self.at = self.indent = -1
        self.line = _END

    def document(self) -> Any:
        """The value of all lines; raises `_NotSimpleError`."""
        self._advance()
        if self.indent == 0 and self.lines[self.at].rstrip(" ") == "---":
            self._advance()
        if self.line.key is None and self.line.inner is None:
            raise _NotSimpleError
        data = self._node(-1, 0)
        if self.indent >= 0:
            raise _NotSimpleError
        return data

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
        starts = self._collection(mapping, indent, depth)
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
        starts = self._collection(sequence, indent, depth)
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

    def _collection(self, value: Any, indent: int, depth: int) -> list[int]:
        if depth >= MAX_DEPTH:
            raise _NotSimpleError
        collection = self.collections[id(value)] = Collection(indent, [])
        return collection.lines

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
        if isinstance(document.data, dict | list):
            self.parts[id(document.data)] = Part(self.at, document.places)
        return document.data

    def _tell(self, doubt: Doubt, at: int, start: int) -> None:
        """Tell of what stands on a line, behind the spaces that begin at `start`."""
        text = self.lines[at]
        column = len(text) - len(text[start:].lstrip(" "))
        position = position_at(self.file, at + 1, column + 1)
        self.findings.append(Finding(doubt.code, position, doubt.message, "", doubt.severity))
