"""VOC: the `x-` words of the contract mean what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs

from generator.document.finding import Severity
from generator.document.lint.expression import resolve_expression, types_of
from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.subject import Operation, Subject
from generator.document.node import Node
from generator.document.suggestion import nearest, suggestion
from generator.document.violation import violations

_INHERITED: Final = (
    "x-fern-pagination",
    "x-page-limits",
    "x-rate-limit",
    "x-identity",
    "x-fern-webhook-signature",
    "x-webhook-retries",
)
_PAGINATION_TYPES: Final = {
    "next_cursor": frozenset(("string", "integer")),
    "next_uri": frozenset(("string",)),
    "next_path": frozenset(("string",)),
    "results": frozenset(("array",)),
    "has-next-page": frozenset(("boolean",)),
}


@rule("VOC-001", "Each word has the shape that its definition gives")
def words_conform(subject: Subject) -> Iterator[Problem]:
    """The words that this project reads are described in `openapi/extensions.schema.json`.

    A value that does not conform would be obeyed wrongly, or not at all, by the server, the
    clients and the suite.
    """
    words = _words(subject)
    validators: dict[str, Any] = {}
    for word, value in subject.words:
        if word in words:
            validator = validators.get(word) or _validator(subject, word)
            validators[word] = validator
            for violation in violations(validator.iter_errors(value.value)):
                place = value.at(violation.pointer) or value
                yield at(place, f"`{word}`: {violation.message}")


def _words(subject: Subject) -> tuple[str, ...]:
    return tuple(name for name in subject.vocabulary.get("$defs", {}) if name.startswith("x-"))


def _validator(subject: Subject, word: str) -> Any:
    schema = {**subject.vocabulary, "$ref": f"#/$defs/{word}"}
    return jsonschema_rs.validator_for(schema, validate_formats=True)


@rule("VOC-002", "No word is a misspelling of a known one", Severity.WARNING)
def words_are_spelt_right(subject: Subject) -> Iterator[Problem]:
    """A word that nothing reads changes nothing; one that is nearly a known word was meant to.

    Extensions that are unlike all known words are nobody's business here.
    """
    words = _words(subject)
    unknown = {word for word, _ in subject.words if word not in words}
    meant = {word: nearest(word, words, cutoff=0.85) for word in unknown}
    for word, value in subject.words:
        if meant.get(word):
            yield at_key(value, f"Nothing reads `{word}`. Did you mean `{meant[word]}`?")


@rule("VOC-003", "`true` has a default to stand for")
def defaults_exist(subject: Subject) -> Iterator[Problem]:
    """`true` on an operation or a webhook means what the root says under the same word."""
    for node in subject.of_kind("operation", "pathItem"):
        for word in _INHERITED:
            value = node.get(word)
            if value is not None and value.value is True:
                default = subject.root.get(word)
                if default is None or default.value is True:
                    yield at(value, f"`{word}: true` asks for the root's `{word}`; there is none.")


@rule("VOC-004", "The error codes of paging are documented")
def cursor_codes_documented(subject: Subject) -> Iterator[Problem]:
    """The codes that `x-page-limits` names are among the `x-error-codes` of a 4xx answer."""
    for operation in subject.operations:
        limits = subject.effective(operation.node, "x-page-limits")
        if limits is None:
            continue
        documented = {
            code
            for status, _, response in operation.responses
            if status.startswith("4") and (codes := response.get("x-error-codes"))
            for code in codes.mapping
        }
        for field in ("invalid-cursor", "expired-cursor"):
            code = limits.text(field)
            if code and code not in documented:
                yield at_key(
                    operation.node.get("x-page-limits") or operation.node,
                    f"No 4xx of {operation.name} documents the code '{code}' in "
                    f"`x-error-codes`.{suggestion(code, documented)}",
                )


@rule("VOC-005", "Paging names parameters and properties that exist")
def pagination_resolves(subject: Subject) -> Iterator[Problem]:
    """`$request.x` is a query parameter, `$response.a.b` a property of the 2xx answer.

    `results` is an array, `has-next-page` a boolean, and what says where the next page is, text.
    """
    for operation in subject.operations:
        word = operation.node.get("x-fern-pagination")
        paging = subject.effective(operation.node, "x-fern-pagination")
        for field, expression in paging.items() if word and paging else ():
            yield from _resolve(
                subject, operation, word, expression, _PAGINATION_TYPES.get(field, frozenset())
            )


def _resolve(
    subject: Subject,
    operation: Operation,
    word: Node | None,
    expression: Node,
    wanted: frozenset[str],
) -> Iterator[Problem]:
    if not isinstance(expression.value, str):
        return
    shown_at = word if word and word.value is True else expression
    node, why = resolve_expression(subject, operation, expression.value)
    if node is None:
        yield at(shown_at, f"`{expression.value}` names nothing: {why}")
        return
    types = types_of(subject, node)
    if wanted and types and not types & wanted:
        names = " or ".join(sorted(wanted))
        yield at(shown_at, f"`{expression.value}` of {operation.name} is no {names}.")


@rule("VOC-006", "The page size is a bounded integer")
def page_size_bounded(subject: Subject) -> Iterator[Problem]:
    """The parameter of `x-page-limits` is an integer with a `minimum`, `default` and `maximum`.

    Clients, server and suite take the bounds from there. What the answer repeats of the request
    (`echo`, `cursor-echo`) is a property of it.
    """
    for operation in subject.operations:
        word = operation.node.get("x-page-limits")
        limits = subject.effective(operation.node, "x-page-limits")
        if word is None or limits is None:
            continue
        name = limits.text("parameter")
        node, why = resolve_expression(subject, operation, f"$request.{name}")
        if node is None:
            yield at(word, f"The page size cannot be asked for: {why}")
        else:
            yield from _bounded(subject, node)
        for field, wanted in (("echo", "integer"), ("cursor-echo", "string")):
            expression = limits.get(field)
            if expression is not None:
                yield from _resolve(subject, operation, word, expression, frozenset((wanted,)))


def _bounded(subject: Subject, parameter: Node) -> Iterator[Problem]:
    schema = parameter.get("schema")
    resolved = subject.resolve(schema) if schema else parameter
    lacking = [
        keyword
        for keyword in ("minimum", "default", "maximum")
        if type(resolved.mapping.get(keyword)) is not int
    ]
    if lacking:
        listed = ", ".join(f"`{keyword}`" for keyword in lacking)
        yield at(resolved, f"The page size lacks an integer {listed}.")


@rule("VOC-007", "Identity names properties that exist")
def identity_resolves(subject: Subject) -> Iterator[Problem]:
    """`token` and `matches` of `x-identity` are in the request, and `failure` is documented."""
    for operation in subject.operations:
        word = operation.node.get("x-identity")
        identity = subject.effective(operation.node, "x-identity")
        if word is None or identity is None:
            continue
        for field in ("token", "matches"):
            expression = identity.get(field)
            if expression is not None:
                yield from _resolve(subject, operation, word, expression, frozenset(("string",)))
        failure = identity.get("failure")
        statuses = [status for status, _, _ in operation.responses]
        if failure is not None and str(failure.value) not in statuses:
            yield at(
                word,
                f"{operation.name} documents no {failure.value}, which a failed "
                "proof is answered with.",
            )


@rule("VOC-008", "The headers of a rate limit are documented", Severity.WARNING)
def rate_limit_headers(subject: Subject) -> Iterator[Problem]:
    """A 429 declares the headers that `x-rate-limit` names, so that clients can rely on them."""
    for operation in subject.operations:
        word = operation.node.get("x-rate-limit")
        limit = subject.effective(operation.node, "x-rate-limit")
        if word is None or limit is None:
            continue
        answers = {status: response for status, _, response in operation.responses}
        refusal = answers.get("429")
        if refusal is None:
            yield at_key(word, f"{operation.name} has a rate limit, and no 429.")
            continue
        declared = refusal.get("headers")
        lower = {name.lower() for name in declared.mapping} if declared else set()
        headers = limit.get("headers")
        for _, header in headers.items() if headers else ():
            if isinstance(header.value, str) and header.value.lower() not in lower:
                yield at_key(word, f"The 429 of {operation.name} declares no '{header.value}'.")


@rule("VOC-009", "Final events are events of the stream")
def final_events(subject: Subject) -> Iterator[Problem]:
    """What `final` of `x-event-schema` lists is a key of `events`."""
    for schema in subject.of_kind("eventSchema"):
        events, final = schema.get("events"), schema.get("final")
        known = events.mapping if events else {}
        for name in final.elements() if final else ():
            if isinstance(name.value, str) and name.value not in known:
                message = f"The stream has no event '{name.value}'."
                yield at(name, message + suggestion(name.value, known))


@rule("VOC-010", "Payload limits measure properties that exist")
def payload_limits(subject: Subject) -> Iterator[Problem]:
    """The `fields` of `x-payload-limits` are properties of the schema that it stands on."""
    for schema in subject.of_kind("schema"):
        limits, properties = schema.get("x-payload-limits"), schema.get("properties")
        known = properties.mapping if properties else {}
        for limit in limits.elements() if limits else ():
            fields = limit.get("fields")
            for field in fields.elements() if fields else ():
                if isinstance(field.value, str) and field.value not in known:
                    message = f"The schema has no property '{field.value}'."
                    yield at(field, message + suggestion(field.value, known))


RULES: Final[tuple[Rule, ...]] = (
    words_conform,
    words_are_spelt_right,
    defaults_exist,
    cursor_codes_documented,
    pagination_resolves,
    page_size_bounded,
    identity_resolves,
    rate_limit_headers,
    final_events,
    payload_limits,
)
