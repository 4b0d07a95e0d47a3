"""The programs that a document goes through, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.node_tools import NODE, installed

PROJECT = Path(__file__).parents[2]
_IMPORT = """
import importlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
found = sorted(root.rglob("*.py"))
for path in found:
    parts = [part for part in path.relative_to(root.parent).with_suffix("").parts]
    importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
print(len(found))
"""
_ROUTES = """
import inspect, json
from server import handlers
from server.routes import ROUTES
classes = [each for _, each in inspect.getmembers(handlers, inspect.isclass)]
print(json.dumps([
    [each.method, each.path] for each in ROUTES
    if any(each.handler in getattr(known, "__abstractmethods__", ()) for known in classes)
]))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left behind."""

    status: int
    out: str
    err: str


def fourfold(*words: str, seed: str = "0") -> Ran:
    """Run the command, nothing remembered."""
    return run("-m", "generator", *words, FOURFOLD_CACHE="", PYTHONHASHSEED=seed)


def run(*words: str, told: str = "", **environment: str) -> Ran:
    """Run Python."""
    return _run([sys.executable, *words], told, environment)


def packages(api: Path) -> list[Path]:
    """The Python packages that were generated: the client, the server."""
    client = [p.parent for p in sorted((api / "python").glob("*/__init__.py"))]
    return [*client, *([api / "server"] if (api / "server").is_dir() else [])]


def imports(api: Path) -> str:
    """How many modules there are, and each is imported."""
    counts = []
    for package in packages(api):
        ran = run("-c", _IMPORT, str(package), PYTHONPATH=str(package.parent))
        if ran.status:
            return f"✗ {last(ran.err)}"
        counts.append(int(ran.out))
    return str(sum(counts)) if counts else "none"


def mypy(api: Path, cache: Path) -> str:
    """What mypy says of the Python packages."""
    found = [str(package) for package in packages(api)]
    if not found:
        return "none"
    options = ("--strict", "--config-file=", f"--cache-dir={cache}", "--python-version=3.11")
    ran = run("-m", "mypy", *options, *found)
    return _errors(ran, r": error: .*")


def tsc(package: Path) -> str:
    """What TypeScript says of the TypeScript package."""
    if not package.is_dir():
        return "none"
    try:
        tools = installed()
    except pytest.skip.Exception as reason:
        return f"not run: {reason.msg}"
    link = package / "node_modules"
    if not link.exists():
        link.symlink_to(tools)
    compiler = str(tools / "typescript" / "bin" / "tsc")
    return _errors(
        _run([str(NODE), compiler, "--noEmit", "-p", str(package)]), r": error TS\d+: .*"
    )


def routes(api: Path) -> list[list[str]]:
    """Method and path of every operation that the server has a handler for."""
    ran = run("-c", _ROUTES, PYTHONPATH=str(api))
    return list(json.loads(ran.out)) if ran.status == 0 else []


def probe_python(api: Path, cases: Any) -> Any:
    """What the Python client makes of the cases; a text where it fails altogether."""
    path = os.pathsep.join([str(api / "python"), str(PROJECT)])
    words = ("-m", "tests.gauntlet.python_probe", "it")
    ran = run(*words, told=json.dumps(cases), PYTHONPATH=path)
    return json.loads(ran.out) if ran.status == 0 else last(ran.err)


def probe_typescript(api: Path, cases: Any) -> Any:
    """What the TypeScript client makes of the cases; a text where it fails altogether."""
    script = str(Path(__file__).with_name("typescript_probe.mjs"))
    package = str(api / "typescript" / "src")
    ran = _run([str(NODE), "--no-warnings", script, package], json.dumps(cases))
    return json.loads(ran.out) if ran.status == 0 else last(ran.err)


def last(text: str) -> str:
    """The last line of a text, which is where a program says what is wrong."""
    return (text.strip().splitlines() or [""])[-1][:200]


def _errors(ran: Ran, pattern: str) -> str:
    errors = re.findall(pattern, ran.out)
    return f"✗ {len(errors)} errors{_first(errors)}" if ran.status else "✓"


def _first(errors: Sequence[str]) -> str:
    return errors[0][:200] if errors else ""


def _run(command: Sequence[str], told: str = "", environment: dict[str, str] | None = None) -> Ran:
    done = subprocess.run(  # noqa: S603  our own programs
        command,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
