"""Generated requests: what they find, no false alarm, the same ones from the same seed."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from conformance.client import Budget
from conformance.contract import Contract
from conformance.exchange import GENERATED
from conformance.fuzzing import TITLES, Fuzzed, rule_of
from conformance.judging import judge_all
from conformance.reports.har import har
from conformance.results import Report
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened
from conformance.target import Target
from tests.conformance.conftest import CONTRACT, library, listening
from tests.conformance.library_server import Library
from tests.conformance.rare_library import RareLibrary

Sent = tuple[str, str, bytes]

RARE = {
    "midway-breaks-off": "SCH-101",
    "midway-partial": "SCH-103",
    "midway-hal": "SCH-105",
    "midway-uncounted": "SCH-107",
    "midway-texts": "SCH-108",
    "midway-cut": "SCH-109",
    "takes-constants": "SCH-201",
    "midway-refused": "SCH-202",
    "takes-queries": "SCH-204",
    "allows-less": "SCH-205",
    "open-example": "SCH-401",
    "remembers-rows": "SCH-402",
    "remembers-older": "SCH-402",
    "method-detail": "ENV-101",
    "told-constants": "ENV-103",
    "midway-stored": "HDR-101",
}
"""Bugs that no directed rule meets: `python -m tests.conformance.power` tries them."""


@contextmanager
def rarely(*bugs: str) -> Iterator[Target]:
    """The library with bugs that only generated requests meet."""
    app = RareLibrary(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.library.token)


def sent(contract: Contract, target: Target, seed: int) -> list[Sent]:
    """What fuzzing sends to a fresh library, but for where it stands and as whom."""
    with opened(contract, target, seed=seed) as session:
        session.fuzzed()
        return [
            (e.request.method, e.request.url.removeprefix(target.base_url), e.request.body)
            for e in session.client.exchanges
            if e.operation == GENERATED
        ]


@pytest.mark.parametrize(
    ("bugs", "expected"),
    [
        ("", set()),
        ("drops-author", {"SCH-108"}),
        ("cross-tenant", {"SCH-402"}),
        ("cacheable", {"SCH-107", "HDR-101"}),
        ("text-json", {"SCH-105"}),
    ],
)
def test_fuzzing_finds_what_is_wrong_and_nothing_else(
    contract: Contract, bugs: str, expected: set[str]
) -> None:
    with library(bugs) as target, opened(contract, target) as session:
        results = list(judge_all(session, rules_of("fuzzing")))
        fuzzed = session.fuzzed()
    assert {r.rule for r in results if r.outcome is not Outcome.PASS} == expected
    assert len(results) == 3 * len(TITLES) + 4
    assert set(fuzzed.cases) == {"examples", "coverage", "fuzzing", "stateful"}
    assert min(fuzzed.cases.values()) > 5
    assert all("(seed 1)" in r.message and r.curl for r in results if r.outcome is Outcome.FAIL)


def test_what_is_generated_is_in_the_archive(contract: Contract) -> None:
    with library() as target, opened(contract, target) as session:
        fuzzed = session.fuzzed()
        report = Report(
            "library", started="2026-11-22T00:00:00+00:00", exchanges=session.client.exchanges
        )
    assert session.requests > fuzzed.requests > 100
    assert har(report).count('"request":') == session.requests


def test_the_same_seed_sends_the_same_requests_whatever_is_loaded(
    contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"{number:x} words" for number in range(500)]
    (tmp_path / "program.py").write_text(f"WORDS = {words}\n", "utf-8")
    runs = []
    for seed in (7, 7, 8):
        app = Library(stopped=1_767_225_600.0)
        with listening(app) as url:
            target = Target(f"{url}/api", f"{url}/_control", app.token)
            runs.append(sent(contract, target, seed))
        monkeypatch.syspath_prepend(tmp_path)
        importlib.import_module("program")
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


@pytest.mark.parametrize("budget", [Budget(requests=90), Budget(seconds=1.5)])
def test_fuzzing_ends_with_the_budget(contract: Contract, budget: Budget) -> None:
    with library() as target:
        bounded = replace(target, budget=budget)
        with opened(contract, bounded) as session:
            results = list(judge_all(session, rules_of("fuzzing")))
            spent = session.client.spent()
        assert "is spent" in spent
        assert budget.requests is None or session.requests <= budget.requests
    assert {r.outcome for r in results} == {Outcome.UNTESTABLE}
    assert {r.message for r in results} == {spent}


def test_a_connection_that_breaks_off_is_found(contract: Contract) -> None:
    with rarely("midway-breaks-off") as target:
        bounded = replace(target, budget=Budget(requests=400))
        with opened(contract, bounded) as session:
            found = session.fuzzed().of("SCH-101", "listBooks")
    assert found is not None
    assert found.message.startswith("There was no HTTP answer: ")
    assert found.exchange is not None
    assert "per_page=" in found.exchange.request.url


def test_codes_of_schemathesis_are_ids_of_rules() -> None:
    assert rule_of("ST103") == "SCH-103"
    assert rule_of("ENV-101") == "ENV-101"
    assert rule_of("ST301") == "SCH-100"


def test_a_run_of_schemathesis_is_told_in_a_line() -> None:
    fuzzed = Fuzzed((), 12, 1.25, {"coverage": 9, "fuzzing": 2}, "The budget is spent.")
    assert str(fuzzed) == (
        "12 generated requests in 1.2 s (9 coverage, 2 fuzzing); The budget is spent."
    )


@pytest.mark.parametrize(("bug", "found"), [("", set()), ("cacheable", {"HDR-101"})])
def test_plain_schemathesis_has_our_checks(bug: str, found: set[str]) -> None:
    with library(bug) as target:
        key = _key(target)
        run = subprocess.run(  # noqa: S603 - the command is our own
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", str(CONTRACT)),
                *("--url", target.base_url, "--header", f"Authorization: Bearer {key}"),
                *("--phases", "examples,coverage", "--seed", "1", "--no-color"),
            ],
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": "conformance.schemathesis_hooks",
                "FOURFOLD_API": str(CONTRACT),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert run.returncode == bool(found), run.stdout[-3000:] + run.stderr[-1000:]
    assert {code for code in ("HDR-101", "ENV-101", "ENV-103") if code in run.stdout} == found


def _key(target: Target) -> str:
    answer = httpx2.post(
        f"{target.control}/keys",
        json={"tenant": "acme"},
        headers={"Authorization": f"Bearer {target.control_token}"},
    )
    return str(answer.json()["key"])
