"""What is written is read, what is refused is not done: clean where it is, caught where not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.contract import Contract, load
from conformance.judging import judge, judge_all
from conformance.results import Result
from conformance.rule import Outcome
from conformance.rules import catalogue, rules_of
from conformance.session import opened
from conformance.target import Target
from tests.conformance.conftest import listening
from tests.conformance.notebook_server import Notebooks

CONTRACT = Path(__file__).with_name("notebook") / "openapi.yaml"
MODULES = ("resources", "values", "concurrency", "expiring_cursors")

BUGS = {
    "answers-ahead": "LIF-011",
    "lists-pages-late": "LIF-011",
    "deletes-again": "LIF-017",
    "upserts-unheard": "LIF-018",
    "lists-late": "LIF-011",
    "shouts": "LIF-011",
    "stores-first": "LIF-012",
    "writes-first": "LIF-012",
    "reuses-ids": "LIF-013",
    "forgets-updates": "LIF-014",
    "updates-all": "LIF-014",
    "replaces": "LIF-014",
    "patches-first": "LIF-015",
    "keeps-what-fits": "LIF-015",
    "upserts-names": "LIF-018",
    "keeps-deleted": "LIF-016",
    "deletes-two": "LIF-016",
    "delete-is-200": "LIF-016",
    "reads-deleted": "LIF-016",
    "obeys-headers": "LIF-025",
    "creates-by-headers": "LIF-025",
    "deletes-always": "LIF-017",
    "upserts": "LIF-018",
    "trims": "LIF-019",
    "cuts-long": "LIF-019",
    "drops-ports": "LIF-020",
    "reads-labels": "LIF-021",
    "drops-falsy": "LIF-021",
    "folds-labels": "LIF-021",
    "one-case": "LIF-021",
    "few-labels": "LIF-021",
    "own-labels": "LIF-021",
    "one-at-a-time": "LIF-022",
    "same-number": "LIF-022",
    "loses-rows": "LIF-022",
    "writes-back": "LIF-023",
    "remembers-reads": "LIF-024",
    "foreign-writes": "TEN-006",
    "foreign-appends": "TEN-006",
    "tells-owner-delete": "TEN-006",
    "never-expires": "PAG-041",
    "update-keeps-cursors": "PAG-041",
    "color-keeps-cursors": "PAG-041",
    "any-write": "PAG-042",
    "pages-share": "PAG-042",
    "title-ends-pages": "PAG-042",
    "pages-touch": "PAG-042",
    "repeats-change": "PAG-042",
}


ELSEWHERE = {
    "says-twice": "SCH-004",
    "hides-short": "SCH-100",
    "hides-signs": "SCH-100",
    "takes-nothing": "LIM-037",
    "foreign-reads": "TEN-007",
    "tells-owner-get": "TEN-007",
    "lists-of-nothing": "LIF-005",
    "lists-of-undefined": "LIF-005",
    "local-time": "LIF-006",
    "summer-time": "LIF-006",
    "drops-offsets": "LIF-026",
    "short-texts": "LIM-038",
    "drops-queries": "LIM-039",
}
"""Bugs of what a notebook is not about."""


@pytest.fixture(scope="module")
def notebook() -> Contract:
    return load(str(CONTRACT), Path.cwd())


@contextmanager
def served(*bugs: str) -> Iterator[Target]:
    app = Notebooks(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token, writes=True)


def judged(contract: Contract, *bugs: str, by: str = "") -> list[Result]:
    """What the rules of a notebook say, or one of them."""
    rules = [rule for module in MODULES for rule in rules_of(module) if by in {"", rule.id}]
    with served(*bugs) as target, opened(contract, target) as session:
        return list(judge_all(session, rules))


def test_an_honest_server_is_clean(notebook: Contract) -> None:
    results = judged(notebook)
    bad = [(r.rule, r.operation, r.message) for r in results if r.outcome is not Outcome.PASS]
    assert [rule for rule, _, _ in bad] == ["LIF-030"], "no notebook has work that is asked for"
    assert {r.outcome for r in results} == {Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert {r.operation for r in results if r.rule == "LIF-011"} == {"createNotebook", "createPage"}


@pytest.mark.parametrize(("bug", "rule"), BUGS.items())
def test_a_mistake_is_caught_by_its_rule(notebook: Contract, bug: str, rule: str) -> None:
    assert Outcome.FAIL in {result.outcome for result in judged(notebook, bug, by=rule)}


@pytest.mark.parametrize(
    ("bug", "rule"), [(bug, rule) for bug, rule in ELSEWHERE.items() if bug != "says-twice"]
)
def test_what_a_notebook_is_not_about_is_caught_by_its_rule(
    notebook: Contract, bug: str, rule: str
) -> None:
    (found,) = [each for each in catalogue() if each.id == rule]

    def failing(*bugs: str) -> set[Outcome]:
        with served(*bugs) as target, opened(notebook, target) as session:
            return {judge(found, each, session).outcome for each in found.subjects(notebook)}

    assert failing() == {Outcome.PASS}
    assert Outcome.FAIL in failing(bug)


@pytest.mark.parametrize(("bug", "outcome"), [("", Outcome.PASS), ("says-twice", Outcome.FAIL)])
def test_json_without_a_schema_is_strict_all_the_same(
    notebook: Contract, bug: str, outcome: Outcome
) -> None:
    (settings,) = [each for each in notebook.api.operations if each.id == "getSettings"]
    (rule,) = [each for each in rules_of("schema") if each.id == "SCH-004"]
    with served(bug) as target, opened(notebook, target) as session:
        assert judge(rule, settings, session).outcome is outcome
