"""SSE: the rules about streams on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

BUGS = {
    "stray-lines": "SSE-001",
    "tells-usage": "SSE-002",
    "joins-pieces": "SSE-003",
    "stores-last": "SSE-005",
    "other-words": "SSE-006",
    "strangers-403": "SSE-008",
    "stream-json": "SSE-001",
    "bare-text": "SSE-002",
    "one-piece": "SSE-003",
    "just-stops": "SSE-004",
    "ends-twice": "SSE-004",
    "buffers": "SSE-005",
    "other-reply": "SSE-006",
    "eats-spaces": "SSE-007",
    "errors-in-stream": "SSE-008",
    "late-errors": "SSE-009",
    "done-anyway": "SSE-010",
    "breaks-off": "SSE-010",
    "answers-in-part": "SSE-010",
    "works-on": "SSE-011",
    "picky-accept": "SSE-012",
    "whole-for-json": "SSE-012",
    "shared-pieces": "SSE-013",
}


def test_a_right_server_fails_no_rule() -> None:
    assert complaints("streams") == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes("streams", rule, *bugs.split())


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert {rule.id for rule in rules_of("streams")} == set(BUGS.values())
