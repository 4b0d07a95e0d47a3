"""The TypeScript clients that others generate of the same contracts."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.bench.peers import REDOCLY
from tests.bench.process import PROJECT
from tests.node_tools import NODE, environment, npm

HEY_API = ("@hey-api/openapi-ts@0.99.0", "typescript@5.9.3")
"""It takes any TypeScript, and fails with the newest."""
_QUIET = ("--silent", "--no-audit", "--no-fund")


def generated_peers(folder: Path) -> Mapping[str, Path]:
    """What to import of each, once generated. Raises CalledProcessError without a registry."""
    modules = folder / "node_modules"
    if not (modules / "@hey-api").exists():
        _run(*npm("install", *_QUIET, "--prefix", str(folder), *HEY_API, REDOCLY))
    sources: dict[str, Path] = {}
    for api in ("aloha", "leadiosa"):
        contract = str(PROJECT / f"generated/{api}/openapi.json")
        hey_api, redocly = folder / f"hey-{api}", folder / f"redocly-{api}.ts"
        script = str(modules / "@hey-api/openapi-ts/bin/run.js")
        options = ["--client=@hey-api/client-fetch", "--no-log-file", "--silent"]
        _run(str(NODE), script, "--input", contract, "--output", str(hey_api), *options)
        script = str(modules / "@redocly/cli/bin/cli.js")
        _run(str(NODE), script, "generate-client", contract, f"--output={redocly}")
        sources |= {f"hey-{api}": hey_api, f"redocly-{api}": redocly}
    return sources


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment())  # noqa: S603  ours
