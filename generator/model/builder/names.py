"""Names of schemas: each given once for the whole API, so that no two differ by spelling alone."""

from __future__ import annotations

from generator.model.words import fold, pascal, singular, words


class Names:
    """The names taken so far.

    Two names are the same where they have the same letters and digits without regard to case, so
    that no language's spelling of one can collide with that of another. Who asks first keeps the
    plain name: components ask before inline schemas, so a component is always called what the
    document calls it.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, *candidates: str) -> str:
        """The first candidate that is free, else the last with the first free number from 2."""
        for candidate in candidates:
            if self._take(candidate):
                return candidate
        number = 2
        while not self._take(f"{candidates[-1]}{number}"):
            number += 1
        return f"{candidates[-1]}{number}"

    def _take(self, name: str) -> bool:
        key = fold(name)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True


def member_name(parent: str, member: str) -> str:
    """The name of what a property holds: `Order`, `shipping_address` → `OrderShippingAddress`."""
    return parent + (pascal(member) or "Member")


def element_name(parent: str) -> str:
    """The name of what a list holds: `OrderLines` → `OrderLine`, `OrderData` → `OrderDataItem`."""
    *_, last = words(parent) or ("",)
    one = singular(last)
    return parent + "Item" if one == last else parent[: -len(last)] + one


def pointer_name(file: str, tokens: list[str]) -> str:
    """The name of a schema that a reference points into the middle of a document for."""
    telling = [token for token in tokens if token not in _STRUCTURE and not token.isdigit()]
    stem = file.rpartition("/")[2].partition(".")[0]
    return "".join(pascal(token) for token in telling[-2:]) or pascal(stem) or "Schema"


_STRUCTURE = frozenset(
    {
        *("components", "schemas", "properties", "items", "additionalProperties", "allOf"),
        *("anyOf", "oneOf", "$defs", "definitions", "schema", "content", "paths", "responses"),
        *("parameters", "requestBodies", "patternProperties", "prefixItems", "not"),
        *("application/json", "requestBody"),
    }
)
