"""Rate limits of plans: the lowest one is measured, and each is told as its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from conformance.contract import Contract, load
from conformance.judging import judge_all
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened
from conformance.target import Target
from tests.conformance import library_bucket
from tests.conformance.conftest import CONTRACT, library


def with_plans(text: str) -> str:
    """The library's contract with a small plan and a large one."""
    return text.replace("  burst: 30", "  plans: {small: 60, large: 120}")


@pytest.fixture
def planned(tmp_path: Path) -> Contract:
    file = tmp_path / "openapi.yaml"
    file.write_text(with_plans(CONTRACT.read_text("utf-8")), "utf-8")
    return load(str(file), tmp_path)


@contextmanager
def planned_library(*bugs: str) -> Iterator[Target]:
    """The library, where a key that was made without a plan has that of the large one."""
    with patch.object(library_bucket, "BURST", library_bucket.PLANS["large"]), library(*bugs) as it:
        yield it


def failing(contract: Contract, *bugs: str) -> dict[str, str]:
    """The rules of rate limits that do not pass, and why."""
    with planned_library(*bugs) as target, opened(contract, target) as session:
        rules = [*rules_of("rate_limits"), *rules_of("rate_limit_headers")]
        results = list(judge_all(session, rules))
    assert {each.rule for each in results} == {rule.id for rule in rules}
    return {
        r.rule: r.message
        for r in results
        if r.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }


def test_a_server_that_keeps_the_limits_of_its_plans_is_clean(planned: Contract) -> None:
    assert failing(planned) == {}


def test_plans_that_are_refilled_alike_are_caught(planned: Contract) -> None:
    found = failing(planned, "refills-plans-alike")
    assert found == {"RAT-016": "In the time of 5 requests of plan large, 2 were refilled."}


def test_a_plan_that_is_told_the_limit_of_another_is_caught(planned: Contract) -> None:
    found = failing(planned, "newest-plan")
    assert found == {"RAT-013": "X-RateLimit-Limit of plan large is 60, not 120."}
