"""Schemathesis, over HTTP: every phase, one worker, a fixed seed, no cache, our own checks.

The checks are registered once, on import, so that `SCHEMATHESIS_HOOKS=conformance.fuzzing
schemathesis run …` has them too. Each failure has the id of a rule as its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import schemathesis
from schemathesis.core.failures import Failure, Severity
from schemathesis.core.transport import Response as Received
from schemathesis.engine import events, from_schema

from conformance.caller import Credential
from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request
from conformance.insides import told
from conformance.sample import NO_SUCH_ID, names_no_route
from conformance.vocabulary import is_list, is_oauth, paging, statuses
from generator.model import Operation

Case = schemathesis.Case[Any]
MAX_EXAMPLES = 25
REFUSALS = ["400", "401", "403", "404", "405", "422", "429"]


@dataclass(frozen=True, slots=True)
class Found:
    """What fuzzing found: the rule it breaks, the operation, and the request that shows it."""

    rule: str
    operation: str
    message: str
    exchange: Exchange | None


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """All findings of a run, and how many requests it took."""

    findings: tuple[Found, ...]
    requests: int

    def of(self, rule: str, operation: str) -> Found | None:
        """The first finding of a rule for an operation."""
        return next((f for f in self.findings if f.rule == rule and f.operation == operation), None)


class NotInEnvelope(Failure):
    """ENV-101."""

    code = "ENV-101"
    checks = ("error_is_an_object",)
    kind_title = "An error is not in the envelope"
    __slots__ = ()


class TellsInsides(Failure):
    """ENV-103."""

    code = "ENV-103"
    checks = ("no_insides",)
    kind_title = "An answer tells of the server's insides"
    __slots__ = ()


class Stored(Failure):
    """HDR-101."""

    code = "HDR-101"
    checks = ("not_stored",)
    kind_title = "An answer to a credential may be stored by caches"
    __slots__ = ()


@schemathesis.check
def error_is_an_object(_: Any, response: Received, case: Case) -> bool | None:
    """Every error is JSON with a member `error`, whatever was sent (see ENV-001)."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return True
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or "error" not in body:
        raise NotInEnvelope(
            operation=case.operation.label,
            message=f"{response.status_code} has a body without `error`.",
            severity=Severity.HIGH,
        )
    return None


@schemathesis.check
def no_insides(_: Any, response: Received, case: Case) -> bool | None:
    """No error tells of exceptions, queries or frameworks (see ENV-003)."""
    text = response.content.decode("utf-8", "replace")
    found = told(text) if response.status_code >= 400 else ""
    if found and found not in str(response.request.url):
        raise TellsInsides(
            operation=case.operation.label,
            message=f"The answer tells {found!r}.",
            severity=Severity.HIGH,
        )
    return None


@schemathesis.check
def not_stored(_: Any, response: Received, case: Case) -> bool | None:
    """Whoever is authenticated gets answers that no cache keeps (see HDR-001)."""
    values = ",".join(response.headers.get("cache-control", []))
    for_all = case.operation.definition.raw.get("security") == [] or case.method == "OPTIONS"
    if response.status_code < 300 and not for_all and "no-store" not in values:
        raise Stored(
            operation=case.operation.label,
            message=f"Cache-Control is {values or 'absent'!r}.",
            severity=Severity.MEDIUM,
        )
    return None


def fuzz(
    contract: Contract,
    base_url: str,
    credential: Credential,
    *,
    seed: int,
    examples: int = MAX_EXAMPLES,
) -> Fuzzed:
    """Run Schemathesis and return what it found, in the order of its phases."""
    cursors = {paging(op).parameter for op in contract.api.operations if is_list(op)}
    document = _without_streams(_without_examples(contract.specification.entry.data, cursors))
    schema = schemathesis.openapi.from_dict(document, config=_config(contract, seed, examples))
    schema.config.update(base_url=base_url, workers=1)
    _authenticate(schema, credential)
    _keep_to_what_is_promised(schema, contract)
    findings: dict[tuple[str, str], Found] = {}
    requests = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.interactions)
            for found in _failures(event, contract):
                findings.setdefault((found.rule, found.operation), found)
    return Fuzzed(tuple(findings.values()), requests)


def rule_of(code: str) -> str:
    """The rule that a Schemathesis code stands for: `ST103` is `SCH-103`, ours are their own."""
    return f"SCH-{code[2:]}" if code.startswith("ST") else code


