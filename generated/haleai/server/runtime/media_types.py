"""Media types: parsing, and finding the documented one that fits (RFC 9110 §8.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
ESSENCE = re.compile(rf"{NAME}/{NAME}")
PARAMETER = re.compile(rf'\s*({NAME})=("(?:[^"\\]|\\.)*"|{NAME})\s*')


@dataclass(frozen=True, slots=True)
class MediaType:
    """`type/subtype` in lower case, and its parameters."""

    essence: str
    parameters: Mapping[str, str]


def parse_media_type(text: str) -> MediaType | None:
    """The media type that `text` is, None where it is none."""
    essence, *rest = text.split(";")
    essence = essence.strip().lower()
    if not ESSENCE.fullmatch(essence):
        return None
    parameters = {}
    for part in rest:
        if not part.strip():
            continue
        match = PARAMETER.fullmatch(part)
        if match is None:
            return None
        parameters[match[1].lower()] = match[2].strip('"')
    return MediaType(essence, parameters)


def best_match(essence: str, documented: Iterable[str]) -> str | None:
    """The documented media type or range that `essence` falls under, the narrowest first."""
    names = set(documented)
    for candidate in (essence, f"{essence.partition('/')[0]}/*", "*/*"):
        if candidate in names:
            return candidate
    return None


def is_json(essence: str) -> bool:
    """Whether a media type is JSON (RFC 6839 §3.1)."""
    return essence == "application/json" or essence.endswith("+json")
