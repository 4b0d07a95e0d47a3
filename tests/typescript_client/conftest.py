"""The built packages, installed in a project, and the reference server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node_tools import program
from tests.typescript_client.packages import APIS, package, ran
from tests.vectors.reference_server import Reference, running


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose programs can import the four packages, built as they are published."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    for api in APIS:
        home = folder / "node_modules" / f"@{api}" / "sdk"
        home.mkdir(parents=True)
        for name in ("package.json", "tsconfig.json"):
            (home / name).write_bytes((package(api) / name).read_bytes())
        (home / "src").symlink_to(package(api) / "src", target_is_directory=True)
        options = ("-p", str(package(api)), "--outDir", str(home / "dist"))
        done = ran(program("typescript-newest/bin/tsc", *options), folder)
        assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    with running() as server:
        yield server
