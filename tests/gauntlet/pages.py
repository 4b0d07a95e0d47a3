"""What the pages of a document show, and whether they are whole."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tests.docs.checking import faults
from tests.gauntlet.report import FAILED

_CALL = re.compile(r'<span class="method \w+">(\w+)</span> <code class="path">(.*?)</code></p>')
_TAG = re.compile(r"<[^>]*>")


def operations(folder: Path) -> list[tuple[str, str]]:
    """The operations that have a place on a page, by method and path."""
    return [
        (method, html.unescape(_TAG.sub("", path)))
        for file in sorted(folder.glob("*.html"))
        for method, path in _CALL.findall(file.read_text("utf-8"))
    ]


def judged(folder: Path, told: list[str]) -> str:
    """How many pages there are; what is wrong with them is added to what is told."""
    files = {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*"))}
    wrong = faults(files)
    told += [f"docs: {fault}" for fault in wrong[:5]]
    count = str(sum(name.endswith(".html") for name in files))
    return f"{FAILED} {len(wrong)} faults" if wrong else count
