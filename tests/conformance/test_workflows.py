"""Workflows beside a contract: run as rules of their own, and refused where they make no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.command import explanations
from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request
from conformance.judging import judge_all
from conformance.results import Result
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import opened
from conformance.workflows.conditions import holds
from conformance.workflows.expressions import ExpressionError, Values
from generator.document.workflows import WorkflowError, read
from tests.conformance.conftest import library

HEAD = "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: a, url: b}]\n"
ONE = "- {workflowId: w, x-rule: LIF-900, summary: S, steps: [{stepId: s, operationId: o}]}\n"


def judged(contract: Contract, *bugs: str) -> Result:
    """How the library's own workflow ends."""
    with library(*bugs) as target, opened(contract, target) as session:
        (result,) = judge_all(session, rules_of("workflows", contract))
    return result


def test_a_workflow_is_a_rule_with_its_own_id_place_and_promises(contract: Contract) -> None:
    result = judged(contract)
    assert (result.rule, result.outcome) == ("LIF-901", Outcome.PASS), result.message
    assert result.operation == "getBook"
    assert result.promises == ("LIB-07",)
    assert result.location.endswith("workflows.yaml:5:3")


def test_a_step_that_does_not_hold_fails_with_its_place_and_exchange(contract: Contract) -> None:
    result = judged(contract, "cross-tenant")
    assert result.outcome is Outcome.FAIL
    assert "Step foreign (" in result.message
    assert "workflows.yaml:24:5" in result.message
    assert "`$statusCode == 404` does not hold" in result.message
    assert result.curl


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$statusCode == 200", True),
        ("$statusCode >= 200 && $statusCode < 200", False),
        ("$statusCode == 500 || ($response.body#/stage == 'WON')", True),
        ("!($response.body#/none == null)", False),
        ("$response.body#/rows/0/id != 'a''b'", False),
        ("$response.header.x-kind == 'it''s'", True),
        ("$response.body#/count == true", False),
        ("$response.body#/count < 'a'", False),
        ("'2026-05-01T10:00:00.5Z' >= '2026-05-01T10:00:00Z'", True),
        ("'2026-05-01T10:00:00+02:00' > '2026-05-01T09:00:00Z'", False),
        ("$inputs.tenant == 'acme'", True),
        ("$response.body#/late", False),
        ("$steps.before.outputs.page#/rows/1 == 'second'", True),
        ("$steps.before.outputs.page#/rows/2 == null", True),
        ("$steps.before.outputs.sent == $steps.before.outputs.same", True),
        ("$steps.before.outputs.sent == $steps.before.outputs.told", False),
    ],
)
def test_conditions(condition: str, expected: bool) -> None:
    body = b"""{"stage": "won", "rows": [{"id": "a'b"}], "count": 1, "late": false}"""
    answer = Answer(200, (("x-kind", "it's"),), body)
    values = Values({"tenant": "acme"}, exchange=Exchange(Request("GET", "http://a"), answer))
    values.outputs["before"] = {
        "page": {"rows": ["first", "second"]},
        "sent": {"no": [False], "half": 0.5},
        "same": {"half": 0.5, "no": [False]},
        "told": {"no": [0], "half": 0.5},
    }
    assert holds(condition, values) is expected


@pytest.mark.parametrize(
    "condition",
    ["", "$statusCode ==", "($statusCode == 1", "1 2", "$nonsense", "$steps.a.outputs.b", "== 1"],
)
def test_what_is_no_condition_is_told(condition: str) -> None:
    values = Values({}, exchange=Exchange(Request("GET", "http://a"), Answer(200, (), b"")))
    with pytest.raises(ExpressionError):
        holds(condition, values)


def test_values_are_filled_in_whole_and_embedded() -> None:
    values = Values({"n": 3, "name": "x"})
    filled: Any = values.filled({"a": "$inputs.n", "b": ["{$inputs.name}-{$inputs.n}"], "c": 1})
    assert filled == {"a": 3, "b": ["x-3"], "c": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("arazzo: [", "workflows.yaml:2:1: YML-004"),
        (HEAD, "workflows"),
        (HEAD + "workflows:\n" + ONE + ONE, "workflows.yaml:6:3: 'w' is there twice"),
        (HEAD + "workflows:\n" + ONE.replace("LIF-900", "x"), "workflows.yaml:5:"),
        (HEAD + "workflows:\n" + ONE.replace("stepId: s, ", ""), "stepId"),
        (HEAD + "workflows:\n" + ONE.replace("operationId: o", "workflowId: o"), "5:"),
        (HEAD + "workflows:\n" + ONE.replace("stepId: s", "stepId: s, x-advance: -1"), "-1"),
        (
            HEAD + "workflows:\n" + ONE.replace("stepId: s", "stepId: s, x-at-once: true"),
            "for-each",
        ),
    ],
)
def test_a_file_that_is_none_names_the_place(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "workflows.yaml"
    file.write_text(text)
    with pytest.raises(WorkflowError, match=r"workflows\.yaml") as raised:
        read(file)
    assert said in str(raised.value)


def test_the_pages_of_workflows_are_explained() -> None:
    assert all(page for page in explanations().values())
