"""Reads what Schemathesis tells: each finding by rule and operation, with its request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from schemathesis.core.transport import Response as Received
from schemathesis.engine import events

from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request
from conformance.fuzzing.found import OTHER, SILENCE, Found, rule_of

NO_ANSWER = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
"""What a request ends in that was sent, and got no answer that is whole."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request of an operation, by method and path, that got no HTTP answer, and why."""

    label: str
    request: requests.PreparedRequest
    error: requests.RequestException


def silence(of: Unanswered, contract: Contract) -> Found:
    """What a request without an answer tells of."""
    why = " ".join(str(of.error).split())[:200]
    message = f"There was no HTTP answer: {type(of.error).__name__}, {why}."
    exchange = Exchange(_request(of.request), Answer(0, (), b""))
    return Found(SILENCE, _operation(of.label, contract), message, exchange)


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
    answered = tuple((n.lower(), v) for n, values in received.headers.items() for v in values)
    answer = Answer(received.status_code, answered, received.content, received.elapsed)
    return Exchange(_request(received.request), answer)


def _request(sent: requests.PreparedRequest) -> Request:
    headers = tuple((str(name), _text(value)) for name, value in sent.headers.items())
    body = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode()
    return Request(str(sent.method), str(sent.url), headers, body)


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
    """A request that could not be made; those that got no answer the transport tells of."""
    if event.related_to_operation and not isinstance(event.value, NO_ANSWER):
        message = " ".join(f"{event.info.title}: {event.info.message or ''}".split())[:300]
        yield Found(OTHER, _operation(event.label, contract), message)


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
