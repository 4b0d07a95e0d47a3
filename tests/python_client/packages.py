"""Packages made from a document, imported like any other."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from generator.document import load
from generator.model.builder import build
from generator.targets import TargetInput
from generator.targets.python import render


def write_package(document: Path, name: str, folder: Path) -> Path:
    """Generate the Python client of `document` into `folder`; the folder of the distribution."""
    specification = load(document)
    source = TargetInput(build(specification, name).api, specification.entry.root.mapping, {})
    distribution = folder / name
    for path, text in render(source).files.items():
        target = distribution / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return distribution


@contextmanager
def imported(distribution: Path, name: str) -> Iterator[ModuleType]:
    """The package of a distribution, imported, and forgotten afterwards."""
    sys.path.insert(0, str(distribution))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(distribution))
        for module in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
            del sys.modules[module]
        shutil.rmtree(distribution, ignore_errors=True)
