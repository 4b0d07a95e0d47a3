"""The rules about webhooks, transport, rotation and deprecation on a server of nobody's code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from conformance import subscribers
from conformance.contract import Contract, load
from conformance.judging import judge, judge_all
from conformance.rule import Outcome
from conformance.rules import catalogue, rules_of
from conformance.session import opened
from conformance.target import Target
from generator.model import PlainHttp
from tests.conformance.belfry_server import Belfry
from tests.conformance.conftest import listening

CONTRACT = Path(__file__).with_name("belfry") / "openapi.yaml"
FAMILIES = {"WHK", "TLS", "ROT", "DEP"}
RULES = {rule.id: rule for rule in catalogue() if rule.family in FAMILIES}

BENIGN = ("", "no-grace", "two-signatures", "redirects", "replaces-twins")

BUGS = {
    "first-kind": "WHK-001",
    "haunts-leavers": "WHK-029",
    "signs-other-rings": "WHK-004",
    "follows-too": "WHK-025",
    "lists-hints": "WHK-041",
    "shows-other": "WHK-040",
    "anyone-mutes": "WHK-043",
    "inherits-end": "ROT-002",
    "ends-younger": "ROT-003",
    "rings-as-one": "WHK-001",
    "short-secrets": "WHK-004",
    "numbers-from-zero": "WHK-007",
    "spreads-crowds": "WHK-020",
    "tells-one": "WHK-001",
    "tells-twice": "WHK-001",
    "tells-all-kinds": "WHK-002",
    "tells-tenants": "WHK-002",
    "drops-query": "WHK-003",
    "puts": "WHK-003",
    "form": "WHK-003",
    "signs-other-bytes": "WHK-004",
    "one-secret": "WHK-004",
    "no-prefix": "WHK-004",
    "signs-by-url": "WHK-004",
    "no-event": "WHK-005",
    "wrong-event": "WHK-005",
    "no-data": "WHK-006",
    "same-ids": "WHK-007",
    "milliseconds": "WHK-008",
    "local-time": "WHK-008",
    "tells-secret": "WHK-009",
    "control-tells-secrets": "WHK-009",
    "impatient": "WHK-020",
    "dawdles": "WHK-020",
    "from-event": "WHK-020",
    "gives-up": "WHK-021",
    "goes-on": "WHK-021",
    "new-ids": "WHK-022",
    "counts-attempts": "WHK-022",
    "old-stamp": "WHK-023",
    "4xx-is-final": "WHK-024",
    "redirect-is-fine": "WHK-024",
    "follows": "WHK-025",
    "only-200": "WHK-026",
    "late-is-never": "WHK-026",
    "waits-for-ever": "WHK-027",
    "sent-is-delivered": "WHK-027",
    "one-at-a-time": "WHK-028",
    "haunts": "WHK-029",
    "tires-of-some": "WHK-030",
    "in-turn": "WHK-030",
    "rings-once": "WHK-031",
    "deaf-endpoints": "WHK-040",
    "hears-first": "WHK-040",
    "lists-secrets": "WHK-041",
    "retries-removed": "WHK-042",
    "drops-beside": "WHK-042",
    "drops-url": "WHK-042",
    "anyone-removes": "WHK-043",
    "judges-once": "WHK-044",
    "rotates-away": "WHK-045",
    "serves-plain": "TLS-001",
    "open-bells": "TLS-001",
    "exact-case": "TLS-001",
    "last-proto": "TLS-001",
    "routes-first": "TLS-001",
    "other-code": "TLS-001",
    "knows-first": "TLS-001",
    "other-form": "TLS-006",
    "redirects cuts-query": "TLS-002",
    "redirects decodes-path": "TLS-002",
    "redirects to-start": "TLS-002",
    "repeats-token": "TLS-003",
    "points-on": "TLS-003",
    "no-proxy": "TLS-004",
    "does-anyway": "TLS-005",
    "later": "ROT-001",
    "own-tenant": "ROT-001",
    "old-lives": "ROT-002",
    "ends-all": "ROT-003",
    "old-stays": "ROT-004",
    "old-hangs": "ROT-005",
    "silent": "DEP-001",
    "silent-errors": "DEP-001",
    "cries-wolf": "DEP-002",
    "past": "DEP-003",
}


@pytest.fixture(scope="module")
def belfry_contract() -> Contract:
    return load(str(CONTRACT), Path.cwd())


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that hangs is given up after 0.8 s; the rules wait for that as long as 2 s."""
    monkeypatch.setattr(subscribers, "SECONDS_TO_HANG", 7.0)


