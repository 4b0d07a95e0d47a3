"""What a `$ref` says: a file or address, and a place in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")


class ParsedReference(NamedTuple):
    """`path` is a file or URL, empty for the same document; then a pointer or else an anchor.

    `pointer` is None where the reference is to an anchor, or is not a valid JSON Pointer.
    """

    path: str
    pointer: str | None
    anchor: str


@lru_cache(maxsize=8192)
def parse_reference(ref: str) -> ParsedReference:
    """The parts of a `$ref` (RFC 3986 §4.1; RFC 6901 §6), unescaped."""
    path, _, fragment = ref.partition("#")
    fragment = unquote(fragment)
    if not fragment or fragment.startswith("/"):
        valid = not _BAD_ESCAPE.search(fragment)
        return ParsedReference(path, fragment if valid else None, "")
    return ParsedReference(path, None, fragment)


def is_remote(path: str) -> bool:
    """Whether a path is an address on a network."""
    return path.startswith("//") or bool(re.match(r"(?i)https?:", path))


def has_scheme(path: str) -> bool:
    """Whether a path names a URI scheme (`https:`, `file:`, `urn:`)."""
    return bool(_SCHEME.match(path))
