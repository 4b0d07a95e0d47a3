"""Long expressions over several lines, broken as ruff would: inside their outermost brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_OPENING = "([{"
_CLOSING = ")]}"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[()\[\]{},]', re.DOTALL)


@lru_cache(maxsize=8192)
def broken(code: str, width: int, margin: str = "") -> tuple[str, ...]:
    """One line of code as lines of at most `width`, as far as its brackets allow."""
    if len(margin) + len(code) <= width:
        return (margin + code,)
    found = _outermost(code)
    if found is None:
        return (margin + code,)
    start, end = found
    lines = [margin + code[: start + 1]]
    for item in _items(code[start + 1 : end]):
        lines.extend(broken(f"{item},", width, margin + "    "))
    return (*lines, margin + code[end:])


def _outermost(code: str) -> tuple[int, int] | None:
    """The places of the last brackets on the outside that hold anything."""
    best: tuple[int, int] | None = None
    start = 0
    for index, character, depth in _structure(code):
        if character in _OPENING and depth == 0:
            start = index
        elif character in _CLOSING and depth == 0 and index > start + 1:
            best = (start, index)
    return best


def _items(inside: str) -> Iterator[str]:
    start = 0
    for index, character, depth in _structure(inside):
        if character == "," and depth == 0:
            yield inside[start:index].strip()
            start = index + 1
    if inside[start:].strip():
        yield inside[start:].strip()


def _structure(code: str) -> Iterator[tuple[int, str, int]]:
    """Each bracket and comma outside of strings, with how many brackets are open around it."""
    depth = 0
    for match in _TOKEN.finditer(code):
        character = match[0]
        if character.startswith('"'):
            continue
        depth -= character in _CLOSING
        yield match.start(), character, depth
        depth += character in _OPENING
