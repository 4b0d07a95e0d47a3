"""JWT: the rules about tokens on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

FAMILY = ("identity_tokens", "identity_signatures", "identity_users")
MODULES = {rule.id: module for module in FAMILY for rule in rules_of(module)}

BUGS = {
    "empty-proof": "JWT-001",
    "relative-exp": "JWT-004",
    "more-parts": "JWT-011",
    "trusts-users": "JWT-001",
    "typ-required": "JWT-002",
    "any-claim": "JWT-003",
    "never-expires": "JWT-004",
    "leeway": "JWT-005",
    "exp-optional": "JWT-006",
    "text-dates": "JWT-006",
    "unsigned": "JWT-007",
    "any-organization": "JWT-007",
    "taken-once": "JWT-007",
    "signed-by-page": "JWT-007",
    "none-spelled": "JWT-008",
    "any-hmac": "JWT-009",
    "header-key": "JWT-010",
    "crashes-on-parts": "JWT-011",
    "ignores-nbf": "JWT-012",
    "folds-users": "JWT-013",
    "nobody-refused": "JWT-014",
    "anonymous-anywhere": "JWT-015",
    "always-verifies": "JWT-016",
    "body-wins": "JWT-017",
    "unproved-claims": "JWT-018",
    "stores-unproved": "JWT-019",
    "remembers-setting": "JWT-020",
    "proved-anew": "JWT-021",
    "forgets-proved": "JWT-022",
    "whole-seconds": "JWT-002",
    "ends-early": "JWT-005",
    "anonymous-proved": "JWT-014",
    "guests": "JWT-015",
    "folds-claims": "JWT-017",
    "anonymous-claims": "JWT-018",
}


@pytest.mark.parametrize("module", FAMILY)
def test_a_right_server_fails_no_rule(module: str) -> None:
    assert complaints(module) == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes(MODULES[rule], rule, *bugs.split())


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert set(MODULES) == set(BUGS.values())
