"""Reads what Schemathesis tells: each finding by rule and operation, with its request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemathesis.core.transport import Response as Received
from schemathesis.engine import events

from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request
from conformance.fuzzing.found import OTHER, SILENCE, Found, rule_of


def findings(event: events.EngineEvent, contract: Contract) -> Iterator[Found]:
    """What an event of the engine tells of."""
    if isinstance(event, events.ScenarioFinished):
        yield from _failures(event, contract)
    elif isinstance(event, events.NonFatalError):
        yield from _error(event, contract)
    elif isinstance(event, events.EngineFinished):
        for failure in event.failures:
            message = _sentence(failure)
            yield Found(rule_of(failure.code), _operation(failure.operation, contract), message)


def exchanged(received: Received) -> Exchange:
    """The exchange that led to an answer."""
    sent = received.request
    headers = tuple((str(name), _text(value)) for name, value in sent.headers.items())
    body = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode()
    request = Request(str(sent.method), str(sent.url), headers, body)
    answered = tuple((n.lower(), v) for n, values in received.headers.items() for v in values)
    answer = Answer(received.status_code, answered, received.content, received.elapsed)
    return Exchange(request, answer)


def _failures(event: events.ScenarioFinished, contract: Contract) -> Iterator[Found]:
    recorder = event.recorder
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.failure_info is None:
                continue
            failure = node.failure_info.failure
            interaction = recorder.interactions.get(case_id)
            yield Found(
                rule_of(failure.code),
                _operation(failure.operation or recorder.label, contract),
                _sentence(failure),
                _interaction(interaction) if interaction else None,
            )


def _error(event: events.NonFatalError, contract: Contract) -> Iterator[Found]:
    """An error of the engine: a request without an answer, or one that could not be made."""
    silent = "Network" in event.info.title or "Connection" in event.info.title
    words = f"{event.info.title}: {event.info.message or ''}".replace("\n", " ")
    message = " ".join(words.split())[:300]
    if silent or event.related_to_operation:
        operation = _operation(event.label, contract)
        yield Found(SILENCE if silent else OTHER, operation, message)


def _operation(label: str | None, contract: Contract) -> str:
    labels = {f"{op.method.upper()} {op.path}": op.id for op in contract.api.operations}
    return labels.get(label or "", "")


def _sentence(failure: Any) -> str:
    return " ".join(f"{failure.title}: {failure.message}".split())[:300]


def _interaction(interaction: Any) -> Exchange:
    sent, received = interaction.request, interaction.response
    headers = tuple((name, value) for name, values in sent.headers.items() for value in values)
    request = Request(sent.method, sent.uri, headers, sent.body or b"")
    if received is None:
        return Exchange(request, Answer(0, (), b""))
    answered = tuple((n, v) for n, values in received.headers.items() for v in values)
    return Exchange(request, Answer(received.status_code, answered, received.content))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
