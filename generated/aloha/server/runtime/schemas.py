"""Validators of the original 3.1 schemas: JSON Schema 2020-12 with formats, by jsonschema-rs."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

import jsonschema_rs

from .document import Document, Location
from .errors import ContractError
from .payload_limits import KEYWORD, PayloadLimits
from .sentences import Subject, describe

Direction = Literal["request", "response"]


class SchemaValidator:
    """One schema, compiled; says what is wrong with a value."""

    __slots__ = ("_validator",)

    def __init__(self, validator: jsonschema_rs.Validator) -> None:
        self._validator = validator

    def complaint(self, value: Any, subject: Subject) -> str | None:
        """What is wrong with `value`, `subject` being what it is called; None where it fits."""
        if self._validator.is_valid(value):
            return None
        error = next(self._validator.iter_errors(value))
        return describe(error, subject)

    def fault(self, value: Any, subject: Subject) -> str | None:
        """Where `value` breaks which keyword, without any of it; None where it fits."""
        if self._validator.is_valid(value):
            return None
        error = next(self._validator.iter_errors(value))
        return f"{subject.member(error.instance_path)} breaks `{error.kind.name}`"


class Schemas:
    """Compiles schemas of one document, each once in the view of the direction it is used in."""

    def __init__(self, document: Document) -> None:
        self._compiled: dict[tuple[Direction, str], SchemaValidator] = {}
        directions: tuple[Direction, ...] = ("request", "response")
        self._registry = jsonschema_rs.Registry(
            [(f"urn:contract:{name}", dict(document.view(name))) for name in directions],
            draft=jsonschema_rs.Draft202012,
        )

    def compile(self, schema: Location, direction: Direction) -> SchemaValidator:
        """The validator of the schema at a place of the document.

        Raises ContractError where the schema is not a JSON Schema, or a reference is broken.
        """
        key = (direction, schema.pointer)
        if key not in self._compiled:
            self._compiled[key] = self._validator(schema, direction)
        return self._compiled[key]

    def _validator(self, schema: Location, direction: Direction) -> SchemaValidator:
        try:
            validator = jsonschema_rs.Draft202012Validator(
                {"$ref": f"urn:contract:{direction}#{_fragment(schema.pointer)}"},
                registry=self._registry,
                validate_formats=True,
                keywords={KEYWORD: PayloadLimits},
                offline=True,
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            raise ContractError(
                f"The schema at #{schema.pointer} cannot be used: {error}"
            ) from None
        return SchemaValidator(validator)


def _fragment(pointer: str) -> str:
    """A JSON Pointer as a URI fragment (RFC 6901 §6)."""
    return quote(pointer, safe="/~!$&'()*+,;=:@?-._")