@contextmanager
def belfry(*bugs: str) -> Iterator[Target]:
    """The belfry with these bugs, as a target."""
    app = Belfry(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token, writes=True)


def held_to(contract: Contract, bugs: str) -> Contract:
    """The contract; of a belfry that redirects, one that says so."""
    if "redirects" not in bugs:
        return contract
    plain = PlainHttp(308, contract.api.position)
    return replace(contract, api=structs.replace(contract.api, plain_http=plain))


@pytest.mark.parametrize("variant", BENIGN)
def test_a_right_server_fails_no_rule(belfry_contract: Contract, variant: str) -> None:
    contract = held_to(belfry_contract, variant)
    rules = [*RULES.values(), *rules_of("workflows", contract)]
    with belfry(*variant.split()) as target, opened(contract, target) as session:
        results = list(judge_all(session, rules))
    bad = [r for r in results if r.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    assert bad == []
    assert len([r for r in results if r.outcome is Outcome.PASS]) > 60


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(belfry_contract: Contract, bugs: str, rule: str) -> None:
    contract = held_to(belfry_contract, bugs)
    with belfry(*bugs.split()) as target, opened(contract, target) as session:
        outcomes = {
            judge(RULES[rule], subject, session).outcome
            for subject in RULES[rule].subjects(contract)
        }
    assert Outcome.FAIL in outcomes


@pytest.mark.parametrize("bug", ["tells-one tells-twice", "tells-twice"])
def test_a_workflow_counts_what_its_steps_deliver(belfry_contract: Contract, bug: str) -> None:
    with belfry(*bug.split()) as target, opened(belfry_contract, target) as session:
        results = list(judge_all(session, rules_of("workflows", belfry_contract)))
    assert {each.outcome for each in results} == {Outcome.FAIL}
    assert "2 of 'bell.hung'" in results[0].message


def test_a_workflow_seeks_in_what_is_delivered(belfry_contract: Contract) -> None:
    with belfry("repeats-request") as target, opened(belfry_contract, target) as session:
        results = list(judge_all(session, rules_of("workflows", belfry_contract)))
    (failed,) = [each for each in results if each.outcome is Outcome.FAIL]
    assert failed.rule == "PRI-902"
    assert "was delivered" in failed.message


def test_a_workflow_looks_at_what_a_delivery_tells(belfry_contract: Contract) -> None:
    with belfry("another-bell") as target, opened(belfry_contract, target) as session:
        results = list(judge_all(session, rules_of("workflows", belfry_contract)))
    (failed,) = [each for each in results if each.outcome is Outcome.FAIL]
    assert failed.rule == "WHK-901"
    assert """'bell.hung' has "Nobody's" at /data/bell, not 'Glück & Glas'.""" in failed.message


def test_every_rule_of_these_families_has_a_bug_that_it_catches() -> None:
    assert set(RULES) == set(BUGS.values())


def test_the_trouble_of_a_distant_server_is_said(belfry_contract: Contract) -> None:
    target = Target("https://belfry.example/api", credentials={"default": "k"})
    with belfry() as near, opened(belfry_contract, near) as session:
        session.target = target
        session.control = None
        result = judge(RULES["TLS-001"], None, session)
    assert result.outcome is Outcome.UNTESTABLE
    assert "belfry.example" in result.message
