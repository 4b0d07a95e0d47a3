"""What fuzzing found: by rule and operation, with the request that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemathesis.core.transport import Response as Received
from schemathesis.engine import events

from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request

TITLES: Mapping[str, str] = {
    "SCH-101": "No generated request makes the server fail",
    "SCH-103": "Generated requests get documented statuses",
    "SCH-105": "Generated requests get documented media types",
    "SCH-107": "Generated requests get the documented headers",
    "SCH-108": "Generated requests get answers that fit their schemas",
    "SCH-109": "Generated requests get JSON that can be read",
    "SCH-201": "Generated requests that are wrong are refused",
    "SCH-202": "Generated requests that are right are accepted",
    "SCH-204": "Generated requests with other methods are refused",
    "SCH-205": "Generated requests with other methods get a complete Allow",
    "SCH-401": "Generated requests without a credential are refused",
    "SCH-402": "No generated request reads what is another tenant's",
    "ENV-101": "Generated requests get errors in the envelope",
    "ENV-103": "Generated requests get no word of the server's insides",
    "HDR-101": "Generated requests get answers that caches do not store",
}
"""The rules that fuzzing proves; any other code of Schemathesis is told under `OTHER`."""
OTHER = "SCH-100"
SILENCE = "SCH-101"
"""The rule that a request breaks which gets no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What fuzzing found: the rule it breaks, the operation, and the request that shows it.

    Without an operation it is about the API as a whole.
    """

    rule: str
    operation: str
    message: str
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """All findings of a run, and what it took.

    `cases` counts the generated requests of each phase, `requests` all that were sent, checks of
    checks included. `stopped` is why the run ended early; empty where it did not.
    """

    findings: tuple[Found, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    cases: Mapping[str, int] = field(default_factory=dict)
    stopped: str = ""

    def of(self, rule: str, operation: str) -> Found | None:
        """The first finding of a rule for an operation."""
        return next((f for f in self.findings if f.rule == rule and f.operation == operation), None)

    def __str__(self) -> str:
        """As a line of a report."""
        phases = ", ".join(f"{count} {phase}" for phase, count in self.cases.items())
        told = f"{self.requests} generated requests in {self.seconds:.1f} s ({phases or 'none'})"
        return f"{told}; {self.stopped}" if self.stopped else told


def rule_of(code: str) -> str:
    """The rule that a Schemathesis code stands for: `ST103` is `SCH-103`, ours are their own."""
    rule = f"SCH-{code[2:]}" if code.startswith("ST") else code
    return rule if rule in TITLES else OTHER


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
