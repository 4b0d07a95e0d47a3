"""The clients that others generate of the same contract, in a virtual environment of their own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.node_tools import NODE, environment, npm

REDOCLY = "@redocly/cli@2.77.0"
OPENAPI_PYTHON_CLIENT = "openapi-python-client==0.29.1"


@dataclass(frozen=True, slots=True)
class Peers:
    """A Python that has what the clients need, and the folder where they are."""

    python: Path
    folder: Path


def generated_peers(contract: Path, folder: Path) -> Peers:
    """Install the generators and generate. Raises CalledProcessError without registries."""
    python = folder / "environment" / "bin" / "python"
    if not python.exists():
        _run(sys.executable, "-m", "venv", str(folder / "environment"))
        _run(str(python), "-m", "pip", "install", "-q", OPENAPI_PYTHON_CLIENT)
        quiet = ("--silent", "--no-audit", "--no-fund")
        _run(*npm("install", *quiet, "--prefix", str(folder), REDOCLY))
    generator = python.with_name("openapi-python-client")
    made = folder / "opc_aloha"
    options = ["--meta=none", f"--output-path={made}", "--overwrite"]
    _run(str(generator), "generate", f"--path={contract}", *options)
    script = folder / "node_modules/@redocly/cli/bin/cli.js"
    target = folder / "redocly_aloha.ts"  # the ending is replaced
    _run(
        str(NODE),
        str(script),
        "generate-client",
        str(contract),
        "--generator=python",
        f"--output={target}",
    )
    return Peers(python, folder)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment())  # noqa: S603  ours
