"""What rules ask of our own APIs only: the small servers have no words for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract import load
from conformance.judging import judge_all
from conformance.launch import reference
from conformance.rules import catalogue
from conformance.session import opened


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ([], ("pass", "")),
        (
            ["ROT-F05"],
            (
                "fail",
                "X-RateLimit-Limit of the new key is another: its plan is not that of the old one.",
            ),
        ),
    ],
)
def test_a_new_key_has_the_plan_of_the_old_one(faults: list[str], found: tuple[str, str]) -> None:
    contract = load("aloha", Path.cwd())
    rules = [rule for rule in catalogue(contract) if rule.id == "ROT-001"]
    with reference("aloha", faults=faults) as target, opened(contract, target) as session:
        (result,) = judge_all(session, rules)
    assert (result.outcome, result.message) == found
