"""The files of the runtime that a package needs: no module that nothing imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "runtime"
_FROM_PACKAGE = re.compile(r"\n\s*from \.{1,2}_runtime(?:\.(\w+))? import \(?([\w, ]*)")
_FROM_RUNTIME = re.compile(r"\n\s*from \.(\w*) import \(?([\w, ]*)")


def runtime_files(package: Iterable[str]) -> dict[str, str]:
    """The runtime modules that these texts import, directly or through others, by file name."""
    waiting = ["__init__"]
    for text in package:
        waiting += _imported(_FROM_PACKAGE, text)
    known = _modules()
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += _imports()[name]
    return {f"{name}.py": known[name] for name in sorted(found)}


def _imported(pattern: re.Pattern[str], text: str) -> list[str]:
    found: list[str] = []
    for module, names in pattern.findall(f"\n{text}"):
        found += [module] if module else [name.strip() for name in names.split(",")]
    return found


@cache
def _modules() -> Mapping[str, str]:
    return {file.stem: file.read_text("utf-8") for file in sorted(_FOLDER.glob("*.py"))}


@cache
def _imports() -> Mapping[str, list[str]]:
    return {name: _imported(_FROM_RUNTIME, text) for name, text in _modules().items()}
