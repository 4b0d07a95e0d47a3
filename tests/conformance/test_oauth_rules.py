"""The rules about OAuth on a server that none of the project's code serves, and on Aloha."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.contract import Contract, load
from conformance.judging import judge, judge_all
from conformance.launch import reference
from conformance.rule import Level, Outcome
from conformance.rules import catalogue
from conformance.session import opened
from conformance.target import Target
from tests.conformance.conftest import library, listening
from tests.conformance.press_server import Press

CONTRACT = Path(__file__).with_name("press") / "openapi.yaml"
RULES = {rule.id: rule for rule in catalogue() if rule.family == "OAU"}

BENIGN = ("", "burns-codes", "long-tokens", "says-less", "narrows", "quiet")

BUGS = {
    "locks-only": "OAU-024",
    "renews": "OAU-024",
    "refuses-all": "OAU-001",
    "deaf-api": "OAU-001",
    "no-page": "OAU-001",
    "decodes-state": "OAU-002",
    "forgets-state": "OAU-002",
    "question-marks": "OAU-003",
    "pkce-optional": "OAU-004",
    "pkce-for-public": "OAU-004",
    "plain": "OAU-005",
    "sends-strangers": "OAU-006",
    "uri-prefix": "OAU-007",
    "uri-host": "OAU-007",
    "uri-case": "OAU-007",
    "uri-slash": "OAU-007",
    "uri-query": "OAU-007",
    "uri-port": "OAU-007",
    "uri-any-client": "OAU-007",
    "tells-nobody": "OAU-008",
    "loose-types": "OAU-008",
    "repeats-form": "OAU-008",
    "drops-unknown-scopes": "OAU-008",
    "deaf": "OAU-009",
    "strict": "OAU-010",
    "last-wins": "OAU-011",
    "framed": "OAU-012",
    "cached-page": "OAU-013",
    "referrer": "OAU-014",
    "raw-name": "OAU-015",
    "raw-state": "OAU-015",
    "any-scope": "OAU-016",
    "own-by-default": "OAU-017",
    "injects": "OAU-018",
    "verifier-optional": "OAU-020",
    "verifier-or-challenge": "OAU-020",
    "any-verifier": "OAU-020",
    "asks-late": "OAU-020",
    "any-length": "OAU-021",
    "any-uri": "OAU-022",
    "registered-uri": "OAU-022",
    "uri-optional": "OAU-022",
    "any-port": "OAU-022",
    "any-client": "OAU-023",
    "basic-over-body": "OAU-023",
    "secret-optional": "OAU-046",
    "reusable": "OAU-024",
    "forgets-use": "OAU-024",
    "reuse-harmless": "OAU-025",
    "reuse-keeps-refreshed": "OAU-025",
    "forgets-codes": "OAU-030",
    "racy": "OAU-026",
    "code-hour": "OAU-027",
    "code-minute": "OAU-028",
    "counts": "OAU-029",
    "grants-all": "OAU-040",
    "text-expiry": "OAU-040",
    "cached-token": "OAU-041",
    "cached-errors": "OAU-041",
    "no-pragma": "OAU-042",
    "house-errors": "OAU-043",
    "raw-text": "OAU-043",
    "one-code": "OAU-044",
    "one-error": "OAU-044",
    "more-grants": "OAU-045",
    "other-grant": "OAU-045",
    "secret-unchecked": "OAU-046",
    "secret-prefix": "OAU-046",
    "client-400": "OAU-046",
    "no-challenge": "OAU-046",
    "no-basic": "OAU-047",
    "two-proofs": "OAU-047",
    "last-wins-token": "OAU-048",
    "strict-token": "OAU-049",
    "reads-query": "OAU-050",
    "echoes-code": "OAU-051",
    "echoes-secret": "OAU-051",
    "echoes-scope": "OAU-051",
    "same-refresh": "OAU-060",
    "refresh-forgets": "OAU-060",
    "refresh-reusable": "OAU-061",
    "other-code": "OAU-061",
    "family-lives": "OAU-062",
    "ends-all": "OAU-062",
    "scope-first": "OAU-062",
    "trusts-secrets": "OAU-062",
    "ignores-scope": "OAU-063",
    "forgets-spent": "OAU-069",
    "widens": "OAU-064",
    "scope-spends": "OAU-064",
    "narrows-quietly": "OAU-064",
    "any-client-refreshes": "OAU-065",
    "racy-refresh": "OAU-066",
    "narrows-for-good": "OAU-067",
    "ends-as-granted": "OAU-068",
    "never-idle": "OAU-068",
    "lives-on": "OAU-070",
    "short-life": "OAU-070",
    "asks-more": "OAU-071",
    "any-scopes": "OAU-072",
    "reads-with-any": "OAU-072",
    "scope-401": "OAU-072",
    "no-scope-challenge": "OAU-072",
    "token-prefix": "OAU-073",
    "no-invalid-token": "OAU-073",
    "app-workspace": "OAU-074",
    "query-token": "OAU-075",
    "refresh-opens": "OAU-076",
    "access-refreshes": "OAU-076",
    "access-as-code": "OAU-076",
    "stores-plain": "OAU-077",
    "keys-hold-tokens": "OAU-078",
    "tokens-hold-keys": "OAU-078",
}


@pytest.fixture(scope="module")
def press_contract() -> Contract:
    return load(str(CONTRACT), Path.cwd())


@contextmanager
def press(*bugs: str) -> Iterator[Target]:
    app = Press(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token, writes=True)


@pytest.mark.parametrize("variant", BENIGN)
def test_a_right_server_fails_no_rule(press_contract: Contract, variant: str) -> None:
    with press(variant) as target, opened(press_contract, target) as session:
        results = list(judge_all(session, RULES.values()))
    assert [(r.rule, r.message) for r in results if r.outcome is not Outcome.PASS] == []


def test_the_reference_server_fails_no_rule() -> None:
    contract = load("aloha", Path.cwd())
    with reference("aloha") as target, opened(contract, target) as session:
        results = list(judge_all(session, RULES.values()))
    bad = [(r.rule, r.message) for r in results if r.outcome is not Outcome.PASS]
    assert bad == []


def test_a_page_behind_a_login_is_not_looked_at(press_contract: Contract) -> None:
    with press("signs-in") as target, opened(press_contract, target) as session:
        results = list(judge_all(session, RULES.values()))
    others = {r.rule: r.outcome for r in results if r.outcome is not Outcome.PASS}
    assert others == {"OAU-012": Outcome.UNTESTABLE, "OAU-014": Outcome.UNTESTABLE}


@pytest.mark.parametrize(("bug", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(press_contract: Contract, bug: str, rule: str) -> None:
    with press(bug) as target, opened(press_contract, target) as session:
        results = [
            judge(RULES[rule], subject, session) for subject in RULES[rule].subjects(press_contract)
        ]
    worst = Outcome.FAIL if RULES[rule].level is Level.MUST else Outcome.WARN
    assert worst in {result.outcome for result in results}
    assert not any("could not read" in result.message for result in results)


def test_every_rule_has_a_bug_that_it_catches() -> None:
    assert set(BUGS.values()) == set(RULES)


def test_nothing_applies_where_a_contract_has_no_flow(contract: Contract) -> None:
    with library() as target, opened(contract, target) as session:
        results = list(judge_all(session, RULES.values()))
    assert {result.outcome for result in results} == {Outcome.NOT_APPLICABLE}


def test_without_a_control_plane_nothing_can_be_tested(press_contract: Contract) -> None:
    with press() as target:
        alone = Target(target.base_url, writes=True)
        with opened(press_contract, alone) as session:
            results = list(judge_all(session, RULES.values()))
    assert {result.outcome for result in results} == {Outcome.UNTESTABLE}


def test_no_secret_of_a_flow_is_in_a_report(press_contract: Contract) -> None:
    """A failure shows what was sent, with the code and the verifier redacted."""
    rule = RULES["OAU-024"]
    with press("reusable") as target, opened(press_contract, target) as session:
        (result,) = (judge(rule, s, session) for s in rule.subjects(press_contract))
        sent = session.client.exchanges[-1].request.body.decode()
    assert result.outcome is Outcome.FAIL
    assert "[redacted]" in result.request
    code = sent.partition("&code=")[2].partition("&")[0]
    assert code
    assert code not in result.request + result.answer + result.curl
