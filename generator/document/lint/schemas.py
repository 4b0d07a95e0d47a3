"""Values against the schemas of a document, compiled as they are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from urllib.parse import quote

import jsonschema_rs
from msgspec import Struct, field

from generator.document.finding import Severity
from generator.document.lint.effort import MOST, Effort
from generator.document.lint.rule import Problem, Rule, at
from generator.document.node import Node
from generator.document.specification import Specification
from generator.document.violation import Violation, violations

UNCHECKED: Final = Rule(
    "OAS-011",
    "Examples and defaults can be checked",
    Severity.WARNING,
    "Schemas that combine others which combine others multiply the work: thirty `allOf: [A, A]`,\n"
    "each of the next, are a billion checks of one value. Above a million it is not checked, and\n"
    "may be wrong. Let the schemas combine fewer, or leave the value out.",
)
_COMBINING: Final = ("description", "summary", "title", "example", "examples", "default")


class SchemaValidators(Struct):
    """Compiles each schema once; formats are checked."""

    specification: Specification
    compiled: dict[tuple[str, str], Any] = field(default_factory=dict)
    registry: Any = None
    addresses: dict[str, str] = field(default_factory=dict)

    def violations(self, schema: Node, value: Any) -> list[Violation]:
        """What is wrong with a value; nothing where the schema itself cannot be compiled.

        Raises `TooMuchWorkError` where the schema combines so many that there is no end to it.
        """
        if Effort(self.specification).is_too_much(schema, value):
            raise TooMuchWorkError
        validator = self._compile(schema)
        return list(violations(validator.iter_errors(value))) if validator else []

    def _compile(self, schema: Node) -> Any:
        target = self.specification.resolve(schema)
        if not set(schema.mapping) - {"$ref", *_COMBINING}:
            schema = target
        key = (schema.document.file, schema.pointer)
        if key not in self.compiled:
            self.compiled[key] = self._build(schema)
        return self.compiled[key]

    def _build(self, schema: Node) -> Any:
        try:
            if self.registry is None:
                self._register()
            base = self.addresses[schema.document.file]
            pointer = quote(schema.pointer, safe="/~")
            return jsonschema_rs.validator_for(
                {"$ref": f"{base}#{pointer}"}, registry=self.registry, validate_formats=True
            )
        except (ValueError, jsonschema_rs.ReferencingError):
            return None

    def _register(self) -> None:
        documents = self.specification.documents
        self.addresses = {file: f"document:{n}" for n, file in enumerate(documents)}
        resources = [
            (self.addresses[file], self._absolute(file, document.data))
            for file, document in documents.items()
        ]
        self.registry = jsonschema_rs.Registry(resources, retriever=_refuse)

    def _absolute(self, file: str, data: Any) -> Any:
        """The data of a file, its references to other files by address."""
        across = {
            reference.pointer: reference
            for reference in self.specification.references.values()
            if reference.file == file and reference.target_file != file
        }
        return self._rewrite(data, "", across) if across else data

    def _rewrite(self, value: Any, pointer: str, across: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            node = {
                key: self._rewrite(member, f"{pointer}/{_escape(key)}", across)
                for key, member in value.items()
            }
            if pointer in across:
                reference = across[pointer]
                target = quote(reference.target_pointer, safe="/~")
                node["$ref"] = f"{self.addresses[reference.target_file]}#{target}"
            return node
        if isinstance(value, list):
            return [
                self._rewrite(element, f"{pointer}/{index}", across)
                for index, element in enumerate(value)
            ]
        return value


class TooMuchWorkError(Exception):
    """A value takes more than `effort.MOST` steps to check."""


def problems(
    validators: SchemaValidators,
    schema: Node,
    value: Node,
    subject: str,
    forgiven: Collection[str] = (),
) -> Iterator[Problem]:
    """What is wrong with a value of the document, each at its place.

    `forgiven` are the properties that may be missing although they are required.
    """
    try:
        found = validators.violations(schema, value.value)
    except TooMuchWorkError:
        yield unchecked(value, subject)
        return
    for violation in found:
        if violation.keyword == "required" and violation.property in forgiven:
            continue
        inner = value.at(violation.pointer) or value
        yield at(inner, f"{subject} does not fit its schema: {violation.message}")


def unchecked(value: Node, subject: str) -> Problem:
    """That nobody knows whether a value fits its schema."""
    message = (
        f"{subject} is not checked: its schema combines so many others that it would take more "
        f"than {MOST:,} steps. Let it combine fewer, or leave the value out."
    )
    return at(value, message)._replace(rule=UNCHECKED)


def _escape(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def _refuse(uri: str) -> Any:
    raise ValueError(uri)
