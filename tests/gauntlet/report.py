"""The table of a run, for a terminal and for GAUNTLET.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

FAILED = "✗"
COLUMNS = (
    *("document", "operations", "methods", "lint", "generate", "same bytes", "modules", "pages"),
    *("mypy", "tsc", "twins", "survival", "round trip", "seconds"),
)
_EXPLANATION = """\
# The gauntlet

Written by `nox -s gauntlet`: public documents as people publish them, and what becomes of each.

- **operations**: how many the document writes, read with PyYAML alone.
- **methods**: each of them, by method and path, is a method of the Python client, a route with a
  handler in the server, a method of the TypeScript client, and an entry on a page; or a finding
  stands at its lines.
- **lint**, **generate**: the codes found; one with `!` is an error that the finding locates: what
  is right in the document is generated all the same. Neither ends in a traceback.
- **same bytes**: a second run, with another hash seed, writes the same files.
- **modules**: how many Python modules there are (client and server); each of them is imported.
- **pages**: how many pages of documentation there are; each is strict HTML with every id once, and
  every link leads to something that is there; nothing is loaded from outside.
- **mypy** (`--strict`), **tsc** (strict): clean.
- **twins**: the document in the other of YAML and JSON, and one of 3.0 as 3.1, has the same model
  but for positions.
- **survival**: answers with members and words that the document does not know, and the statuses
  529 and 299, through the Python client and the TypeScript client: nothing is lost, the error is
  an `APIStatusError`, what does not fit an unknown success is an `APIResponseValidationError`. In
  Python such members are read with `unknown_fields` of the response.
- **round trip**: valid instances derived from schemas, JSON → Python → JSON and back again, and
  through calls as bodies and answers: the same JSON, the same value. Numbers are the same where
  their values are (`1` and `1.0`; no integer beyond 2^53 stands where a schema says `number`);
  date-times are where they are one instant, to the microsecond; null and absent are two things.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document; a cell that begins with ✗ is a failure, told in `faults`."""

    document: str
    operations: str
    methods: str
    lint: str
    generated: str
    same_bytes: str
    modules: str
    pages: str
    mypy: str
    tsc: str
    twins: str
    survival: str
    round_trip: str
    seconds: str
    faults: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the table."""
        return tuple(map(str, astuple(self)[: len(COLUMNS)]))

    @property
    def failed(self) -> bool:
        """Whether anything is not as it must be."""
        return any(cell.startswith(FAILED) for cell in self.cells)


def raised(document: str, error: Exception) -> Row:
    """The row of a document whose trial ended early, and what was raised, in one line."""
    told = " ".join(f"{FAILED} {type(error).__name__}: {error}".split())
    untried = dict.fromkeys((each.name for each in fields(Row)[: len(COLUMNS)]), "not run")
    cells = {**untried, "document": document, "generated": told}
    return Row(**cells, faults=())


def markdown(rows: Sequence[Row]) -> str:
    """The page."""
    lines = [
        _EXPLANATION,
        f"| {' | '.join(COLUMNS)} |",
        f"|{' --- |' * len(COLUMNS)}",
        *(f"| {' | '.join(_escaped(cell) for cell in row.cells)} |" for row in rows),
        "",
        *(f"- {row.document}: {_escaped(fault)}" for row in rows for fault in row.faults),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
