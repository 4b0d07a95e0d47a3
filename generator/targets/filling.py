"""Words laid out over lines, each as full as it can be."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=8192)
def filled(text: str, width: int, margin: str = "", hanging: str = "") -> tuple[str, ...]:
    """The words of a text as lines of at most `width`; none where there are no words.

    The first line is led by `margin`, those after it by `hanging`. Only a word that is longer than
    that makes a longer line.
    """
    words = " ".join(text.split())
    lines: list[str] = []
    start, room = 0, max(width - len(margin), 0)
    while len(words) - start > room:
        end = words.rfind(" ", start, start + room + 1)
        if end < 0:
            end = words.find(" ", start + room + 1)
        if end < 0:
            break
        lines.append(margin + words[start:end])
        start, margin, room = end + 1, hanging, max(width - len(hanging), 0)
    return (*lines, margin + words[start:]) if words else ()