def _config(contract: Contract, seed: int, examples: int) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "operations": [_expected(contract, op) for op in contract.api.operations],
            "seed": seed,
            "cache": {"enabled": False},
            "generation": {"max-examples": examples, "database": "none"},
            "phases": {"stateful": {"max-steps": 4}},
            "checks": {
                "negative_data_rejection": {"expected-statuses": REFUSALS},
            },
        }
    )


def _expected(contract: Contract, operation: Operation) -> dict[str, Any]:
    """What a request that fits its schema may be answered with: what no schema can tell.

    An id may not exist, a state may forbid it, a limit be reached, a role not suffice. OAuth's
    endpoints refuse with 400 whatever client, code or redirect URI they do not know.
    """
    untold = {"403", "404", "409", "422", "429"}
    fine = ["2xx"]
    if is_oauth(contract, operation):
        untold |= {"400", "401"}
        fine.append("3xx")
    fine += sorted(untold & statuses(operation))
    return {
        "include-operation-id": operation.id,
        "checks": {"positive_data_acceptance": {"expected-statuses": fine}},
    }


def _authenticate(schema: Any, credential: Credential) -> None:
    """Give each case a token of its own, so that no key exceeds its limit."""

    class Bearer:
        def get(self, _case: Case, _context: Any) -> str:
            return credential.take() or ""

        def set(self, case: Case, data: str, _context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    schema.auth(refresh_interval=None)(Bearer)


def _keep_to_what_is_promised(schema: Any, contract: Contract) -> None:
    """A made-up cursor is no valid value, so that it is not sent where valid ones are meant.

    Nor is an id that a server may take for no route at all.
    """
    cursors = {
        (op.method.upper(), op.path): paging(op).parameter
        for op in contract.api.operations
        if is_list(op)
    }

    def map_case(_: Any, case: Case) -> Case:
        name = cursors.get((case.method.upper(), case.operation.path))
        positive = case.meta is None or case.meta.generation.mode.is_positive
        if name and positive and case.query:
            case.query.pop(name, None)
        for key, value in (case.path_parameters or {}).items():
            if isinstance(value, str) and names_no_route(unquote(value)):
                case.path_parameters[key] = NO_SUCH_ID
        return case

    schema.hook(map_case)


def _without_examples(value: Any, cursors: set[str]) -> Any:
    """The document without examples of cursors: no example is one that a server made."""
    if isinstance(value, list):
        return [_without_examples(each, cursors) for each in value]
    if not isinstance(value, dict):
        return value
    cursor = value.get("in") == "query" and value.get("name") in cursors
    hidden = {"example", "examples"} if cursor else set()
    return {k: _without_examples(v, cursors) for k, v in value.items() if k not in hidden}


def _without_streams(document: Any) -> Any:
    """The document without schemas of event streams, whose events are for SSE to judge."""
    if isinstance(document, list):
        return [_without_streams(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: {} if key == "text/event-stream" else _without_streams(value)
        for key, value in document.items()
    }


def _failures(event: events.ScenarioFinished, contract: Contract) -> Iterator[Found]:
    recorder = event.recorder
    labels = {f"{op.method.upper()} {op.path}": op.id for op in contract.api.operations}
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.failure_info is None:
                continue
            failure = node.failure_info.failure
            label = failure.operation or recorder.label
            interaction = recorder.interactions.get(case_id)
            yield Found(
                rule=rule_of(failure.code),
                operation=labels.get(label or "", ""),
                message=" ".join(f"{failure.title}: {failure.message}".split())[:300],
                exchange=_exchange(interaction) if interaction else None,
            )


def _exchange(interaction: Any) -> Exchange:
    sent, received = interaction.request, interaction.response
    headers = tuple((name, value) for name, values in sent.headers.items() for value in values)
    request = Request(sent.method, sent.uri, headers, sent.body or b"")
    if received is None:
        return Exchange(request, Answer(0, (), b""))
    answered = tuple((n, v) for n, values in received.headers.items() for v in values)
    return Exchange(request, Answer(received.status_code, answered, received.content))


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
    "ENV-101": "Generated requests get errors in the envelope",
    "ENV-103": "Generated requests get no word of the server's insides",
    "HDR-101": "Generated requests get answers that caches do not store",
}
"""The rules that fuzzing proves; any other code of Schemathesis is told under SCH-100."""
