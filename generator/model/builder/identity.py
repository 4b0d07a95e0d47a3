"""What identifies a schema, so that it is known again in a document that has grown.

A JSON Pointer alone does not: elements of a list move when another is put before them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from generator.document import Specification, join_pointer, split_pointer
from generator.model.builder.merged import Place
from generator.published import Published, thing, words_of


class Identities:
    """The things that the schemas of one description are.

    A variant of a union that has grown is the one that was `published` with fewer members.
    """

    def __init__(self, specification: Specification, published: Published) -> None:
        self._specification = specification
        self._published = _published_labels(published)
        self._labels: dict[str, list[str]] = {}

    def of(self, places: Sequence[Place]) -> str:
        """The thing that a schema is, which may be written in several places."""
        return thing("schema", *dict.fromkeys(self._reference(*each) for each in places))

    def _reference(self, file: str, pointer: str) -> str:
        """The JSON Pointer, after its file where that is another than the entry.

        A step through a list says what is there instead of its index.
        """
        if file not in self._specification.documents:
            return pointer
        value: Any = self._specification.documents[file].root.value
        found, above = self._relative(file), ""
        for key in split_pointer(pointer):
            if isinstance(value, list):
                if above != _ALL:
                    found = join_pointer(found, self._element(found, above, value, int(key)))
                value = value[int(key)]
            else:
                value = value.get(key) if isinstance(value, dict) else None
                if key != _ALL or not isinstance(value, list):
                    found = join_pointer(found, key)
            above = key
        return found

    def _relative(self, file: str) -> str:
        entry = self._specification.entry.file
        if file == entry:
            return ""
        return PurePath(os.path.relpath(file, PurePath(entry).parent)).as_posix() + "#"

    def _element(self, place: str, holder: str, values: list[Any], index: int) -> str:
        """What tells an element of a list from the others."""
        if holder not in _LABELS:
            return str(index)
        if place not in self._labels:
            labels = _numbered([_LABELS[holder](value) for value in values])
            self._labels[place] = _recognized(labels, self._published.get(place, set()))
        return self._labels[place][index]


def _published_labels(published: Published) -> dict[str, set[str]]:
    """What told variants of each union apart, by the place of its list."""
    found: dict[str, set[str]] = {}
    for known in published:
        if "Of/" in known and known.startswith("schema "):
            for reference in words_of(known)[1:]:
                tokens = reference.split("/")
                for index, token in enumerate(tokens[1:], 1):
                    if tokens[index - 1] in _UNIONS:
                        place = "/".join(tokens[:index])
                        found.setdefault(place, set()).add(*split_pointer(f"/{token}"))
    return found


def _recognized(labels: list[str], published: set[str]) -> list[str]:
    """The labels; one that is new is the published one that it has most words of."""
    gone = published.difference(labels)
    found = []
    for label in labels:
        words = set(label.split())
        before = [] if label in published else [g for g in gone if words.issuperset(g.split())]
        known = max(before, key=lambda each: (len(each.split()), each), default=label)
        gone.discard(known)
        found.append(known)
    return found


def _numbered(labels: list[str]) -> list[str]:
    """The labels, each after the first of its kind numbered from 2."""
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return found


def _parameter(value: Any) -> str:
    return f"{value.get('in')} {value.get('name')}" if isinstance(value, Mapping) else ""


def _variant(value: Any) -> str:
    """What a variant of a union refers to, is titled, or is made of."""
    if not isinstance(value, Mapping):
        return ""
    for keyword in ("$ref", "title", "const"):
        if isinstance(value.get(keyword), str):
            return str(value[keyword])
    members = value.get("properties")
    if isinstance(members, Mapping):
        return _constant(members) or " ".join(sorted(map(str, members)))
    return str(value.get("type") or "")


def _constant(members: Mapping[str, Any]) -> str:
    """The value of the first member that always has the same."""
    for member in members.values():
        if isinstance(member, Mapping):
            values = [member["const"]] if "const" in member else member.get("enum")
            if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
                return values[0]
    return ""


_ALL = "allOf"
"""What it lists is one schema, so that it is no step of a place."""
_UNIONS = ("oneOf", "anyOf")
_LABELS = {"parameters": _parameter, **dict.fromkeys(_UNIONS, _variant)}
