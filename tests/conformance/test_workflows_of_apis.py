"""What each API promises over several calls, the reference server keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract import load
from conformance.judging import judge_all
from conformance.launch import reference
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened


@pytest.mark.parametrize("api", ["aloha", "haloagents", "leadiosa"])
def test_the_reference_server_keeps_every_workflow(api: str) -> None:
    contract = load(api, Path.cwd())
    with reference(api) as target, opened(contract, target) as session:
        results = list(judge_all(session, rules_of("workflows", contract)))
    assert {result.rule for result in results} == {each.rule for each in contract.workflows}
    bad = [(r.rule, str(r.outcome), r.message) for r in results if r.outcome is not Outcome.PASS]
    assert bad == []


@pytest.mark.parametrize("api", ["aloha", "haloagents", "leadiosa"])
def test_every_workflow_has_a_page_and_proves_a_promise_of_its_operation(api: str) -> None:
    contract = load(api, Path.cwd())
    for workflow in contract.workflows:
        operation = contract.operation(workflow.about)
        assert workflow.page, workflow.rule
        assert set(workflow.promises) & contract.promises_of(operation), workflow.rule
