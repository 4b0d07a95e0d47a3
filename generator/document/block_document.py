"""A text in YAML's block style → a document; a long one in halves, which may be read at once."""

from __future__ import annotations

from typing import Final, NamedTuple

from generator.document.block_line import Holds, read_line
from generator.document.block_places import BlockPlaces, Start
from generator.document.block_reading import Read, read_block
from generator.document.finding import Finding
from generator.document.node import Document
from generator.parallel import Share

LONG: Final = 4000
"""How many lines are worth to be read in halves."""

# libyaml ends lines at these too.
_OTHER_BREAKS: Final = frozenset("\r\x85\u2028\u2029")


class _Inner(NamedTuple):
    """A mapping that begins at `start`, as the value of the key of the root on line `holder`."""

    holder: int
    start: Start


class _Cut(NamedTuple):
    """The second half begins with the key on `line`, one of `inner`, or else of the root."""

    line: int
    inner: _Inner | None = None


class _Half(NamedTuple):
    lines: list[str]
    begin: int
    terminated: bool


def read_block_document(
    text: str, file: str, share: Share, long: int = LONG
) -> tuple[Document, list[Finding]] | None:
    """The document and its findings, if `text` is simple YAML in block style; else None.

    `share` is how halves of more than `long` lines in all are read.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if any(character in text for character in _OTHER_BREAKS):
        return None
    lines = text.split("\n")
    terminated = not lines[-1]
    if terminated:
        lines.pop()
    cut = _cut(lines) if len(lines) > long else None
    if cut is None:
        read = read_block(lines, file, terminated=terminated)
    else:
        halves = _halves(lines, cut, terminated=terminated)
        first, second = share(
            lambda half: read_block(half.lines, file, half.begin, terminated=half.terminated),
            halves,
            lambda half: len(half.lines) - half.begin,
        )
        read = _joined(first, second, cut)
    if read is None:
        return None
    places = BlockPlaces(lines, read.data, read.start, read.collections, read.parts)
    return Document(file, read.data, places), read.findings


def _cut(lines: list[str]) -> _Cut | None:
    """The first place behind the middle where the root goes on, or a mapping right inside of it."""
    middle = len(lines) // 2
    holder = next((at for at in range(middle, -1, -1) if _is_of_root(lines[at])), None)
    if holder is None:
        return None
    inside = next((at for at in range(holder + 1, middle) if _indentation(lines[at]) >= 0), holder)
    indent = _indentation(lines[inside]) if _is_key_of_mapping(lines[holder]) else 0
    for at in range(max(middle, holder + 1), len(lines)):
        here = _indentation(lines[at])
        if here in (0, indent) and read_line(lines[at][here:]).key is not None:
            return _Cut(at, _Inner(holder, (inside, indent)) if here else None)
    return None


def _is_of_root(line: str) -> bool:
    return not line.startswith(" ") and _indentation(line) == 0


def _indentation(line: str) -> int:
    """How far a line is indented; -1 if there is nothing on it but a comment."""
    entry = line.lstrip(" ")
    return -1 if not entry or entry[0] == "#" else len(line) - len(entry)


def _is_key_of_mapping(text: str) -> bool:
    """Whether a line has nothing but a key, of which there is nothing to tell."""
    line = read_line(text)
    return line.key is not None and line.holds is Holds.NESTED and line.key_doubt is None


def _halves(lines: list[str], cut: _Cut, *, terminated: bool) -> list[_Half]:
    """The lines up to the cut, and those behind it, below the key of the mapping that is cut."""
    first = _Half(lines[: cut.line], 0, terminated=True)
    if cut.inner is None:
        return [first, _Half(lines, cut.line, terminated)]
    rest = [*lines[: cut.line - 1], lines[cut.inner.holder], *lines[cut.line :]]
    return [first, _Half(rest, cut.line - 1, terminated)]


def _joined(first: Read | None, second: Read | None, cut: _Cut) -> Read | None:
    """What both halves say; None where one is not simple, or they are not of one mapping."""
    if first is None or second is None or not isinstance(first.data, dict) or first.start[1]:
        return None
    data, members, lines = first.data, second.data, second.collections.pop(second.start)
    if cut.inner is not None:
        start = cut.inner.start
        name = next(iter(members))
        inner, more = data[name], members.pop(name)
        starts = first.collections.get(start)
        if starts is None or not isinstance(inner, dict) or not inner.keys().isdisjoint(more):
            return None
        inner |= more
        starts += second.collections.pop((cut.line, start[1]))
        lines = lines[1:]
    if not data.keys().isdisjoint(members):
        return None
    first.collections[first.start] += lines
    return Read(
        data | members,
        first.start,
        first.findings + second.findings,
        first.collections | second.collections,
        first.parts | second.parts,
    )
