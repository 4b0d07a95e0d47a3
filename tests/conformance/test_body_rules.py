"""STA: the rules about bodies that are not what they say, on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

BUGS = {
    "any-encoding": "STA-020",
    "last-wins": "STA-021",
    "deep-crash": "STA-022",
    "huge-crash": "STA-023",
    "any-type": "STA-024",
    "chunks-are-nothing": "STA-025",
    "storable": "HDR-001",
}
MODULES = {"HDR-001": "headers"}


def test_a_right_server_fails_no_rule() -> None:
    assert complaints("json_bodies") == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    module = MODULES.get(rule, "json_bodies")
    assert Outcome.FAIL in outcomes(module, rule, bugs)


def test_every_rule_has_a_bug_that_it_catches() -> None:
    """But for STA-026: no application sees what is badly framed."""
    rules = {rule.id for rule in rules_of("json_bodies")}
    assert rules - set(BUGS.values()) == {"STA-026"}
