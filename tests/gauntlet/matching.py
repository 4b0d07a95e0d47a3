"""Whether every operation that a document writes is a method, or has a finding at its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.gauntlet.documents import WrittenDocument, called

Key = tuple[str, str]

_FINDING = re.compile(r"^(.+?):(\d+):(\d+): (error|warning) ([A-Z]{3}-\d{3}): ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: where, and what."""

    file: str
    line: int
    code: str
    is_error: bool


def findings(text: str) -> list[Found]:
    """The findings in what the command printed."""
    return [
        Found(Path(file).name, int(line), code, kind == "error")
        for file, line, _, kind, code in _FINDING.findall(text)
    ]


def codes(found: Iterable[Found]) -> str:
    """How many there are of each code; an error has a `!`."""
    counts = Counter(f"{each.code}{'!' * each.is_error}" for each in found)
    return ", ".join(f"{code} x{n}" for code, n in sorted(counts.items())) or "none"


def unmatched(
    document: WrittenDocument,
    methods: Mapping[str, Iterable[Key]],
    found: Iterable[Found],
) -> list[str]:
    """What is written and no method, or a method and not written, by method and path.

    `methods` are those of each target. What a target does not have is excused by an error at its
    lines, or by what generation finds there; advice about style excuses nothing.
    """
    lines = {
        each.line
        for each in found
        if each.file == document.path.name and (each.is_error or each.code.startswith("GEN"))
    }
    written = document.operations
    excused = {key for key, each in written.items() if lines.intersection(each.lines)}
    told = []
    for target, listed in methods.items():
        absent = set(missing(document, target, listed)) - excused
        told += [f"{' '.join(key)} is not in {target}" for key in written if key in absent]
        known = set(_known(document, target).values())
        others = dict.fromkeys(_seen(target, listed))
        told += [f"{' '.join(key)} is only in {target}" for key in others if key not in known]
    return told


def missing(document: WrittenDocument, target: str, listed: Iterable[Key]) -> list[Key]:
    """The operations that a target does not have."""
    known = _known(document, target)
    there = Counter(_seen(target, listed))
    there.subtract(known.values())
    return [key for key, name in known.items() if there[name] < 0]


def _known(document: WrittenDocument, target: str) -> dict[Key, Key]:
    """How each operation is known in a target; in TypeScript it is seen in the calls alone."""
    if target != "typescript":
        return {key: key for key in document.operations}
    return {
        key: _escaped((key[0], called(document.data, operation)))
        for key, operation in document.operations.items()
    }


def _seen(target: str, listed: Iterable[Key]) -> list[Key]:
    return [_escaped(key) if target == "typescript" else key for key in listed]


def _escaped(key: Key) -> Key:
    """A call, its path alone, and that escaped in one way."""
    path = key[1].partition("?")[0].partition("#")[0]
    return key[0], quote(path, safe="/%:@!$&'()*+,;=~")
