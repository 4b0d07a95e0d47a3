"""Names as words: any spelling of a wire name, split so that each language joins it its own way."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[^\W\dA-Z_]+\d*|\d+")
_SIBILANT = ("sses", "shes", "ches", "xes", "zzes")
_NOT_PLURAL = ("ss", "us", "is", "as", "os")


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """`listHTTPRoutes_v2` → `("list", "HTTP", "Routes", "v2")`; letters of any script count."""
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=16384)
def snake(text: str) -> str:
    """The words in lower case, joined by underscores; empty where there are none."""
    return "_".join(words(text)).lower()


@lru_cache(maxsize=16384)
def pascal(text: str) -> str:
    """The words joined, each with a capital; acronyms stay as written."""
    return "".join(word[0].upper() + word[1:] for word in words(text))


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """One of the things that an English plural names; the word itself where it is no plural."""
    low = word.lower()
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(_SIBILANT):
        return word[:-2]
    if low.endswith("s") and len(low) > 3 and not low.endswith(_NOT_PLURAL):
        return word[:-1]
    return word


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """What two names must not share: letters and digits alone, without case."""
    return "".join(character for character in text.casefold() if character.isalnum())
