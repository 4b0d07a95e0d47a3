"""Text of a document as Markdown (CommonMark with tables): the only way that it gets there.

Whatever a string holds, it is shown as it stands: it opens no link, image, list, heading or HTML.
Only what it puts between backticks is kept as code, which opens nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SIGNS = re.compile(r"[\\`*_\[\]<>&|~$]")
_OPENING = re.compile(r"^(?:[#+=:-]|\d+(?=[.)]))")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_TICKS = re.compile(r"`+")


@lru_cache(maxsize=8192)
def inline(text: str) -> str:
    """Text in one line, for a heading, an item of a list or a paragraph."""
    pieces, rest = [], 0
    line = _plain(text)
    for match in _SPAN.finditer(line):
        pieces += [_escaped(line[rest : match.start()], first=not rest), code(match[1])]
        rest = match.end()
    return "".join([*pieces, _escaped(line[rest:], first=not rest)])


def prose(text: str) -> str:
    """Text as paragraphs, parted where it has empty lines."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(inline(block) for block in blocks if block.strip())


@lru_cache(maxsize=8192)
def code(text: str) -> str:
    """Text as a code span."""
    line = _plain(text)
    if not line:
        return ""
    ticks = _longer_than(line, 0)
    margin = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{margin}{line}{margin}{ticks}"


def fenced(lines: Iterable[str], language: str) -> str:
    """Lines of code as a block of their own."""
    body = "\n".join(lines)
    fence = _longer_than(body, 2)
    return f"{fence}{language}\n{body}\n{fence}"


def _plain(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def _escaped(text: str, *, first: bool) -> str:
    plain = _SIGNS.sub(lambda match: f"\\{match[0]}", text)
    if not first:
        return plain
    return _OPENING.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", plain)


def _longer_than(text: str, least: int) -> str:
    longest = max(map(len, _TICKS.findall(text))) if "`" in text else 0
    return "`" * (max(longest, least) + 1)
