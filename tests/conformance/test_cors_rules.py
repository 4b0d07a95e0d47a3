"""COR: the rules about pages of other origins on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

BUGS = {
    "opened-twice": "COR-001",
    "closed-errors": "COR-001",
    "closed-404": "COR-002",
    "star-headers": "COR-003",
    "picky-preflight": "COR-003",
    "preflight-401": "COR-004",
    "credentials": "COR-005",
}


def test_a_right_server_fails_no_rule() -> None:
    assert complaints("cors") == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes("cors", rule, *bugs.split())


def test_a_hidden_header_is_warned_of() -> None:
    assert Outcome.WARN in outcomes("cors", "COR-006", "hides-headers")


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert {rule.id for rule in rules_of("cors")} == {*BUGS.values(), "COR-006"}
