"""The packages, built at once and installed in a project, and the reference server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typescript_client.packages import APIS, GENERATED, compiled, package
from tests.vectors.reference_server import Reference, running


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose programs can import the four packages, compiled as they are published."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    built = folder / "built"
    settings = json.loads((package(APIS[0]) / "tsconfig.json").read_text())
    settings["compilerOptions"] |= {"rootDir": str(GENERATED.resolve()), "outDir": str(built)}
    settings["include"] = [str(package(api) / "src") for api in APIS]
    assert compiled(folder, settings, newest=True) == ""
    for api in APIS:
        home = folder / "node_modules" / f"@{api}" / "sdk"
        home.mkdir(parents=True)
        (home / "package.json").write_bytes((package(api) / "package.json").read_bytes())
        (home / "dist").symlink_to(built / api / "typescript/src", target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    with running() as server:
        yield server
