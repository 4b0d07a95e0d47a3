"""Packages as a user would meet them: parsed by what reads their language, and imported."""

from __future__ import annotations

import importlib
import json
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from generator.generate.formatting import formatted
from tests.fuzz.effects import effects
from tests.fuzz.trial import Files
from tests.node_tools import NODE

_PARSER = Path(__file__).with_name("parse_typescript.mjs")
_SECONDS = 600


def check_sources(packages: Iterable[Files]) -> None:
    """All of TypeScript and Python that packages hold is parsed; AssertionError where it cannot be.

    Raises `FormattingError` of what ruff cannot lay out.
    """
    found = {content: path for files in packages for path, content in files.items()}
    formatted({f"{n}.py": text for n, text in enumerate(found) if found[text].endswith(".py")})
    modules = [[path, content] for content, path in found.items() if path.endswith(".ts")]
    done = subprocess.run(  # noqa: S603  our own program
        [str(NODE), "--no-warnings", "--experimental-vm-modules", str(_PARSER)],
        input=json.dumps(modules),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def check_imports(packages: dict[str, Files], folder: Path) -> None:
    """The Python packages of a document are imported, and nothing else happens then."""
    for target in {"python", "server"} & packages.keys():
        try:
            for path, content in packages[target].items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(content, "utf-8")
            place = folder / "python" if target == "python" else folder
            name = "fuzzed" if target == "python" else "server"
            with effects(folder) as found, _imported(place, name) as modules:
                for module in modules:
                    if "types" in module.__name__.split("."):
                        _check_types(module)
            assert not found, found
        finally:
            shutil.rmtree(folder / target, ignore_errors=True)


@contextmanager
def _imported(place: Path, name: str) -> Iterator[list[ModuleType]]:
    """A package of a folder and all its modules, forgotten afterwards."""
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    try:
        package = importlib.import_module(name)
        inner = pkgutil.walk_packages(package.__path__, f"{name}.")
        names = [each.name for each in inner if ".runtime" not in each.name]
        yield [package, *map(importlib.import_module, names)]
    finally:
        sys.path.remove(str(place))
        for module in [each for each in sys.modules if each.partition(".")[0] == name]:
            del sys.modules[module]


def _check_types(module: ModuleType) -> None:
    """Values of each type of a module can be read from JSON."""
    for value in vars(module).values():
        if _is_struct(value) and value.__module__ == module.__name__:
            msgspec.json.Decoder(value)


def _is_struct(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, msgspec.Struct)
