"""The lines of a block scalar, or of a plain or quoted one of several lines → its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from generator.document.block_line import PLAIN_CHARACTERS, QUOTED, unquoted

_PLAIN: Final = re.compile(rf"{PLAIN_CHARACTERS}\Z")
_QUOTED: Final = re.compile(rf"{QUOTED}\Z")
_BLANKS: Final = frozenset(" \t\n")
_BREAK: Final = re.compile(r"(?<!\n)\n(?!\n)")
_BREAKS: Final = re.compile(r"\n(\n+)")
_BREAKS_OF_FLUSH: Final = re.compile(r"^([^ \t\n].*)\n(\n*)(?=[^ \t\n])", re.MULTILINE)


def plain_text(lines: Sequence[str]) -> str | None:
    """The text of a plain scalar (YAML 1.2.2 §7.3.3); None where lines hold something else too."""
    text = "\n".join([line.strip(" ") for line in lines]).rstrip("\n")
    return _folded(text) if _PLAIN.match(text) else None


def quoted_text(lines: Sequence[str]) -> str | None:
    """The text of a quoted scalar (YAML 1.2.2 §7.3.1); None where lines hold something else too.

    Nor is there one where a break is escaped: that is one of the rare escapes.
    """
    text = _folded("\n".join([line.strip(" ") for line in lines]).rstrip("\n"))
    return unquoted(text) if _QUOTED.match(text) else None


def block_text(header: str, lines: Sequence[str]) -> str | None:
    """The text of a literal or folded scalar (YAML 1.2.2 §8.1); None where it is no simple one.

    `header` is that of the scalar, without an indentation indicator or a comment.
    """
    first = next(filter(None, lines), "")
    content = first.lstrip(" ")
    if not content or content[0] == "\t":
        return None
    margin = "\n" + first[: -len(content)]
    text = "\n" + "\n".join(lines)
    if text.count(margin) + lines.count("") != len(lines):
        return None
    text = text.replace(margin, "\n")[1:]
    ended = text.rstrip("\n")
    shown = ended if header[0] == "|" else _folded(ended)
    if header[1:] == "-":
        return shown
    return shown + "\n" + text[len(ended) :] if header[1:] == "+" else shown + "\n"


def _folded(text: str) -> str:
    """The text with its lines joined, but for those that are indented (YAML 1.2.2 §8.1.3)."""
    if text[0] in _BLANKS or "\n " in text or "\n\t" in text:
        return _BREAKS_OF_FLUSH.sub(lambda found: found[1] + (found[2] or " "), text)
    return _BREAKS.sub(lambda found: found[1], _BREAK.sub(" ", text))
