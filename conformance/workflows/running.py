"""Runs a workflow: each step as its caller, and what must hold after it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conformance.exchange import Exchange, Request
from conformance.rule import Check, Level, Need, Rule, Untestable, Violation
from conformance.sample import Sample, written
from conformance.workflows.conditions import holds
from conformance.workflows.document import Criterion, Step, Workflow
from conformance.workflows.expressions import ExpressionError, Values

if TYPE_CHECKING:
    from conformance.caller import Caller

_SAFE = {"GET", "HEAD"}


def rule_of(workflow: Workflow, methods: Mapping[str, str]) -> Rule:
    """The rule that a workflow is; `methods` are those of the contract's operations, by id."""
    return Rule(
        id=workflow.rule,
        title=workflow.title,
        level=Level.MUST,
        subjects=lambda held: tuple(op for op in held.api.operations if op.id == workflow.about),
        test=lambda check: run(workflow, check),
        promises=workflow.promises,
        needs=tuple(_needs(workflow)),
        text=workflow.page,
        position=workflow.position,
        writes=any(methods.get(step.operation, "GET") not in _SAFE for step in workflow.steps),
    )


def _needs(workflow: Workflow) -> dict[Need, None]:
    needs = {Need.CREDENTIAL: None}
    for step in workflow.steps:
        if step.advance:
            needs[Need.CLOCK] = None
        if step.control:
            needs[Need.CONTROL] = None
        if step.caller == "other_tenant":
            needs[Need.SECOND_TENANT] = None
        elif not isinstance(step.caller, str):
            needs[Need.FRESH_KEYS] = None
    return needs


def run(workflow: Workflow, check: Check) -> None:
    """Run the steps of a workflow in order.

    Raises Violation at the first one after which something does not hold.
    """
    session = check.session
    values = Values(session.inputs() | {"unique": secrets.token_hex(6)})
    callers: dict[str, Caller] = {}
    for step in workflow.steps:
        if step.advance and session.control:
            session.control.advance(step.advance)
        try:
            values.exchange = _sent(step, check, values, callers)
            _judge(step, values, check)
            values.outputs[step.id] = {
                name: _there(expression, values) for name, expression in step.outputs.items()
            }
        except ExpressionError as error:
            raise Violation(
                f"Step {step.id} ({step.position}): {error}", values.exchange
            ) from error


def _there(expression: str, values: Values) -> Any:
    found = values.of(expression)
    if found is None:
        raise ExpressionError(f"the answer has no {expression}.")
    return found


def _judge(step: Step, values: Values, check: Check) -> None:
    exchange = values.exchange
    for criterion in step.criteria or _fine(step, check):
        if not _met(criterion, values):
            status = exchange.status if exchange else 0
            told = criterion.condition
            if criterion.context:
                told = f"{criterion.context} fits {criterion.condition}"
            raise Violation(
                f"Step {step.id} ({step.position}) is answered with {status}, "
                f"and `{told}` does not hold.",
                exchange,
            )


def _fine(step: Step, check: Check) -> tuple[Criterion, ...]:
    """What holds after a step that says nothing itself: the documented success."""
    operation = check.contract.operation(step.operation)
    success = operation.success if operation else None
    if success and success.status.isdigit():
        return (Criterion(f"$statusCode == {success.status}"),)
    return (Criterion("$statusCode >= 200 && $statusCode < 300"),)


def _met(criterion: Criterion, values: Values) -> bool:
    if not criterion.context:
        return holds(criterion.condition, values)
    value = values.of(criterion.context)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    pattern = str(values.filled(criterion.condition))
    return re.search(pattern, text) is not None


def _sent(step: Step, check: Check, values: Values, callers: dict[str, Caller]) -> Exchange:
    if step.control:
        return _controlled(step, check, values)
    operation = check.contract.operation(step.operation)
    if operation is None:
        raise ExpressionError(f"the contract has no operation {step.operation!r}")
    given = [(n, place, written(values.filled(value))) for n, place, value in step.parameters]
    sample = check.session.sample(operation)
    body = b""
    headers = tuple((name, value) for name, place, value in given if place == "header")
    if step.has_body:
        body = json.dumps(values.filled(step.body), ensure_ascii=False).encode()
        headers += (("Content-Type", step.content_type),)
    asked = Sample(
        path=dict(sample.path) | {name: value for name, place, value in given if place == "path"},
        query=tuple((name, value) for name, place, value in given if place == "query"),
        headers=headers,
        body=body,
    )
    return _caller(step, check, callers).call(operation, asked)


def _caller(step: Step, check: Check, callers: dict[str, Caller]) -> Caller:
    """The party that makes a step's call; one that is minted stays the same in a workflow."""
    session = check.session
    match step.caller:
        case "default":
            return session.caller()
        case "other_tenant":
            return session.other()
        case "documented":
            return session.documented()
        case "nobody":
            return session.nobody()
    name = json.dumps(step.caller, sort_keys=True)
    if name not in callers and not isinstance(step.caller, str):
        callers[name] = session.holding(session.key(**step.caller).secret)
    return callers[name]


def _controlled(step: Step, check: Check, values: Values) -> Exchange:
    control = check.session.control
    if control is None:
        raise Untestable(check.session.missing(Need.CONTROL))
    body: Any = values.filled(step.body)
    content = json.dumps(body).encode() if body else b""
    method = "POST" if step.has_body else "GET"
    request = Request(method, f"{control.url}/{step.control}", control.headers, content)
    return check.session.client.send(request)
