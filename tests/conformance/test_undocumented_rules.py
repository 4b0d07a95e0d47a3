"""HDR and LIM: the rules about undocumented names on a helpdesk of plain Starlette."""

from __future__ import annotations

import pytest

from conformance.rule import Outcome
from conformance.rules import rules_of
from tests.conformance.helpdesk_target import complaints, outcomes

MODULE = "undocumented_names"
BUGS = {
    "opened-to-cookies": "HDR-015",
    "reads-cookies": "HDR-015",
    "tells-debuggers": "LIM-042",
    "streams-when-asked": "LIM-043",
    "takes-ids": "LIM-043",
    "speaks-german": "LIM-043",
}


@pytest.mark.parametrize("bugs", ["", "refuses-unknown"])
def test_a_server_that_treats_all_alike_fails_no_rule(bugs: str) -> None:
    assert complaints(MODULE, *bugs.split()) == []


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(bugs: str, rule: str) -> None:
    assert Outcome.FAIL in outcomes(MODULE, rule, bugs)


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert {rule.id for rule in rules_of(MODULE)} == {*BUGS.values()}
