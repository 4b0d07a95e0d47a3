"""What is called how in generated code: names by the things of a document that have them.

A name that was published stays: code that others wrote calls it. So each run is told the names of
the last one, and gives new things what is left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

Published = Mapping[str, str]
"""Thing → name. An empty name is the one that follows from what the document calls the thing."""

MODEL = "model"
"""Whose names the model gives, whatever the language: operations and schemas."""

_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_QUOTES = re.compile(r"""["'\\]""")
_WORD = re.compile(r"""[^\s"'\\]+""")


def thing(kind: str, *words: str) -> str:
    """What has a name, as a line of text: `field Contact firstName`, and no other thing's."""
    text = " ".join((kind, *words))
    if all(map(str.isidentifier, words)):
        return text
    plain = text.isprintable() and text.count(" ") == len(words)
    if plain and all(words) and not _QUOTES.search(text):
        return text
    return " ".join([kind, *(w if _WORD.fullmatch(w) else json.dumps(w) for w in words)])


def words_of(thing: str) -> list[str]:
    """The words that a thing was made of, its kind first; quotes that are none stay."""
    found = []
    for word in _WORDS.findall(thing):
        try:
            found.append(str(json.loads(word)) if word.startswith('"') else word)
        except ValueError:
            found.append(word)
    return found
