"""The generated Python packages, imported as they are committed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.vectors.contracts import APIS, contract, vectors
from tests.vectors.python_calls import Package
from tests.vectors.reference_server import Reference, running

GENERATED = Path(__file__).parents[2] / "generated"


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    """The reference server; each test takes a key of its own."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def packages() -> Iterator[Callable[[str], Package]]:
    """The package of an API; all are forgotten at the end of the module."""
    folders = [str(GENERATED / name / "python") for name in APIS]
    _forget()
    sys.path[:0] = folders
    importlib.invalidate_caches()
    try:
        yield lambda name: Package(
            importlib.import_module(name), contract(name).title, vectors(name)
        )
    finally:
        sys.path[:] = [entry for entry in sys.path if entry not in folders]
        _forget()


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in APIS]:
        del sys.modules[name]
