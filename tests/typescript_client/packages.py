"""TypeScript packages made from a document, checked, built and run."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.document import load
from generator.model.builder import build
from generator.targets import TargetInput
from generator.targets.typescript import render
from tests.node_tools import NODE, environment, installed, program

APIS = ("haleai", "haloagents", "aloha", "leadiosa")
GENERATED = Path("generated")
STRICT = {
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "skipLibCheck": False,
    "noEmit": True,
}
_SECONDS = 300


def package(api: str) -> Path:
    """The generated package of one of our APIs."""
    return (GENERATED / api / "typescript").resolve()


def write_package(text: str, folder: Path) -> Path:
    """Generate the TypeScript client of a document into `folder`; its package."""
    document = folder / "openapi.yaml"
    document.write_text(text, "utf-8")
    built = build(load(document), "zoo")
    for path, content in render(TargetInput(built.api, {}, {})).files.items():
        target = folder / "typescript" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    return folder / "typescript"


def ran(command: Sequence[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program, run to its end."""
    return subprocess.run(  # noqa: S603 - our own tools and programs
        command,
        cwd=folder,
        env={**environment(), "NO_COLOR": "1", **variables},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def compiled(folder: Path, settings: dict[str, Any], newest: bool = False) -> str:
    """What TypeScript says of a project with this configuration; nothing where all is well."""
    configuration = folder / ("tsconfig.newest.json" if newest else "tsconfig.checked.json")
    configuration.write_text(json.dumps(settings))
    compiler = "typescript-newest/bin/tsc" if newest else "typescript/bin/tsc"
    return ran(program(compiler, "-p", str(configuration)), folder).stdout


def node(script: Path, **variables: str) -> str:
    """What a program prints; a failure shows what it said of it."""
    done = ran([str(NODE), "--no-warnings", str(script)], script.parent, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def biome() -> str:
    """The biome of this machine, which is a program of its own."""
    kinds = sorted((installed() / "@biomejs").glob("cli-*/biome"))
    return os.fspath(kinds[0])
