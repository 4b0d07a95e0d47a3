"""The rules on how answers are framed, on a server that frames them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance.contract import Contract
from conformance.judging import judge
from conformance.rule import Outcome
from conformance.rules import catalogue
from conformance.session import opened
from conformance.target import Target
from tests.conformance.framing_server import framed
from tests.conformance.helpdesk_server import Helpdesk
from tests.conformance.helpdesk_target import contract as helpdesk_contract
from tests.conformance.library_server import Library

BUGS = {
    "head-with-body": "STA-027",
    "long-url-crash": "STA-028",
    "repeats-path": "HDR-010",
    "repeats-id": "HDR-010",
    "follows-host": "HDR-011",
    "undated": "HDR-012",
    "head-of-nothing": "HDR-014",
}
RULES = {rule.id: rule for rule in catalogue() if rule.id in BUGS.values()}


HELPDESK_BUGS = {"guesses-lengths": "STA-026"}


@contextmanager
def helpdesk(*bugs: str) -> Iterator[Target]:
    app = Helpdesk()
    with framed(app, *bugs) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token, writes=True)


@contextmanager
def library(*bugs: str) -> Iterator[Target]:
    app = Library()
    with framed(app, *bugs) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token)


def outcomes(contract: Contract, target: Target, rule: str) -> set[Outcome]:
    with opened(contract, target) as session:
        subjects = RULES[rule].subjects(contract)
        return {judge(RULES[rule], subject, session).outcome for subject in subjects}


@pytest.mark.parametrize(
    ("bugs", "outcome"), [((), Outcome.PASS), (tuple(HELPDESK_BUGS), Outcome.FAIL)]
)
def test_what_is_framed_badly_is_not_guessed_at(bugs: tuple[str, ...], outcome: Outcome) -> None:
    (rule,) = [rule for rule in catalogue() if rule.id == "STA-026"]
    with helpdesk(*bugs) as target, opened(helpdesk_contract(), target) as session:
        found = {judge(rule, each, session).outcome for each in rule.subjects(session.contract)}
    assert found == {outcome}


@pytest.mark.parametrize("rule", RULES)
def test_answers_that_are_framed_well_pass(contract: Contract, rule: str) -> None:
    with library() as target:
        assert outcomes(contract, target, rule) == {Outcome.PASS}


@pytest.mark.parametrize(("bug", "rule"), BUGS.items())
def test_a_mistake_of_framing_is_caught_by_its_rule(
    contract: Contract, bug: str, rule: str
) -> None:
    with library(bug) as target:
        assert Outcome.FAIL in outcomes(contract, target, rule)
