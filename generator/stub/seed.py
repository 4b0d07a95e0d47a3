"""Chance without chance: numbers that follow from a name, the same on every machine and Python."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Seed:
    """Where a value stands, as the only thing that its choices depend on."""

    name: str

    def at(self, token: str | int) -> Seed:
        """The seed of a place below."""
        return Seed(f"{self.name}/{token}")

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1; `limit` is at least 1."""
        return int.from_bytes(sha256(self.name.encode("utf-8", "replace")).digest()) % limit
