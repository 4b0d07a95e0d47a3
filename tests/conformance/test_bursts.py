"""Rate limits where time cannot be moved: bursts with leave, waits in real time, bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from conformance.client import Budget
from conformance.contract import Contract, load
from conformance.judging import judge
from conformance.results import Result
from conformance.rule import Outcome
from conformance.rules import catalogue
from conformance.session import opened
from conformance.target import Target
from tests.conformance import library_bucket
from tests.conformance.conftest import CONTRACT, listening
from tests.conformance.library_bucket import Key
from tests.conformance.library_server import Library

RULES = {rule.id: rule for rule in catalogue()}
ALIVE = ("RAT-001", "RAT-003", "RAT-004")


BURST, RATE = 8, 4.0


def hurried(text: str) -> str:
    """The library's contract with a bucket that is full again after two seconds."""
    return text.replace("limit: 120", "limit: 240").replace("burst: 30", f"burst: {BURST}")


def without_wait(text: str) -> str:
    """The library's contract, which does not document how long to wait: only a burst of 20."""
    text = text.replace("limit: 120", "limit: 300").replace("burst: 30", "burst: 20")
    return text.replace(", retry-after: Retry-After", "")


@contextmanager
def brief(*bugs: str) -> Iterator[Target]:
    """The library without its control plane, with a bucket that is full again soon."""
    with patch.multiple(library_bucket, BURST=20, RATE=5.0), uncontrolled(*bugs) as target:
        yield target


@pytest.fixture
def brisk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    monkeypatch.setattr(library_bucket, "BURST", BURST)
    monkeypatch.setattr(library_bucket, "RATE", RATE)
    file = tmp_path / "openapi.yaml"
    file.write_text(hurried(CONTRACT.read_text("utf-8")), "utf-8")
    return load(str(file), tmp_path)


@contextmanager
def uncontrolled(*bugs: str, features: frozenset[str] = frozenset({"burst"})) -> Iterator[Target]:
    """The library without its control plane, and one credential of it."""
    app = Library(frozenset(bugs))
    app.keys["lk_the_only_key"] = Key("lk_the_only_key", "acme", "max")
    with listening(app) as url:
        yield Target(f"{url}/api", credentials={"default": "lk_the_only_key"}, features=features)


def judged(contract: Contract, target: Target, rule: str) -> Result:
    with opened(contract, target) as session:
        (subject,) = RULES[rule].subjects(contract)
        return judge(RULES[rule], subject, session)


@pytest.mark.parametrize("rule", ALIVE)
def test_a_right_server_passes_in_real_time(brisk: Contract, rule: str) -> None:
    with uncontrolled() as target:
        result = judged(brisk, target, rule)
    assert (result.outcome, result.message) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    ("bug", "rule"),
    [
        ("never-limits", "RAT-001"),
        ("burst-short", "RAT-001"),
        ("wait-text", "RAT-003"),
        ("wait-zero", "RAT-003"),
        ("refills-late", "RAT-004"),
    ],
)
def test_a_wrong_server_fails_in_real_time(
    brisk: Contract, monkeypatch: pytest.MonkeyPatch, bug: str, rule: str
) -> None:
    if bug == "refills-late":
        monkeypatch.setattr(library_bucket, "RATE", 0.4)
    with uncontrolled(bug) as target:
        result = judged(brisk, target, rule)
    assert result.outcome is Outcome.FAIL, result.message


@pytest.mark.parametrize("rule", ALIVE)
def test_bursts_need_leave(brisk: Contract, rule: str) -> None:
    with uncontrolled(features=frozenset()) as target:
        result = judged(brisk, target, rule)
    assert result.outcome is Outcome.UNTESTABLE
    assert "leave to send bursts" in result.message


@pytest.mark.parametrize("rule", ["AUT-004", "AUT-010"])
def test_the_only_key_is_used_no_faster_than_it_refills(brisk: Contract, rule: str) -> None:
    with uncontrolled() as target, opened(brisk, target) as session:
        results = [judge(RULES[rule], each, session) for each in RULES[rule].subjects(brisk)]
        statuses = {exchange.status for exchange in session.client.exchanges}
    assert {each.outcome for each in results} == {Outcome.PASS}, results
    assert 429 not in statuses


def test_a_long_wait_is_untestable(contract: Contract, brisk: Contract) -> None:
    """Thirty requests at two a second take fifteen; a budget of less does not allow that."""
    with uncontrolled() as target:
        slow = judged(brisk, target, "RAT-001")
        bounded = replace(target, budget=Budget(seconds=1))
        result = judged(contract, bounded, "RAT-001")
    assert slow.outcome is Outcome.PASS
    assert result.outcome is Outcome.UNTESTABLE
    assert "budget" in result.message
