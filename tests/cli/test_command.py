"""The command as a whole: help, exit status, no traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import generator.contracts
from generator.explanations import explanation
from tests.cli.conftest import Fourfold

ROOT = Path(__file__).parents[2]


def test_python_dash_m_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "generator", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("lint", "generate", "serve", "conform", "rules", "explain"):
        assert name in done.stdout


def test_the_version_is_told(fourfold: Fourfold) -> None:
    ran = fourfold("--version")
    assert ran.status == 0
    assert ran.out.startswith("fourfold")


@pytest.mark.parametrize("words", [("nonsense",), ("generate", "--nonsense"), ("explain",)])
def test_what_is_not_understood_is_wrong_use(fourfold: Fourfold, words: tuple[str, ...]) -> None:
    ran = fourfold(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_lint_locates_errors_and_fails(project: Path, fourfold: Fourfold) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    contract.write_text(contract.read_text().replace("schemas/Animals'", "schemas/Beasts'"))
    ran = fourfold("lint")
    assert ran.status == 1
    assert "openapi/zoo/openapi.yaml:15:" in ran.out
    assert "REF-002" in ran.out
    report = json.loads(fourfold("lint", "zoo", "--format", "json").out)
    assert "REF-002" in {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize("code", ["GEN-041", "gen-041", "REF-002", "OAS-002"])
def test_codes_are_explained(fourfold: Fourfold, code: str) -> None:
    ran = fourfold("explain", code)
    assert ran.status == 0
    assert ran.out.startswith(f"{code.upper()} ")
    assert len(ran.out.splitlines()) > 2


def test_rules_of_the_suite_are_explained(fourfold: Fourfold) -> None:
    listed = fourfold("rules")
    assert listed.status == 0
    first = listed.out.split()[0]
    assert fourfold("explain", first).out.startswith(first)


def test_an_unknown_code_is_wrong_use(fourfold: Fourfold) -> None:
    ran = fourfold("explain", "NIX-001")
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1


def test_every_code_that_generation_gives_has_a_page() -> None:
    files = (ROOT / "generator").rglob("*.py")
    used = {code for file in files for code in re.findall(r'"(GEN-\d{3})"', file.read_text())}
    assert len(used) > 20
    assert {code for code in used if explanation(code) is None} == set()


def test_an_unreadable_contract_is_wrong_use(project: Path, fourfold: Fourfold) -> None:
    ran = fourfold("lint", "missing.yaml")
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1


def test_no_traceback_reaches_a_user(fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("the insides")

    monkeypatch.setattr(generator.contracts, "all_contracts", broken)
    ran = fourfold("generate")
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "FOURFOLD_DEBUG=1" in ran.err


def test_a_reader_that_stops_listening_sees_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "generator", "rules"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


_INTERRUPTED = """
import runpy, sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
runpy.run_module("generator", run_name="__main__")
"""


def test_an_interrupt_before_there_is_a_command_leaves_no_traceback() -> None:
    done = subprocess.run(  # noqa: S603  a program of ours
        [sys.executable, "-c", _INTERRUPTED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
