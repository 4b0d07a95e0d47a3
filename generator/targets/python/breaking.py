"""Long expressions over several lines, broken as ruff would: inside their outermost brackets."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_OPENING = "([{"
_CLOSING = ")]}"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[()\[\]{},]', re.DOTALL)


@lru_cache(maxsize=8192)
def broken(code: str, width: int, margin: str = "") -> tuple[str, ...]:
    """One line of code as lines of at most `width`, as far as its brackets allow."""
    if len(margin) + len(code) <= width:
        return (margin + code,)
    cuts = _cuts(code)
    if not cuts:
        return (margin + code,)
    lines = [margin + code[: cuts[0] + 1]]
    for before, after in pairwise(cuts):
        item = code[before + 1 : after].strip()
        if item:
            lines.extend(broken(f"{item},", width, margin + "    "))
    return (*lines, margin + code[cuts[-1] :])


def _cuts(code: str) -> list[int]:
    """The places of the last brackets on the outside that hold anything, and of their commas."""
    found: list[int] = []
    inside: list[int] = []
    depth = 0
    for match in _TOKEN.finditer(code):
        character = match[0]
        if character in _OPENING:
            depth += 1
            if depth == 1:
                inside = [match.start()]
        elif character in _CLOSING:
            depth -= 1
            if depth == 0 and match.start() > inside[0] + 1:
                found = [*inside, match.start()]
        elif character == "," and depth == 1:
            inside.append(match.start())
    return found
