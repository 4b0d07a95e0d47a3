"""Findings: what is wrong with a document, where, and how much it matters."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding matters: an error stops generation, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Position(Struct, frozen=True, order=True):
    """A place in a text file: `line` and `column` count from 1, in code points."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Finding(Struct, frozen=True):
    """One thing wrong with a document.

    `code` is stable and explained by `fourfold explain CODE`; `message` is one sentence that says
    what, why and what to do; `pointer` is the JSON Pointer (RFC 6901) of the value it speaks of.
    """

    code: str
    position: Position
    message: str
    pointer: str = ""
    severity: Severity = Severity.ERROR

    @property
    def sort_key(self) -> tuple[Position, str, str]:
        """Findings are shown in the order of the text, then by code."""
        return (self.position, self.code, self.message)
