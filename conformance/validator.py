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

    def problem(self, value: Any) -> str:
        """The first thing wrong with a value, and where; empty where nothing is."""
        for error in self.compiled.iter_errors(value):
            where = join_pointer("", *error.instance_path) or "the value"
            return f"{where}: {error.message}"
        return ""


class Validators:
    """The validators of a document's schemas, each compiled when it is first asked for."""

    def __init__(self, specification: Specification) -> None:
        documents = specification.documents
        self._registry = jsonschema_rs.Registry(
            [(_uri(name), documents[name].data) for name in documents]
        )
        self._compiled: dict[str, Validator] = {}

    def at(self, node: Node) -> Validator:
        """The validator of the schema at a place of the document."""
        place = f"{_uri(node.document.file)}#{quote(node.pointer, safe='/~')}"
        if place not in self._compiled:
            self._compiled[place] = Validator(
                jsonschema_rs.Draft202012Validator(
                    {"$ref": place}, registry=self._registry, validate_formats=True
                )
            )
        return self._compiled[place]


def _uri(file: str) -> str:
    return f"contract:///{quote(file.lstrip('/'))}"
