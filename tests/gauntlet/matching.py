"""Whether every operation that a document writes is a method, or has a finding at its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.gauntlet.documents import WrittenDocument

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

    `methods` are those of each target. A target without any must have a finding that says so.
    """
    written = document.operations
    lines = {each.line for each in found if each.file == document.path.name}
    excused = {key for key, each in written.items() if lines.intersection(each.lines)}
    told = []
    for target, listed in methods.items():
        there = Counter(map(_as_called, listed) if target == "typescript" else listed)
        wanted = {key: _as_called(key) if target == "typescript" else key for key in written}
        for key, name in wanted.items():
            if there[name] > 0:
                there[name] -= 1
            elif key not in excused:
                told.append(f"{' '.join(key)} is not in {target}")
        known = set(wanted.values())
        told += [f"{' '.join(key)} is only in {target}" for key in there if key not in known]
    return told


def _as_called(key: Key) -> Key:
    """An operation as a call of it asks for it, each parameter of its path being `1`."""
    path = re.sub(r"\{[^}]*\}", "1", key[1]).partition("?")[0].partition("#")[0]
    return key[0], quote(path, safe="/%:@!$&'()*+,;=~")
