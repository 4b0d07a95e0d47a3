"""Runs a workflow: each step as its caller, and what must hold after it."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from threading import Barrier
from typing import TYPE_CHECKING, Any

from conformance.exchange import Exchange, Request
from conformance.months import seconds_to_last_31st
from conformance.rule import Check, Level, Need, Rule, Untestable, Violation
from conformance.sample import Sample, written
from conformance.survey import BROWSERS
from conformance.vocabulary import stream_of
from conformance.workflows.conditions import holds
from conformance.workflows.expressions import ExpressionError, Values
from conformance.workflows.listening import Heard, listening
from conformance.workflows.parties import Parties
from conformance.workflows.proving import proved
from conformance.workflows.reading import everything
from generator.document.workflows import Criterion, Step, Workflow

if TYPE_CHECKING:
    from conformance.session import Session

_SAFE = {"GET", "HEAD"}
_SECRETS = ("key", "secret", "client_secret")
PAUSE = 0.1
LONGEST = 300
"""Characters of a condition, as far as it is told."""
_REFUSED = re.compile(r"\$statusCode == 4\d\d")


def rule_of(workflow: Workflow, methods: Mapping[str, str]) -> Rule:
    """The rule that a workflow is; `methods` are those of the contract's operations, by id."""
    return Rule(
        id=workflow.rule,
        title=workflow.title,
        level=Level.MUST,
        subjects=lambda held: tuple(op for op in held.api.operations if op.id == workflow.about),
        test=lambda check: run(workflow, check),
        promises=workflow.promises,
        needs=needs_of(workflow),
        text=workflow.page,
        position=workflow.position,
        writes=any(methods.get(step.operation, "GET") not in _SAFE for step in workflow.steps),
    )


def needs_of(workflow: Workflow) -> tuple[Need, ...]:
    """What there must be for the steps of a workflow to be taken."""
    needs = dict.fromkeys((Need.CREDENTIAL,))
    if workflow.own_tenant:
        needs[Need.FRESH_KEYS] = None
    if workflow.listens:
        needs[Need.RECEIVER] = None
    if workflow.at_month_end:
        needs[Need.CLOCK] = None
    for step in workflow.steps:
        if _moves(step):
            needs[Need.CLOCK] = None
        if step.control:
            needs[Need.CONTROL] = None
        if step.caller == "other_tenant":
            needs[Need.SECOND_TENANT] = None
        elif step.caller == "app":
            needs[Need.OAUTH] = None
        elif not isinstance(step.caller, str):
            needs[Need.FRESH_KEYS] = None
    return tuple(needs)


def run(workflow: Workflow, check: Check) -> None:
    """Run the steps of a workflow in order, in a tenant of its own where one can be made.

    Time stands still meanwhile where a step puts it forward, so that what happens just before a
    moment is not mixed up with what happens after it. Raises Violation at the first step after
    which something does not hold.
    """
    session = check.session
    tenant = session.new_tenant() if session.control else ""
    with listening(workflow, check, tenant) as heard:
        enact(workflow, check, tenant, heard)


def enact(workflow: Workflow, check: Check, tenant: str, heard: Heard) -> None:
    """Run the steps of a workflow in a tenant; it is that of the default key where it is empty.

    Raises Violation as `run` does.
    """
    session = check.session
    parties = Parties(check, tenant)
    with _standing_still(workflow, session):
        if workflow.at_month_end and session.control:
            session.control.advance(seconds_to_last_31st(session.control.now()))
        now = session.control.now() if session.control else datetime.now(UTC)
        inputs = parties.inputs() | {"unique": secrets.token_hex(6)}
        values = Values(inputs, now=now)
        for step in workflow.steps:
            _take(step, check, values, parties)
            heard(step, values.filled)


def _standing_still(workflow: Workflow, session: Session) -> AbstractContextManager[None]:
    moves = workflow.at_month_end or any(map(_moves, workflow.steps))
    return session.control.frozen() if session.control and moves else nullcontext()


def _moves(step: Step) -> bool:
    """Whether a step puts the clock forward."""
    return bool(step.advance or step.until)


def _take(step: Step, check: Check, values: Values, parties: Parties) -> None:
    """Take a step, with each of its values where it has any, in turn or at one time."""
    try:
        if step.at_once:
            _move(step, values, check.session)
            values.outputs[step.id] = _judge_at_once(step, values, check, parties)
            return
        for each in step.each or (None,):
            _move(step, values, check.session)
            values.each = values.filled(each)
            if step.nowhere:
                _seek(step, check, values, parties)
            else:
                _judge(step, values, check, parties)
        values.outputs[step.id] = _outputs(step, values)
    except ExpressionError as error:
        raise Violation(f"{_named(step, values)}: {error}", values.exchange) from error


def _move(step: Step, values: Values, session: Session) -> None:
    """Put the clock forward, by seconds or to a moment."""
    if not session.control or not _moves(step):
        return
    seconds = step.advance
    if step.until:
        moment = values.of(step.until)
        try:
            seconds += (datetime.fromisoformat(moment) - session.control.now()).total_seconds()
        except (TypeError, ValueError) as error:
            raise ExpressionError(f"{step.until} is {moment!r}, which is no moment.") from error
    session.control.advance(seconds)


def _named(step: Step, values: Values) -> str:
    with_ = f" with {json.dumps(values.each, ensure_ascii=False)}" if step.each else ""
    return f"Step {step.id} ({step.position}){with_}"


