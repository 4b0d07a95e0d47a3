"""Generated requests: no false alarm on a right server, the same requests from the same seed."""

from __future__ import annotations

import pytest

from conformance.contract import Contract
from conformance.fuzzing import TITLES, rule_of
from conformance.judging import judge_all
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened
from tests.conformance.conftest import library


@pytest.mark.parametrize(("bugs", "expected"), [("", set()), ("drops-author", {"SCH-108"})])
def test_fuzzing_finds_what_is_wrong_and_nothing_else(
    contract: Contract, bugs: str, expected: set[str]
) -> None:
    with library(bugs) as target, opened(contract, target) as session:
        results = list(judge_all(session, rules_of("fuzzing")))
        assert session.fuzzed().requests > 100
    assert {r.rule for r in results if r.outcome is not Outcome.PASS} == expected
    assert len(results) == 3 * len(TITLES)


def test_codes_of_schemathesis_are_ids_of_rules() -> None:
    assert rule_of("ST103") == "SCH-103"
    assert rule_of("ENV-101") == "ENV-101"
