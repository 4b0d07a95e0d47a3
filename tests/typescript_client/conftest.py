"""The packages, built at once and installed in a project, and servers for them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
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


@pytest.fixture(scope="session")
def stubs() -> Iterator[Mapping[str, str]]:
    """Where a server is that answers from the contracts' examples, by API."""
    command = [sys.executable, "-m", "generator", "serve", "--port", "0", "--stub"]
    server = subprocess.Popen(  # noqa: S603  our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        ready = json.loads(server.stdout.readline())
        yield {api: ready["url"] + path for api, path in ready["apis"].items()}
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()
