"""The files of the runtime that a package needs: no module that nothing imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

RUNTIME = Path(__file__).parent / "runtime"

_FROM_PACKAGE = re.compile(r'from "\.{1,2}/runtime/([\w-]+)\.ts"')
_FROM_RUNTIME = re.compile(r'from "\./([\w-]+)\.ts"')


def runtime_files(package: Iterable[str]) -> dict[str, str]:
    """The runtime modules that these texts import, directly or through others, by file name."""
    known = _modules()
    waiting = [name for text in package for name in _FROM_PACKAGE.findall(text)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += _FROM_RUNTIME.findall(known[name])
    return {f"{name}.ts": known[name] for name in sorted(found)}


@cache
def _modules() -> Mapping[str, str]:
    return {file.stem: file.read_text("utf-8") for file in sorted(RUNTIME.glob("*.ts"))}
