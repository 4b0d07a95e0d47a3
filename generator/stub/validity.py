"""What is wrong with a value, place by place, by the schemas of one view of a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

import jsonschema_rs

from generator.targets.server.runtime.document import Document, Location
from generator.targets.server.runtime.payload_limits import KEYWORD, PayloadLimits

_ADDRESS: Final = "urn:contract"
_FAULTS_AT_MOST: Final = 50

Fault = tuple[tuple[str | int, ...], str]
"""Where in the value, and the keyword that is broken."""


@dataclass(slots=True)
class Validity:
    """Validators of the schemas of a document, each compiled when it is first asked."""

    document: Document = field(repr=False)
    _registry: jsonschema_rs.Registry | None = field(default=None, repr=False)
    _compiled: dict[str, Any] = field(default_factory=dict, repr=False)

    def faults(self, schema: Location, value: Any) -> list[Fault]:
        """What is wrong with `value`, at most `_FAULTS_AT_MOST` things; empty where it is valid."""
        validator = self._validator(schema.pointer)
        if validator.is_valid(value):
            return []
        errors = islice(validator.iter_errors(value), _FAULTS_AT_MOST)
        return [(tuple(error.instance_path), error.kind.name) for error in errors]

    def _validator(self, pointer: str) -> Any:
        if pointer not in self._compiled:
            if self._registry is None:
                self._registry = jsonschema_rs.Registry(
                    [(_ADDRESS, dict(self.document.root))], draft=jsonschema_rs.Draft202012
                )
            self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_ADDRESS}#{quote(pointer, safe=_SAFE)}"},
                registry=self._registry,
                validate_formats=True,
                keywords={KEYWORD: PayloadLimits},
                offline=True,
            )
        return self._compiled[pointer]


_SAFE: Final = "/~!$&'()*+,;=:@?-._"
