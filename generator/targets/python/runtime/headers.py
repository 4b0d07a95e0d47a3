"""Headers of HTTP: those of an answer, by name in any case, and those that may be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .errors import ArgumentError

_TEXT = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Headers(Mapping[str, str]):
    """The headers of an answer. A header that came several times is joined by commas."""

    __slots__ = ("_pairs", "_values")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)
        self._values: dict[str, str] = {}
        for name, value in self._pairs:
            known = name.lower()
            first = self._values.get(known)
            self._values[known] = value if first is None else f"{first}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get_all(self, name: str) -> list[str]:
        """Every value of a header, in the order they came: `Set-Cookie` cannot be joined."""
        wanted = name.lower()
        return [value for key, value in self._pairs if key.lower() == wanted]

    def __repr__(self) -> str:
        return f"Headers({sorted(self._values)})"


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name, so that one replaces another."""
    return {name.lower(): value for name, value in headers.items()}


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by lower-case name, all of them fit to be sent (RFC 9110 §5.5).

    Raises `ArgumentError`, which names the header and keeps its value, perhaps a secret, to itself.
    """
    lowered: dict[str, Any] = dict(lower(headers))
    for name, value in lowered.items():
        if not _NAME.fullmatch(name):
            raise ArgumentError(f"{name!r} is not the name of a header")
        if not isinstance(value, str) or not _TEXT.fullmatch(value):
            raise ArgumentError(f"the header {name} has a value that no header can carry")
    return lowered
