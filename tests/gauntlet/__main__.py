"""What becomes of documents that people brought: `python -m tests.gauntlet` writes GAUNTLET.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from tests.gauntlet.documents import read
from tests.gauntlet.programs import PROJECT
from tests.gauntlet.report import COLUMNS, Row, markdown, raised
from tests.gauntlet.trial import Trial, trial

CORPUS = PROJECT.parent / "shared" / "corpus"
REPORT = PROJECT / "GAUNTLET.md"


def main() -> int:
    """Run every document, print the table and write it; 1 where one fails a check."""
    parser = argparse.ArgumentParser(prog="python -m tests.gauntlet", description=__doc__)
    parser.add_argument("--documents", metavar="DIR", type=Path, default=CORPUS)
    parser.add_argument("--only", metavar="GLOB", default="*", help="these documents")
    parser.add_argument("--no-types", action="store_true", help="leave mypy and tsc out")
    parser.add_argument("--jobs", type=int, default=2, help="documents at a time")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    if not options.documents.is_dir():
        print(f"Skipped: there are no documents, {options.documents} is missing.")
        return 0
    listed = sorted(options.documents.glob(options.only), key=lambda path: -path.stat().st_size)
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