def _outputs(step: Step, values: Values) -> dict[str, Any]:
    return {name: _there(expression, values) for name, expression in step.outputs.items()}


def _there(expression: str, values: Values) -> Any:
    found = values.of(expression)
    if found is None:
        raise ExpressionError(f"the answer has no {expression}.")
    return found


def _judge(step: Step, values: Values, check: Check, parties: Parties) -> None:
    """Make the call, again and again where it may be, until all that must hold does."""
    until = time.monotonic() + step.within
    while True:
        values.exchange = _call(step, check, values, parties)()
        broken = _broken(step, check, values)
        if broken is None:
            return
        if time.monotonic() >= until:
            break
        time.sleep(PAUSE)
    raise _violation(step, values, values.exchange, broken)


def _judge_at_once(
    step: Step, values: Values, check: Check, parties: Parties
) -> dict[str, list[Any]]:
    """Make the calls with all of a step's values at one time; what must hold does after each.

    The outputs are lists, with an item for each call.
    """
    calls: list[tuple[Any, Callable[[], Exchange]]] = []
    for each in step.each:
        values.each = values.filled(each)
        calls.append((values.each, _call(step, check, values, parties)))
    start = Barrier(len(calls))

    def made(call: Callable[[], Exchange]) -> Exchange:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        exchanges = list(pool.map(made, [call for _, call in calls]))
    found: dict[str, list[Any]] = {name: [] for name in step.outputs}
    for (each, _), exchange in zip(calls, exchanges, strict=True):
        values.each, values.exchange = each, exchange
        if broken := _broken(step, check, values):
            raise _violation(step, values, exchange, broken)
        for name, output in _outputs(step, values).items():
            found[name].append(output)
    return found


def _broken(step: Step, check: Check, values: Values) -> Criterion | None:
    """What does not hold after a call; None where all does."""
    criteria = step.criteria or _fine(step, check)
    return next((each for each in criteria if not _met(each, values)), None)


def _violation(step: Step, values: Values, exchange: Exchange, broken: Criterion) -> Violation:
    told = f"{broken.context} fits {broken.condition}" if broken.context else broken.condition
    shown = told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
    return Violation(
        f"{_named(step, values)} is answered with {exchange.status}, and `{shown}` does not hold.",
        exchange,
    )


def _seek(step: Step, check: Check, values: Values, parties: Parties) -> None:
    """Read all there is, and find none of the texts.

    Raises Violation with the answer that has one.
    """
    session, sought = check.session, [str(values.filled(text)) for text in step.nowhere]
    caller = parties.of(step, values)
    for exchange in everything(check.contract, caller, session.target.fixtures):
        text = exchange.answer.body.decode("utf-8", "replace")
        if found := next((each for each in sought if each in text), None):
            operation = exchange.operation
            raise Violation(f"{_named(step, values)}: {operation} still has {found!r}.", exchange)
    for place, text in _told(session):
        if found := next((each for each in sought if each in text), None):
            raise Violation(f"{_named(step, values)}: {place} still has {found!r}.")


def _told(session: Session) -> Iterator[tuple[str, str]]:
    if session.control:
        yield "What the control plane tells", session.control.told()
        if not session.missing(Need.DATABASE):
            yield "The database", session.control.stored().decode("utf-8", "replace")


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


def _call(step: Step, check: Check, values: Values, parties: Parties) -> Callable[[], Exchange]:
    """What makes a step's call, with what values are now."""
    if step.control:
        return lambda: _controlled(step, check, values)
    operation = check.contract.operation(step.operation)
    if operation is None:
        raise ExpressionError(f"the contract has no operation {step.operation!r}")
    given = [
        (str(values.filled(name)), place, written(values.filled(value)))
        for name, place, value in step.parameters
    ]
    body = b""
    headers = tuple((name, value) for name, place, value in given if place == "header")
    if step.has_body:
        filled = values.filled(step.body)
        whole = proved(check.contract, operation, step, filled, values) if step.proof else filled
        body = json.dumps(whole, ensure_ascii=False).encode()
        content_type = str(values.filled(step.content_type))
        headers += (("Content-Type", content_type),) if content_type else ()
    if _is_refused(step) and not stream_of(operation):
        headers = (BROWSERS, *headers)
    asked = Sample(
        path={name: value for name, place, value in given if place == "path"},
        query=tuple((name, value) for name, place, value in given if place == "query"),
        headers=headers,
        body=body,
    )
    caller = parties.of(step, values)
    return lambda: caller.call(operation, asked)


def _is_refused(step: Step) -> bool:
    """Whether a step expects an error, which is the same for browsers as for programs."""
    return any(_REFUSED.search(criterion.condition) for criterion in step.criteria)


def _controlled(step: Step, check: Check, values: Values) -> Exchange:
    control = check.session.control
    if control is None:
        raise Untestable(check.session.missing(Need.CONTROL))
    body: Any = values.filled(step.body)
    content = json.dumps(body).encode() if body else b""
    method = "POST" if step.has_body else "GET"
    request = Request(method, f"{control.url}/{step.control}", control.headers, content)
    exchange = check.session.client.send(request)
    answer = exchange.json if isinstance(exchange.json, dict) else {}
    for name in _SECRETS:
        check.session.client.redactor.learn(str(answer.get(name, "")))
    return exchange
