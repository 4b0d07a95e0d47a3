"""Time and memory over the size of a document: `python -m tests.bench.scale`.

Synthetic documents of 500, 1,000 and 5,000 operations, stage by stage and as a whole; and a
thousand documents in one call.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import yaml

from tests.bench.generators import compile_ours
from tests.bench.many import document
from tests.bench.process import PROJECT
from tests.bench.report import Table
from tests.bench.spent import Spent, spent

SIZES = (500, 1_000, 5_000)
_WHOLE = "whole process"


class Measured(msgspec.Struct, frozen=True):
    """All that one run measured, by operations; (CPU seconds, peak megabytes) of each stage."""

    stages: Mapping[int, Mapping[str, tuple[float, float]]]
    many_documents: int
    many: Spent


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each size; the best counts")
    parser.add_argument("--documents", type=int, default=1_000, help="in one call")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_ours(folder / "compiled")
        stages = {size: _stages(folder, size, options.rounds) for size in SIZES}
        many = _many(folder, options.documents)
    encoded = msgspec.json.encode(Measured(stages, options.documents, many))
    sys.stdout.write("\n".join(table.markdown() for table in tables(encoded)))
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(encoded, indent=2))


def tables(measured: bytes) -> list[Table]:
    """What was measured, as tables."""
    found = msgspec.json.decode(measured, type=Measured)
    small, large = min(found.stages), max(found.stages)
    head = ["", *(f"{size:,}" for size in found.stages), "exponent"]
    shown = []
    for place, title in enumerate(["CPU seconds", "Peak memory when it ended, MB"]):
        rows = []
        for stage in found.stages[small]:
            costs = {size: each[stage][place] for size, each in found.stages.items()}
            slope = math.log(max(costs[large], 0.001) / max(costs[small], 0.001))
            exponent = slope / math.log(large / small)
            rows.append([stage, *(f"{cost:.2f}" for cost in costs.values()), f"{exponent:.2f}"])
        note = "Exponent: of growth from the first to the last size; 1 is linear, 2 quadratic."
        shown.append(Table(f"{title}, by operations", head, rows, "" if place else note))
    many = found.many
    used = [f"{many.seconds:.1f}", f"{many.cpu_seconds:.1f}", f"{many.megabytes:.0f}"]
    summary = many.told.splitlines()[-1].partition(": ")[2] if many.told else ""
    title = f"{found.many_documents:,} documents of five operations in one call, server target"
    outcome = f"exit {many.status}: {summary}"
    shown.append(Table(title, ["seconds", "CPU, s", "MB", "outcome"], [[*used, outcome]]))
    return shown


def _stages(folder: Path, size: int, rounds: int) -> dict[str, tuple[float, float]]:
    file = _written(folder / f"{size}.yaml", size, "Many Things")
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        staged = spent([sys.executable, "-m", "tests.bench.stages", str(file)], PROJECT)
        output = f"--output={folder / 'out'}"
        whole = spent(
            [sys.executable, "-m", "generator", "generate", str(file), output],
            PROJECT,
            {"FOURFOLD_CACHE": ""},
        )
        if staged.status or whole.status:
            raise RuntimeError(f"{size} operations: {staged.told or whole.told}")
        costs = json.loads(staged.told)
        costs[_WHOLE] = (whole.cpu_seconds, whole.megabytes)
        for stage, (seconds, megabytes) in costs.items():
            lowest, _ = best.get(stage, (math.inf, 0.0))
            best[stage] = (min(lowest, seconds), megabytes)
    return best


def _many(folder: Path, count: int) -> Spent:
    files = [
        str(_written(folder / f"api-{number}.yaml", 5, f"Things {number}"))
        for number in range(count)
    ]
    options = ["--target=server", f"--output={folder / 'many'}"]
    command = [sys.executable, "-m", "generator", "generate", *files, *options]
    return spent(command, PROJECT, {"FOURFOLD_CACHE": ""})


def _written(file: Path, operations: int, title: str) -> Path:
    text = yaml.dump(document(operations, title), Dumper=yaml.CSafeDumper, sort_keys=False)
    file.write_text(text, "utf-8")
    return file


if __name__ == "__main__":
    main()
