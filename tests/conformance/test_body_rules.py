"""STA: the rules about bodies that are not what they say, on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.judging import judge_all
from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes, session

BUGS = {
    "any-encoding": "STA-020",
    "last-wins": "STA-021",
    "deep-crash": "STA-022",
    "huge-crash": "STA-023",
    "any-type": "STA-024",
    "chunks-are-nothing": "STA-025",
}
STORABLE = {"storable": "HDR-001"}
"""What is seen of any answer, whatever was asked."""


def test_a_right_server_fails_no_rule() -> None:
    assert complaints("json_bodies") == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes("json_bodies", rule, bugs)


def test_what_caches_may_store_is_caught_by_its_rule() -> None:
    with session(*STORABLE) as made:
        results = list(judge_all(made, [*rules_of("json_bodies"), *rules_of("headers")]))
    assert {each.rule for each in results if each.outcome is Outcome.FAIL} == {"HDR-001"}


def test_every_rule_has_a_bug_that_it_catches() -> None:
    """But for STA-026: no application sees what is badly framed."""
    rules = {rule.id for rule in rules_of("json_bodies")}
    assert rules - set(BUGS.values()) == {"STA-026"}
