"""The licence of what is generated: that of the contract, else Apache-2.0."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

_USUAL = "Apache-2.0"
_KNOWN = frozenset(
    {
        *("0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause"),
        *("BSD-3-Clause", "BSL-1.0", "CC-BY-4.0", "CC0-1.0", "EPL-2.0", "EUPL-1.2"),
        *("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC"),
        *("LGPL-2.1-only", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0"),
        *("Unlicense", "Zlib"),
    }
)
_SPOKEN = {"apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "mit license": "MIT"}


class License(Struct, frozen=True):
    """A licence: `identifier` is that of SPDX, or empty; `text` is what a LICENSE file holds."""

    name: str
    identifier: str
    text: str


def license_of(document: Mapping[str, Any]) -> License:
    """The licence that `info.license` of a contract names (OpenAPI 3.1 §4.8.4)."""
    info = document.get("info")
    told = info.get("license") if isinstance(info, Mapping) else None
    if not isinstance(told, Mapping):
        return License(_USUAL, _USUAL, _apache())
    name, address = _text(told.get("name")), _text(told.get("url"))
    identifier = _identifier(_text(told.get("identifier")) or name)
    if identifier == _USUAL:
        return License(identifier, identifier, _apache())
    lines = [f"Licensed under {name or identifier}.", *([address] if address else [])]
    return License(identifier or name, identifier, "\n".join(lines) + "\n")


def _identifier(text: str) -> str:
    by_name = {known.lower(): known for known in _KNOWN} | _SPOKEN
    return by_name.get(text.lower(), "")


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


@cache
def _apache() -> str:
    return (Path(__file__).parent / "licenses" / f"{_USUAL}.txt").read_text("utf-8")
