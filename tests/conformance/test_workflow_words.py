"""The words that workflows have beyond Arazzo's: tables, waiting, tokens, what is nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance import jwt
from conformance.contract import load
from conformance.judging import judge_all
from conformance.months import seconds_to_last_31st
from conformance.results import Result
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened
from conformance.target import Target
from conformance.workflows.expressions import ExpressionError, Values
from conformance.workflows.proving import proved
from generator.document import position_at
from generator.document.workflows import Step
from tests.conformance.test_resources import served

CONTRACT = str(Path(__file__).with_name("notebook") / "openapi.yaml")


def judged(target: Target) -> Mapping[str, Result]:
    contract = load(CONTRACT, Path.cwd())
    with opened(contract, target) as session:
        return {r.rule: r for r in judge_all(session, rules_of("workflows", contract))}


def test_an_honest_server_is_clean() -> None:
    with served() as target:
        results = judged(target)
    assert len(results) == 7
    assert {r.outcome for r in results.values()} == {Outcome.PASS}, results


@pytest.mark.parametrize(
    ("bug", "rule", "said"),
    [
        ("keeps-deleted", "PRI-901", "listNotebooks still has 'secret-"),
        ("stores-first", "LIF-903", "Step after ("),
        ("never-settles", "ROT-901", "Step wait ("),
        ("writes-back", "LIF-906", "Step read ("),
        ("one-at-a-time", "LIF-907", "is answered with 500"),
        ("same-number", "LIF-907", "Step list ("),
    ],
)
def test_a_step_that_does_not_hold_fails(bug: str, rule: str, said: str) -> None:
    with served(bug) as target:
        result = judged(target)[rule]
    assert result.outcome is Outcome.FAIL
    assert said in result.message


def test_a_table_says_with_which_of_its_values_a_step_failed() -> None:
    with served("takes-weights") as target:
        result = judged(target)["LIF-903"]
    assert '{"title": "A title", "weight": 7}' in result.message


def test_what_needs_a_tenant_of_its_own_is_untestable_without_a_control_plane() -> None:
    with served() as target:
        plain = Target(target.base_url, writes=True, credentials={"default": "nb_none"})
        results = judged(plain)
    assert {r.outcome for r in results.values()} == {Outcome.UNTESTABLE}


def test_workflows_that_write_are_skipped_where_that_is_not_allowed() -> None:
    with served() as target:
        reading = Target(target.base_url, target.control, target.control_token)
        results = judged(reading)
    assert {r.outcome for r in results.values()} == {Outcome.SKIPPED}


def test_a_minted_token_is_no_part_of_what_is_reported() -> None:
    with served("never-settles") as target:
        result = judged(target)["ROT-901"]
    assert "nb_" not in result.curl + result.request + result.answer


def proving(claims: Mapping[str, str]) -> Step:
    proof = {"secret": "$steps.verify.outputs.secret", "claims": claims}
    return Step("s", position_at("workflows.yaml", 1, 1), proof=proof)


def test_a_proof_is_a_token_of_the_user_that_the_body_names() -> None:
    contract = load("haloagents", Path.cwd())
    operation = contract.operation("createTicket")
    assert operation is not None
    values = Values({}, now=datetime(2026, 3, 1, tzinfo=UTC))
    values.outputs["verify"] = {"secret": "ha_secret_1"}
    body = {"subject": "A", "user_id": "ada"}
    sent = proved(contract, operation, proving({"plan": "pro"}), body, values)
    header, payload, signed = sent["user_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims == {"user_id": "ada", "exp": values.now.timestamp() + 3600, "plan": "pro"}
    assert jwt.signature(f"{header}.{payload}", "ha_secret_1") == signed
    assert body == {"subject": "A", "user_id": "ada"}


def test_a_proof_of_nobody_names_who_its_claims_name() -> None:
    contract = load("haloagents", Path.cwd())
    operation = contract.operation("createTicket")
    assert operation is not None
    values = Values({})
    values.outputs["verify"] = {"secret": "ha_secret_1"}
    sent = proved(contract, operation, proving({"sub": "noa"}), {"subject": "A"}, values)
    claims = json.loads(base64.urlsafe_b64decode(sent["user_token"].split(".")[1] + "=="))
    assert (claims["sub"], "user_id" in claims, "user_id" in sent) == ("noa", False, False)


def test_a_proof_is_for_operations_that_ask_for_one() -> None:
    contract = load("haloagents", Path.cwd())
    operation = contract.operation("identifyCompany")
    assert operation is not None
    with pytest.raises(ExpressionError, match="identifyCompany has no `x-identity`"):
        proved(contract, operation, proving({}), {"company_id": "c"}, Values({}))


def test_moments_are_told_from_when_the_workflow_began() -> None:
    values = Values({}, now=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    assert values.of("$now") == "2026-03-01T12:30:00Z"
    assert values.of("$now-1800") == "2026-03-01T12:00:00Z"
    assert values.filled("{$today+86400}T00:00:00Z") == "2026-03-02T00:00:00Z"


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-01-01T09:00:00Z", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T09:00:00Z", "2026-03-31T12:00:00+00:00"),
        ("2026-06-30T23:00:00Z", "2026-08-31T12:00:00+00:00"),
        ("2026-11-02T12:00:00Z", "2027-01-31T12:00:00+00:00"),
    ],
)
def test_a_months_end_is_the_31st_before_a_shorter_month(now: str, begins: str) -> None:
    before = datetime.fromisoformat(now)
    then = before + timedelta(seconds=seconds_to_last_31st(before))
    assert then.isoformat() == begins
