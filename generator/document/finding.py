"""Findings: what is wrong with a document, where, and how much it matters."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding matters: an error stops generation, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Position(Struct, frozen=True, eq=False):
    """A place in a text file, looked up by `find` when it is asked for: few are ever told.

    `line` and `column` count from 1, in code points.
    """

    file: str
    find: Callable[[], tuple[int, int]]

    @property
    def line(self) -> int:
        """The line, the first of which is 1."""
        return self.find()[0]

    @property
    def column(self) -> int:
        """The column, the first of which is 1."""
        return self.find()[1]

    @property
    def sort_key(self) -> tuple[str, int, int]:
        """Positions are equal, and in the order of the text, by this."""
        return (self.file, *self.find())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Position) and self.sort_key == other.sort_key

    def __hash__(self) -> int:
        return hash(self.sort_key)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def __reduce__(self) -> tuple[Callable[..., Position], tuple[str, int, int]]:
        return position_at, self.sort_key


def position_at(file: str, line: int, column: int) -> Position:
    """The position in a file at a known line and column."""
    return Position(file, lambda: (line, column))


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
    def sort_key(self) -> tuple[tuple[str, int, int], str, str]:
        """Findings are shown in the order of the text, then by code."""
        return (self.position.sort_key, self.code, self.message)
