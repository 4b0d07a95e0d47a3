"""How fast we generate, next to others: `python -m tests.bench.generation`.

Our four contracts, all targets, cold, remembered and `--check`; and large public documents, of
../shared/corpus and of a directory of such, each program in a process of its own, in rounds that
take turns. Other generators and the directory are installed from PyPI and npm in the same run, in a
folder that is thrown away.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from tests.bench.generators import (
    Generator,
    Unobtainable,
    compile_ours,
    directory,
    node_generators,
    ours,
    python_generators,
    trial,
    without_cache,
)
from tests.bench.process import PROJECT
from tests.bench.report import Table
from tests.bench.spent import Spent, spent

CORPUS = PROJECT.parent / "shared" / "corpus"
DOCUMENTS = {"azure.com/servicefabric.json": 234, "asana.yaml": 247, "clerk.yaml": 207}
"""Public documents of about 231 operations, and how many they have; those in folders are of npm."""
TARGETS = ("python", "typescript", "server")
_BOTH = (
    "Of others, the sums of two rows above: they make one language a run. Ours makes a server too."
)
_GOALS = {"cold": "≤ 1.0 s", "unchanged, `--check`": "≤ 0.25 s"}


class Row(msgspec.Struct, frozen=True):
    """What one generator costs: medians of its runs, and what became of it."""

    name: str
    makes: str
    seconds: float
    cpu_seconds: float
    megabytes: float
    outcome: str


class Measured(msgspec.Struct, frozen=True):
    """All that one run measured; `missing` are generators that could not be had, and why."""

    contracts: Mapping[str, Row]
    documents: Mapping[str, Sequence[Row]]
    missing: Mapping[str, str]
    rounds: int


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.generation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each generator, in turn")
    parser.add_argument(
        "--document",
        action="append",
        help="of ../shared/corpus, or with its folder of the directory; may be repeated",
    )
    parser.add_argument("--no-peers", action="store_true", help="leave out others' generators")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep others' generators there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tools = options.peers or folder / "tools"
        tools.mkdir(parents=True, exist_ok=True)
        compile_ours(folder / "compiled")
        missing: dict[str, str] = {}
        documents: dict[str, list[Row]] = {}
        for name in options.document or DOCUMENTS:
            try:
                document = _document(name, tools)
            except Unobtainable as error:
                missing[name] = str(error)
                continue
            generators = [ours(document, TARGETS), *(ours(document, [t]) for t in TARGETS)]
            for of in () if options.no_peers else (python_generators, node_generators):
                generators += _obtained(of, tools, document, missing)
            documents[name] = _compared(generators, tools, folder / name, options.rounds)
        contracts = _contracts(folder / "contracts", options.rounds)
    measured = Measured(contracts, documents, missing, options.rounds)
    encoded = msgspec.json.encode(measured)
    sys.stdout.write("\n".join(table.markdown() for table in tables(encoded)))
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(encoded, indent=2))


def tables(measured: bytes) -> list[Table]:
    """What was measured, as tables."""
    found = msgspec.json.decode(measured, type=Measured)
    rows = [
        [name, *_costs(row), _GOALS.get(name, ""), row.outcome]
        for name, row in found.contracts.items()
    ]
    head = ["", "seconds", "CPU, s", "MB"]
    made = [Table("Our four contracts, all targets", [*head, "goal, seconds", "outcome"], rows)]
    for name, compared in found.documents.items():
        first = compared[0]
        rows = [
            [
                f"{row.name}: {row.makes}",
                *_costs(row),
                f"{row.cpu_seconds / first.cpu_seconds:.2f}",
                row.outcome,
            ]
            for row in compared
        ]
        count = f", {DOCUMENTS[name]} operations" if name in DOCUMENTS else ""
        note = (
            f"Medians of {found.rounds}, whole processes, nothing cached. Goal for the first row, "
            "of 231 operations: ≤ 0.8 s, ≤ 250 MB. Outcome: whether the output can be imported "
            "(and how many modules), and compiles strictly."
        )
        title = f"A large document: {name}{count}"
        made.append(Table(title, [*head, "CPU to ours", "outcome"], rows, note))
        both = [[what, *_costs(row)] for what, row in _both_languages(compared)]
        made.append(Table(f"Both languages of {name}", head, both, _BOTH))
    if found.missing:
        made.append(Table("What could not be had", ["", "why"], list(found.missing.items())))
    return made


def _both_languages(compared: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """What it costs to have a client in Python and one in TypeScript: by us, and by others.

    Who makes one language alone is taken together with who makes the other alone.
    """
    yield f"{compared[0].name}: {compared[0].makes}", compared[0]
    python = {row.name: row for row in compared[1:] if row.makes == "python"}
    typescript = {row.name: row for row in compared[1:] if row.makes.startswith("typescript")}
    alone = [row for name, row in typescript.items() if name not in python]
    for name, first in python.items():
        for second in [typescript[name]] if name in typescript else alone:
            if name != compared[0].name:
                yield f"{name}: python; {second.name}: {second.makes}", _sum(first, second)


def _sum(first: Row, second: Row) -> Row:
    return Row(
        name=first.name,
        makes=f"{first.makes} + {second.makes}",
        seconds=first.seconds + second.seconds,
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        megabytes=max(first.megabytes, second.megabytes),
        outcome="",
    )


def _costs(row: Row) -> list[str]:
    return [f"{row.seconds:.2f}", f"{row.cpu_seconds:.2f}", f"{row.megabytes:.0f}"]


def _document(name: str, tools: Path) -> Path:
    found = (directory(tools) if "/" in name else CORPUS) / name
    if not found.is_file():
        raise Unobtainable(f"is not in {'the directory' if '/' in name else '../shared/corpus'}")
    return found


def _obtained(
    of: Callable[[Path, Path], list[Generator]],
    tools: Path,
    document: Path,
    missing: dict[str, str],
) -> list[Generator]:
    try:
        return of(tools, document)
    except Unobtainable as error:
        missing[of.__name__.replace("_", " ")] = str(error)
        return []


def _compared(generators: Sequence[Generator], tools: Path, folder: Path, rounds: int) -> list[Row]:
    runs: list[list[Spent]] = [[] for _ in generators]
    for number in range(rounds):
        for index, generator in enumerate(generators):
            place = folder / f"{number}-{index}"
            place.mkdir(parents=True)
            runs[index].append(spent(generator.command, place, without_cache()))
    places = [folder / f"{rounds - 1}-{index}" for index in range(len(generators))]
    return [
        _row(each.name, each.makes, found, trial(each, tools, place))
        for each, found, place in zip(generators, runs, places, strict=True)
    ]


def _row(name: str, makes: str, runs: Sequence[Spent], outcome: str) -> Row:
    last = runs[-1]
    if last.status:
        outcome = f"exit {last.status}; {outcome}"
    return Row(
        name=name,
        makes=makes,
        seconds=statistics.median(run.seconds for run in runs),
        cpu_seconds=statistics.median(run.cpu_seconds for run in runs),
        megabytes=max(run.megabytes for run in runs),
        outcome=outcome,
    )


def _contracts(folder: Path, rounds: int) -> dict[str, Row]:
    """Cold into a new folder; then with a cache: into a new one, and `--check` of that."""
    command = [sys.executable, "-m", "generator", "generate"]
    cached = {"FOURFOLD_CACHE": str(folder / "cache")}
    spent([*command, f"--output={folder / 'first'}"], PROJECT, cached)
    found: dict[str, list[Spent]] = {"cold": [], "remembered": [], "unchanged, `--check`": []}
    for number in range(rounds):
        cold, warm = folder / f"cold-{number}", folder / f"warm-{number}"
        found["cold"].append(spent([*command, f"--output={cold}"], PROJECT, {"FOURFOLD_CACHE": ""}))
        found["remembered"].append(spent([*command, f"--output={warm}"], PROJECT, cached))
        found["unchanged, `--check`"].append(
            spent([*command, "--check", f"--output={warm}"], PROJECT, cached)
        )
    return {
        name: _row(name, "", runs, runs[-1].told.splitlines()[-1].partition("; ")[2])
        for name, runs in found.items()
    }


if __name__ == "__main__":
    main()
