"""All benches, or those that are named, and BENCH.md: `python -m tests.bench generation scale`.

With one bench, what follows its name goes to it: `python -m tests.bench clients --calls 200`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.bench.process import PROJECT
from tests.bench.report import merged, section
from tests.bench.sections import tables

BENCHES = ("generation", "scale", "server", "clients", "typescript")
_FILE = PROJECT / "BENCH.md"


def main() -> int:
    """Run benches one after the other; 1 where one of them failed, its section then stays."""
    there = [name for name in BENCHES if find_spec(f"tests.bench.{name}")]
    named = [word for word in sys.argv[1:] if word in there]
    options = [word for word in sys.argv[1:] if word not in there]
    status = 0
    for name in named or there:
        found = _run(name, options)
        if found is None:
            sys.stderr.write(f"{name} failed; its section of {_FILE.name} stays as it is.\n")
            status = 1
            continue
        before = _FILE.read_text("utf-8") if _FILE.is_file() else ""
        fresh = {name: section(name, tables(name, found))}
        _FILE.write_text(merged(before, fresh, BENCHES), "utf-8")
    return status


def _run(name: str, options: Sequence[str]) -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [sys.executable, "-m", f"tests.bench.{name}", "--json", str(figures), *options]
        done = subprocess.run(command, cwd=PROJECT, check=False)  # noqa: S603  our own programs
        return figures.read_bytes() if done.returncode == 0 and figures.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
