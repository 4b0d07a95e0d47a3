"""Names of schemas: each given once for the whole API, so that no two differ by spelling alone."""

from __future__ import annotations

from collections.abc import Mapping

from generator.model.words import fold, pascal, singular, words
from generator.published import Published


class Names:
    """The names given so far, by the thing that has each.

    Two names are the same where they have the same letters and digits without regard to case, so
    that no language's spelling of one can collide with that of another. A published name is kept
    for the thing that has it. Else who asks first has the plain name: components ask before inline
    schemas, so a component is called what the document calls it.
    """

    def __init__(self, published: Published) -> None:
        self.given: dict[str, str] = {}
        self._taken: set[str] = set()
        self._kept = _owners(published)
        self._published = {owner: published[owner] for owner in self._kept.values()}
        self._missed: set[str] = set()
        self._numbers: dict[str, int] = {}

    def claim(self, thing: str, wanted: str) -> str:
        """The published name of a thing, else the wanted one with the first number that is free."""
        name, stem = self._published.get(thing, wanted), fold(wanted)
        while not self._take(thing, name):
            # No name is ever free again, so that numbers go on where they ended the last time.
            number = self._numbers.get(stem, 2)
            name, self._numbers[stem] = f"{wanted}{number}", number + 1
        self.given[thing] = name
        return name

    def vain(self) -> set[str]:
        """The things that names were kept for although they are no more."""
        return self._missed - self.given.keys()

    def _take(self, thing: str, name: str) -> bool:
        key = fold(name)
        owner = self._kept.get(key, thing)
        if owner != thing:
            self._missed.add(owner)
            return False
        if key in self._taken:
            return False
        self._taken.add(key)
        return True


def _owners(published: Published) -> Mapping[str, str]:
    """The schema that has each published name; the first of them, where several do."""
    found: dict[str, str] = {}
    for owner, name in published.items():
        if owner.startswith("schema "):
            found.setdefault(fold(name), owner)
    return found


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
