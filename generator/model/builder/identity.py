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
from generator.published import thing


class Identities:
    """The things that the schemas of one description are."""

    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self._labels: dict[Place, list[str]] = {}

    def of(self, places: Sequence[Place]) -> str:
        """The thing that a schema is, which may be written in several places."""
        return thing("schema", *dict.fromkeys(self._reference(*each) for each in places))

    def _reference(self, file: str, pointer: str) -> str:
        """The JSON Pointer, after its file where that is another than the entry.

        Steps through lists say what is there instead of its index.
        """
        if file not in self._specification.documents:
            return pointer
        value: Any = self._specification.documents[file].root.value
        here, tokens = "", list[str]()
        for token in split_pointer(pointer):
            here = join_pointer(here, token)
            if isinstance(value, list):
                if tokens[-1] == "allOf":
                    tokens.pop()  # all that it lists is one schema
                else:
                    tokens.append(self._label((file, here), tokens[-1], value))
                value = value[int(token)]
            else:
                tokens.append(token)
                value = value.get(token) if isinstance(value, Mapping) else None
        return self._relative(file) + join_pointer("", *tokens)

    def _relative(self, file: str) -> str:
        entry = self._specification.entry.file
        if file == entry:
            return ""
        return PurePath(os.path.relpath(file, PurePath(entry).parent)).as_posix() + "#"

    def _label(self, place: Place, holder: str, values: list[Any]) -> str:
        """What tells an element of a list from the others."""
        file, pointer = place
        above, _, index = pointer.rpartition("/")
        if holder not in _LABELS:
            return index
        if (file, above) not in self._labels:
            self._labels[file, above] = _numbered([_LABELS[holder](value) for value in values])
        return self._labels[file, above][int(index)]


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


_LABELS = {"parameters": _parameter, "oneOf": _variant, "anyOf": _variant}
