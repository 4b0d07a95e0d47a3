"""A description of several files → one self-contained document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct, field

from generator.document.node import Document, join_pointer, split_pointer
from generator.document.specification import Reference, Specification

SECTIONS: Final = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "requestBody": "requestBodies",
    "header": "headers",
    "securityScheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
}
"""Where `components` keeps the objects of each kind, in every version of OpenAPI 3."""

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Bundle(Struct, frozen=True):
    """One document; `origins` says of the components that were moved into it where they were."""

    document: dict[str, Any]
    file: str
    origins: Mapping[str, tuple[str, str]]

    def origin(self, pointer: str) -> tuple[str, str]:
        """The file and pointer at which a value of the document was written."""
        for component, (file, source) in self.origins.items():
            if pointer == component or pointer.startswith(component + "/"):
                return file, source + pointer[len(component) :]
        return self.file, pointer


def bundle(specification: Specification) -> dict[str, Any]:
    """One document that refers to no other, as its authors wrote it, in the order of the text.

    What is in other files becomes a component, named after the last token of its pointer or its
    file; a name that is taken gets a number. A description of one file is itself.
    """
    return bundled(specification, specification.sources).document


def bundled(specification: Specification, documents: Mapping[str, Document]) -> Bundle:
    """Bundle the files of a specification in one of their forms (`sources` or `documents`)."""
    entry = documents[specification.entry.file]
    if len(documents) == 1 or not isinstance(entry.data, dict):
        return Bundle(entry.data if isinstance(entry.data, dict) else {}, entry.file, {})
    bundler = _Bundler(specification, documents, entry.file)
    document = bundler.copy(entry.file, "", entry.data)
    while bundler.pending:
        reference, name = bundler.pending.pop(0)
        file, pointer = reference.target_file, reference.target_pointer
        node = documents[file].root.at(pointer)
        section = SECTIONS[reference.kind]
        held = document.setdefault("components", {}).setdefault(section, {})
        held[name] = bundler.copy(file, pointer, node.value if node else None)
        bundler.origins[f"/components/{section}/{name}"] = (file, pointer)
    return Bundle(document, entry.file, bundler.origins)


class _Bundler(Struct):
    specification: Specification
    documents: Mapping[str, Document]
    entry: str
    names: dict[tuple[str, str, str], str] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    pending: list[tuple[Reference, str]] = field(default_factory=list)
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)
    inlining: list[tuple[str, str]] = field(default_factory=list)

    def copy(self, file: str, pointer: str, value: Any) -> Any:
        if isinstance(value, list):
            return [
                self.copy(file, f"{pointer}/{index}", element)
                for index, element in enumerate(value)
            ]
        if not isinstance(value, dict):
            return value
        copied = {
            key: self.copy(file, join_pointer(pointer, key), member)
            for key, member in value.items()
        }
        reference = self.specification.references.get((file, pointer))
        if reference is not None and "$ref" in value:
            return self._refer(reference, copied)
        if isinstance(copied.get("discriminator"), dict):
            self._map(file, copied["discriminator"])
        return copied

    def _refer(self, reference: Reference, copied: dict[str, Any]) -> Any:
        if reference.target_file == self.entry:
            if reference.file != self.entry:
                copied["$ref"] = f"#{reference.target_pointer}"
            return copied
        if reference.kind not in SECTIONS:
            return self._inline(reference, copied)
        copied["$ref"] = f"#/components/{SECTIONS[reference.kind]}/{self._name(reference)}"
        return copied

    def _inline(self, reference: Reference, copied: dict[str, Any]) -> Any:
        target = (reference.target_file, reference.target_pointer)
        node = self.documents[target[0]].root.at(target[1])
        if node is None or target in self.inlining:
            return copied
        self.inlining.append(target)
        inlined = self.copy(target[0], target[1], node.value)
        self.inlining.pop()
        siblings = {key: member for key, member in copied.items() if key != "$ref"}
        return {**inlined, **siblings} if isinstance(inlined, dict) else inlined

    def _map(self, file: str, discriminator: dict[str, Any]) -> None:
        mapping = discriminator.get("mapping")
        if not isinstance(mapping, dict):
            return
        for name, ref in mapping.items():
            target = (
                self.specification.target(self.documents[file], ref)
                if isinstance(ref, str)
                else None
            )
            if target is None or (target.document.file == self.entry and file == self.entry):
                continue
            if target.document.file == self.entry:
                mapping[name] = f"#{target.pointer}"
            else:
                found = Reference("schema", file, "", target.document.file, target.pointer)
                mapping[name] = f"#/components/schemas/{self._name(found)}"

    def _name(self, reference: Reference) -> str:
        section = SECTIONS[reference.kind]
        key = (section, reference.target_file, reference.target_pointer)
        if key not in self.names:
            taken = self._taken(section)
            self.names[key] = unused_name(_wanted(reference), taken)
            taken.add(self.names[key])
            self.pending.append((reference, self.names[key]))
        return self.names[key]

    def _taken(self, section: str) -> set[str]:
        if section not in self.taken:
            held = self.documents[self.entry].root.get("components", section)
            self.taken[section] = set(held.mapping) if held else set()
        return self.taken[section]


def _wanted(reference: Reference) -> str:
    tokens = split_pointer(reference.target_pointer)
    name = tokens[-1] if tokens else PurePosixPath(reference.target_file).stem
    return _NOT_IN_NAMES.sub("_", name).strip("_") or "Component"


def unused_name(wanted: str, taken: set[str]) -> str:
    """`wanted`, with the first number from 2 that makes it new where it is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}{number}" in taken:
        number += 1
    return f"{wanted}{number}"
