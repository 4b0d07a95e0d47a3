"""VEC, continued: what vectors send and get is what the contract says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from generator.document.lint.rule import Problem, Rule, at, rule
from generator.document.lint.schemas import SchemaValidators, TooMuchWorkError, problems, unchecked
from generator.document.lint.subject import Operation, Subject
from generator.document.lint.vectors import called, deliveries, responses, status_of
from generator.document.node import Node
from generator.document.suggestion import suggestion

_MEDIA: Final = {"body": "application/json", "form": "application/x-www-form-urlencoded"}


@rule("VEC-005", "A call is one that the contract allows")
def calls_fit(subject: Subject) -> Iterator[Problem]:
    """Arguments are parameters and the body of the operation, by their names on the wire.

    Each fits its schema, and none that is required is missing. A parameter that is null is unset.
    """
    validators = SchemaValidators(subject.specification)
    for vector, operation in called(subject):
        known = {name: node for (_, name), node in operation.parameters.items()}
        given = _parameters(vector)
        for name, value in given.items():
            schema = known[name].get("schema") if name in known else None
            if name not in known:
                message = f"{operation.name} has no parameter '{name}'."
                yield at(value, message + suggestion(name, list(known)))
            elif schema is not None and value.value is not None:
                yield from problems(validators, schema, value, f"The parameter '{name}'")
        for name, parameter in known.items():
            unset = given[name].value is None if name in given else True
            if unset and parameter.mapping.get("required") is True:
                yield at(vector, f"The call gives no '{name}', which {operation.name} requires.")
        yield from _body_problems(subject, operation, vector, validators)


def _body_problems(
    subject: Subject, operation: Operation, vector: Node, validators: SchemaValidators
) -> Iterator[Problem]:
    body, declared = vector.get("call", "body"), _request_body(subject, operation)
    if declared is None:
        if body is not None:
            yield at(body, f"{operation.name} takes no body.")
        return
    if body is None:
        if declared.mapping.get("required") is True:
            yield at(vector, f"The call gives no body, which {operation.name} requires.")
        return
    schema = _first_schema(declared)
    if schema is not None:
        yield from problems(validators, schema, body, "The body")


@rule("VEC-006", "A request is the one that its call makes")
def requests_fit(subject: Subject) -> Iterator[Problem]:
    """Method, path, query, media type and body of a request are those of its operation and call.

    The path is that of the first server and the operation's, with each parameter in its place,
    escaped: everything but letters, digits, `-`, `.`, `_` and `~`.
    """
    validators = SchemaValidators(subject.specification)
    for vector, operation in called(subject):
        request = vector.get("request")
        if request is None:
            continue
        if request.text("method") != operation.method.upper():
            node = request.get("method") or request
            yield at(node, f"{operation.name} is not called with '{request.text('method')}'.")
        yield from _target_problems(subject, operation, vector, request)
        yield from _content_problems(subject, operation, request, validators)


def _target_problems(
    subject: Subject, operation: Operation, vector: Node, request: Node
) -> Iterator[Problem]:
    target = request.get("target") or request
    path, _, query = request.text("target").partition("?")
    given = {name: node.value for name, node in _parameters(vector).items()}
    expected = _base_path(subject) + operation.path
    for name in operation.template:
        expected = expected.replace(f"{{{name}}}", quote(str(given.get(name, "")), safe=""))
    if path != expected:
        yield at(target, f"The path of this call is '{expected}'.")
    names = {name for location, name in operation.parameters if location == "query"}
    wanted = {name for name in names if given.get(name) is not None}
    sent = dict(parse_qsl(query, keep_blank_values=True))
    for name in sorted(wanted ^ set(sent)):
        what = "does not have" if name in wanted else "has"
        yield at(target, f"The query {what} '{name}', and the call {_gives(name in wanted)}.")
    for name in sorted(wanted & set(sent)):
        value = given[name]
        moment = _format(operation, name) == "date-time"
        if isinstance(value, str | int) and not moment and sent[name] != _text(value):
            yield at(target, f"The query has another '{name}' than the call.")


def _gives(given: bool) -> str:
    return "gives it" if given else "does not give it"


def _content_problems(
    subject: Subject, operation: Operation, request: Node, validators: SchemaValidators
) -> Iterator[Problem]:
    declared = _request_body(subject, operation)
    content = declared.get("content") if declared else None
    kind = next((name for name in _MEDIA if name in request.mapping), "")
    if not kind:
        if declared is not None and declared.mapping.get("required") is True:
            yield at(request, f"The request has no body, which {operation.name} requires.")
        return
    value = request.get(kind) or request
    media = content.get(_MEDIA[kind]) if content else None
    if media is None:
        yield at(value, f"{operation.name} takes no body of the type {_MEDIA[kind]}.")
        return
    schema = media.get("schema")
    if schema is not None:
        yield from problems(validators, schema, value, "The body")


@rule("VEC-007", "An answer is as documented, or marked as wrong")
def answers_fit(subject: Subject) -> Iterator[Problem]:
    """The body of an answer with a documented status fits its schema, except where `wrong: true`.

    What is marked does not fit. The same holds for the text of a webhook whose event is known.
    """
    validators = SchemaValidators(subject.specification)
    judged: set[tuple[str, str]] = set()
    for vector, operation in called(subject):
        for response in responses(subject, vector):
            documented = _documented(operation, status_of(response, operation))
            if documented is None or (documented.pointer, response.pointer) in judged:
                continue
            judged.add((documented.pointer, response.pointer))
            if not _is_text(documented):
                yield from _judged(validators, documented, response)
    hooks = _webhooks(subject)
    for delivery in deliveries(subject):
        hook = hooks.get(delivery.text("event"))
        body = _request_body(subject, hook) if hook else None
        if body is not None and "error" not in delivery.mapping:
            yield from _judged(validators, body, delivery)


def _judged(validators: SchemaValidators, declared: Node, written: Node) -> Iterator[Problem]:
    found = list(_misfits(validators, declared, written))
    if "wrong" not in written.mapping:
        yield from found
    elif not found:
        yield at(written, "It fits its schema, and is marked as wrong.")


def _misfits(validators: SchemaValidators, declared: Node, written: Node) -> Iterator[Problem]:
    """What is wrong with the body of an answer or of a webhook."""
    schema = _first_schema(declared)
    body = written.get("body")
    if body is not None and schema is not None:
        yield from problems(validators, schema, body, "The body")
        return
    text = written.text("text")
    if schema is None:
        if text or body is not None:
            yield at(written, "No body is documented.")
        return
    try:
        value = json.loads(text)
    except ValueError:
        yield at(written.get("text") or written, "The body is not JSON.")
        return
    place = written.get("text") or written
    try:
        found = validators.violations(schema, value)
    except TooMuchWorkError:
        yield unchecked(place, "The body")
        return
    for violation in found:
        yield at(place, f"The body does not fit: {violation.message}")


@rule("VEC-008", "Each event has a webhook among the vectors")
def events_covered(subject: Subject) -> Iterator[Problem]:
    """`event` is a webhook of the contract, and each of these arrives in one that is good.

    An event that is not of the contract is one without `event`.
    """
    hooks = _webhooks(subject)
    taken = set()
    for delivery in deliveries(subject):
        event = delivery.get("event")
        if event is not None and event.value not in hooks:
            message = f"The contract has no webhook '{event.value}'."
            yield at(event, message + suggestion(str(event.value), list(hooks)))
        elif event is not None and "error" not in delivery.mapping:
            taken.add(event.value)
    for name in hooks if subject.vectors else ():
        if name not in taken:
            assert subject.vectors is not None  # noqa: S101  the loop is empty where it is
            yield at(subject.vectors.root, f"No webhook of the vectors is a good '{name}'.")


def _parameters(vector: Node) -> dict[str, Node]:
    listed = vector.get("call", "parameters")
    return dict(listed.items()) if listed else {}


def _base_path(subject: Subject) -> str:
    server = subject.root.get("servers", 0)
    return urlsplit(server.text("url")).path.rstrip("/") if server else ""


def _request_body(subject: Subject, operation: Operation | Node) -> Node | None:
    node = operation.node if isinstance(operation, Operation) else operation
    body = node.get("requestBody")
    return subject.resolve(body) if body else None


def _first_schema(owner: Node) -> Node | None:
    content = owner.get("content")
    media = next((media for _, media in content.items()), None) if content else None
    return media.get("schema") if media else None


def _documented(operation: Operation, status: int) -> Node | None:
    by_status = {documented: response for documented, _, response in operation.responses}
    names = (str(status), f"{status // 100}XX", "default")
    return next((by_status[name] for name in names if name in by_status), None)


def _is_text(response: Node) -> bool:
    content = response.get("content")
    return content is not None and any(media.startswith("text/") for media in content.mapping)


def _format(operation: Operation, name: str) -> str:
    schema = operation.parameters["query", name].get("schema")
    return schema.text("format") if schema else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _webhooks(subject: Subject) -> dict[str, Node]:
    listed = subject.root.get("webhooks")
    found = {}
    for name, unresolved in listed.items() if listed else ():
        operation = subject.resolve(unresolved).get("post")
        if operation is not None:
            found[name] = operation
    return found


RULES: Final[tuple[Rule, ...]] = (calls_fit, requests_fit, answers_fit, events_covered)
