"""Each generated package as a distribution: built, installed, imported, and what it depends on."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from generator.document import load
from tests.python_client.distributions import APIS, PROJECT, distribution

BUILD = (
    "import os, sys; from hatchling.build import build_sdist, build_wheel; os.chdir(sys.argv[1]); "
    "print(build_wheel(sys.argv[2])); print(build_sdist(sys.argv[2]))"
)
USE = "import {0}, {0}.errors, {0}.types; print({0}.__file__, {0}.__version__, {0}.{1}.__name__)"
CLASSES = {"haleai": "HaleAI", "haloagents": "HaloAgents", "aloha": "Aloha", "leadiosa": "Leadiosa"}


def run(*arguments: str, cwd: Path | None = None) -> str:
    command = [sys.executable, *arguments]
    return subprocess.check_output(command, cwd=cwd, text=True)  # noqa: S603  our own programs


@pytest.mark.parametrize("api", APIS)
def test_it_builds_installs_and_imports(api: str, tmp_path: Path) -> None:
    source, built, installed = tmp_path / "source", tmp_path / "dist", tmp_path / "site"
    ignored = shutil.ignore_patterns("__pycache__", ".ruff_cache", ".mypy_cache")
    shutil.copytree(distribution(api), source, ignore=ignored)
    built.mkdir()
    run("-c", BUILD, str(source), str(built))
    version = load(PROJECT / "openapi" / api / "openapi.yaml").entry.root.mapping["info"]["version"]
    wheel, sdist = built / f"{api}-{version}-py3-none-any.whl", built / f"{api}-{version}.tar.gz"

    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = HeaderParser().parsestr(
            archive.read(f"{api}-{version}.dist-info/METADATA").decode()
        )
        archive.extractall(installed)  # noqa: S202  built a moment ago from our own files
    assert {f"{api}/py.typed", f"{api}-{version}.dist-info/licenses/LICENSE"} <= set(names)
    assert {name.partition("/")[0] for name in names} == {api, f"{api}-{version}.dist-info"}
    assert (metadata["Name"], metadata["Version"]) == (api, version)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    wanted = metadata.get_all("Requires-Dist", [])
    needed = sorted(re.split(r"[<>=]", each)[0] for each in wanted if "extra ==" not in each)
    assert needed == ["httpx2", "msgspec"]
    assert sorted(metadata.get_all("Provides-Extra", [])) == ["opentelemetry", "pyreqwest"]
    readme = metadata.get_payload()
    assert isinstance(readme, str)
    assert readme.startswith(f"# {CLASSES[api]} for Python")

    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    kept = {"LICENSE", "README.md", "REFERENCE.md", "pyproject.toml", f"{api}/py.typed"}
    assert kept <= packed
    assert {f"{api}/__init__.py", f"{api}/_client.py"} <= packed & set(names)

    told = run("-c", USE.format(api, CLASSES[api]), cwd=installed).split()
    assert told == [str(installed / api / "__init__.py"), version, CLASSES[api]]


def top_packages(node: ast.AST) -> set[str]:
    """The top-level packages that a statement imports itself."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return {node.module.partition(".")[0]}
    return set()


@pytest.mark.parametrize("api", APIS)
def test_it_imports_nothing_but_msgspec_and_httpx2(api: str) -> None:
    at_once, found = set(), set()
    for file in (distribution(api) / api).rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        at_once |= {name for node in tree.body for name in top_packages(node)}
        found |= {name for node in ast.walk(tree) for name in top_packages(node)}
    standard = set(sys.stdlib_module_names)
    assert at_once - standard <= {"httpx2", "msgspec"}
    extras = {"opentelemetry", "pyreqwest"}
    assert found - standard <= {"httpx2", "msgspec", *extras, "typing_extensions"}  # for checkers
    declared = tomllib.loads((distribution(api) / "pyproject.toml").read_text("utf-8"))
    assert len(declared["project"]["dependencies"]) == 2


@pytest.mark.parametrize("api", APIS)
def test_no_file_is_needless(api: str) -> None:
    package = distribution(api) / api
    modules = {file.relative_to(package).with_suffix("") for file in package.rglob("*.py")}
    imported = {Path("__init__"), Path("webhooks"), Path("errors"), Path("types/__init__")}
    for file in package.rglob("*.py"):
        here = file.relative_to(package).parent
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                above = Path(*here.parts[: len(here.parts) - node.level + 1])
                target = above / Path(*(node.module or "").split("."))
                imported |= {target, *(target / alias.name for alias in node.names)}
    packages = {Path("resources/__init__"), Path("_runtime/__init__")}
    assert modules - imported - packages == set()
    assert all(file.read_text("utf-8") for file in package.rglob("*.py"))
