"""An OpenAPI document, read, resolved and normalised: what lint, the model and bundling work on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from generator.document.finding import Finding
from generator.document.node import Document, Node
from generator.document.reference import parse_reference

_VERSIONS: Final = ("3.0", "3.1", "3.2")


def supported(version: str) -> str:
    """`3.0`, `3.1` or `3.2` for a version of that line, else an empty string."""
    return next((line for line in _VERSIONS if (version + ".").startswith(line + ".")), "")


class Reference(Struct, frozen=True):
    """One `$ref` of a description: what kind of object it stands for, where, and for which."""

    kind: str
    file: str
    pointer: str
    target_file: str
    target_pointer: str


class Specification(Struct, frozen=True):
    """An OpenAPI description of one or more files.

    `documents` holds every file by its name in the normal form: OpenAPI 3.1 with JSON Schema
    2020-12 (what 3.2 adds is kept, what 3.0 says otherwise is rewritten), at unchanged JSON
    Pointers. `written` holds the entry file as its author wrote it (`sources` every file), and
    `version` the author's `openapi` field. `findings` are those of reading and of `$ref`.

    `references` holds every `$ref` that resolves, by the file and pointer of the object it is in;
    `links` the file that the path of a `$ref` means in another file; `anchors` the pointer of each
    `$anchor` and `$id`; `roots` the (kind, pointer) pairs of a file below which its objects are.
    """

    entry: Document
    written: Document
    version: str
    documents: Mapping[str, Document]
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, Document] = field(default_factory=dict)
    references: Mapping[tuple[str, str], Reference] = field(default_factory=dict)
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    anchors: Mapping[tuple[str, str], str] = field(default_factory=dict)
    roots: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def resolve(self, node: Node) -> Node:
        """The value that `node` stands for: `$ref` is followed, across files, to its end.

        The `summary` and `description` beside the `$ref` of a Reference Object replace those of
        its target (OpenAPI 3.1 §4.8.23); what stands beside it in a schema is the caller's to
        combine. A reference that is broken or circular resolves to itself; a finding tells of it.
        """
        if "$ref" not in node.mapping:
            return node
        seen = {(node.document.file, node.pointer)}
        found, overrides = node, dict[str, object]()
        while isinstance(ref := found.mapping.get("$ref"), str):
            overrides = {**self._overrides(found), **overrides}
            target = self.target(found.document, ref)
            if target is None or (target.document.file, target.pointer) in seen:
                return node
            seen.add((target.document.file, target.pointer))
            found = target
        if overrides and isinstance(found.value, dict):
            return Node(found.document, found.pointer, {**found.value, **overrides})
        return found

    def target(self, document: Document, ref: str) -> Node | None:
        """What a `$ref` (or a discriminator's mapping) in this document points at; one step."""
        path, pointer, anchor = parse_reference(ref)
        identified = self.anchors.get((document.file, path)) if path and not anchor else None
        if identified is not None:
            return document.root.at(identified + (pointer or ""))
        file = self.links.get((document.file, path)) if path else document.file
        if file is None:
            return None
        if anchor:
            pointer = self.anchors.get((file, anchor))
        return None if pointer is None else self.documents[file].root.at(pointer)

    def _overrides(self, node: Node) -> dict[str, object]:
        reference = self.references.get((node.document.file, node.pointer))
        if reference is None or reference.kind == "schema":
            return {}
        if reference.kind == "pathItem":
            return {key: value for key, value in node.mapping.items() if key != "$ref"}
        return {key: node.mapping[key] for key in ("summary", "description") if key in node.mapping}
