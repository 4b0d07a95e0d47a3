"""LIM: the rules about bodies on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

BUGS = {
    "compact-only": "LIM-021",
    "begins-at-once": "LIM-021",
    "guesses": "LIM-022",
    "coerces": "LIM-023",
    "null-absent": "LIM-024",
    "code-units": "LIM-025",
    "no-blanks": "LIM-025",
    "cuts-texts": "LIM-025",
    "cuts-lists": "LIM-026",
    "clamps": "LIM-027",
    "folds-kind": "LIM-028",
    "any-date": "LIM-029",
    "ignores-unknown": "LIM-030",
    "refuses-unknown": "LIM-031",
    "counts-escapes": "LIM-032",
    "counts-letters": "LIM-033",
    "each-alone": "LIM-033",
    "cuts-traits": "LIM-034",
    "stores-first": "LIM-035",
    "stores-in-parts": "LIM-035",
    "skips-bad": "LIM-036",
    "looks-at-ten": "LIM-036",
    "cuts-columns": "LIM-040",
    "counts-short": "LIM-053",
}
ON_A_NOTEBOOK = {"LIM-037"}
"""Rules about words that the helpdesk does not use."""
MODULES = {
    rule.id: name for name in ("request_bodies", "bounds", "payloads") for rule in rules_of(name)
}


def test_a_right_server_fails_no_rule() -> None:
    assert [*complaints("request_bodies"), *complaints("bounds"), *complaints("payloads")] == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes(MODULES[rule], rule, *bugs.split())


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert set(MODULES) - ON_A_NOTEBOOK == set(BUGS.values())
