"""Server packages made from a contract, written where Python can import them."""

from __future__ import annotations

import importlib
import itertools
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.document import load, lower
from generator.document.bundling import bundled
from generator.document.json_text import json_text
from generator.model.builder import build
from generator.targets import TargetInput, TargetOutput
from generator.targets.server import render

ROOT = Path(__file__).parents[2]
_NUMBERS = itertools.count()


def rendered(contract: Path) -> TargetOutput:
    """What the server target makes of a contract."""
    specification = load(contract)
    document = bundled(specification, specification.documents).document
    api = build(specification, "made").api
    lowered = lower(specification).document
    return render(TargetInput(api, document, lowered, text=json_text(document)))


def written(contract: Path, folder: Path) -> Path:
    """The package as formatted files, in a folder of a name that no other package has."""
    package = folder / f"made_{next(_NUMBERS)}"
    for name, text in rendered(contract).files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    run("ruff", "format", "--quiet", "--config", str(ROOT / "pyproject.toml"), str(package))
    return package


def imported(package: Path) -> ModuleType:
    """The package as a module."""
    sys.path.insert(0, str(package.parent))
    try:
        return importlib.import_module(package.name)
    finally:
        sys.path.remove(str(package.parent))


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a tool of this environment; AssertionError with what it says where it fails."""
    done = subprocess.run(  # noqa: S603 - a tool of ours on files of ours
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Anything:
    """Has every handler, every security function and every method."""

    def __getattr__(self, name: str) -> Any:
        return Anything()

    async def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return None
