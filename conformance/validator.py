"""Values held to a schema of the contract, where it stands in the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from generator.document import Node, Specification, join_pointer


@dataclass(frozen=True, slots=True)
class Validator:
    """A compiled JSON Schema (2020-12) of the document; formats are asserted."""

    compiled: Any = field(repr=False)

    @classmethod
    def at(cls, specification: Specification, node: Node) -> Validator:
        """Compile the schema at a place of the document."""
        documents = specification.documents
        registry = jsonschema_rs.Registry(
            [(_uri(name), documents[name].data) for name in documents]
        )
        reference = {"$ref": f"{_uri(node.document.file)}#{quote(node.pointer, safe='/~')}"}
        return cls(
            jsonschema_rs.Draft202012Validator(reference, registry=registry, validate_formats=True)
        )

    def problem(self, value: Any) -> str:
        """The first thing wrong with a value, and where; empty where nothing is."""
        for error in self.compiled.iter_errors(value):
            where = join_pointer("", *error.instance_path) or "the value"
            return f"{where}: {error.message}"
        return ""


def _uri(file: str) -> str:
    return f"contract:///{quote(file.lstrip('/'))}"
