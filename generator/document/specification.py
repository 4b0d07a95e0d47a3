"""An OpenAPI document, read, resolved and normalised: what lint, the model and bundling work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.document.finding import Finding
from generator.document.node import Document, Node


@dataclass(frozen=True, slots=True)
class Specification:
    """An OpenAPI description of one or more files.

    `documents` holds every file by its name in the normal form: OpenAPI 3.1 with JSON Schema
    2020-12 (what 3.2 adds is kept, what 3.0 says otherwise is rewritten), at unchanged JSON
    Pointers. `written` holds the entry file as its author wrote it, `version` the author's
    `openapi` field. `findings` are those of reading and of `$ref`.
    """

    entry: Document
    written: Document
    version: str
    documents: Mapping[str, Document] = field(repr=False)
    findings: tuple[Finding, ...] = ()

    def resolve(self, node: Node) -> Node:
        """The value that `node` stands for: `$ref` is followed, across files, to its end.

        A reference that is broken or circular resolves to itself; a finding tells of it.
        """
        raise NotImplementedError
