"""The built Aloha client on every platform that it is for; browsers have tests of their own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.node_tools import NODE, installed
from tests.typescript_client.packages import STRICT, compiled, ran

PROGRAM = Path(__file__).with_name("everywhere.ts")
WORKER = 'import { Worker } from "node:worker_threads";\nnew Worker("./everywhere.ts");\n'
LINES = ["a Date", "an error", "revived", "cloned", "verified", "challenged", "aborted"]


def command(platform: str) -> list[str]:
    """The command line that runs a program there."""
    if platform == "deno":
        deno = shutil.which("deno")
        if deno is None:
            pytest.skip("There is no deno here, and npm cannot lock it for every platform.")
        return [deno, "run", "--no-remote", "--allow-net", "--allow-env"]
    if platform == "bun":
        return [str(next(installed().glob("@oven/*/bin/bun"))), "run"]
    return [str(NODE), "--no-warnings"]


@pytest.fixture(scope="module")
def folder(project: Path) -> Path:
    """Where the program is, compiled to see that it is good, and one that runs it in a worker."""
    folder = project / "platforms"
    folder.mkdir()
    (folder / "everywhere.ts").write_bytes(PROGRAM.read_bytes())
    (folder / "worker.mjs").write_text(WORKER)
    settings = {"compilerOptions": {**STRICT, "types": []}, "include": ["platforms/*.ts"]}
    assert compiled(project, settings, newest=True) == ""
    return folder


@pytest.mark.parametrize("platform", ["node", "worker", "deno", "bun"])
def test_it_works_on(platform: str, folder: Path, stubs: Mapping[str, str]) -> None:
    script = "worker.mjs" if platform == "worker" else "everywhere.ts"
    variables = {"ALOHA_KEY": "k", "ALOHA_BASE_URL": stubs["aloha"], "NO_COLOR": "1"}
    quiet = {"DENO_DIR": str(folder / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
    done = ran([*command(platform), script], folder, **variables, **quiet)
    assert done.stdout.splitlines() == [f"{line} true" for line in LINES], done.stderr
