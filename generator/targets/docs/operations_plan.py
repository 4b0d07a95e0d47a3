"""One operation, webhook or callback, ready to be written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from generator.document.json_text import json_text
from generator.model import (
    Api,
    Callback,
    Header,
    Media,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Schema,
    Webhook,
)
from generator.targets.client_calls import ClientCalls
from generator.targets.docs import behaviour
from generator.targets.docs.curl import curl
from generator.targets.docs.fields import Labels
from generator.targets.docs.html_source import Markup, escape, joined
from generator.targets.docs.places import Places
from generator.targets.docs.prose import phrase, prose
from generator.targets.docs.samples import Samples
from generator.targets.docs.titles import one_line, operation_title, untold
from generator.targets.docs.trees import Trees

_IN_BRACES = re.compile(r"(\{[^{}]*\})")
_PLACES = {
    "path": "Path parameters",
    "query": "Query parameters",
    "header": "Headers",
    "cookie": "Cookies",
}
_RANGES = {
    "1": "Informational",
    "2": "Success",
    "3": "Redirection",
    "4": "Client errors",
    "5": "Server errors",
}


class Sample(Struct, frozen=True):
    """A text that can be copied; `language` is what it is written in, `kind` what it is of."""

    label: str
    language: str
    text: str
    kind: str = "plain"


class Body(Struct, frozen=True):
    """What is sent or answered in one media type."""

    media: str
    type: Markup
    tree: Markup
    parts: Sequence[Markup]
    stream: Markup
    events: Sequence[tuple[str, Markup, Markup]]


class Answer(Struct, frozen=True):
    """One documented answer."""

    status: str
    reason: str
    kind: str
    description: Markup
    headers: Markup = Markup("")
    bodies: Sequence[Body] = ()
    codes: Sequence[tuple[str, Markup]] = ()
    links: Sequence[tuple[str, Markup]] = ()
    samples: Sequence[Sample] = ()


class Sent(Struct, frozen=True):
    """A request that the API makes: a webhook, or a callback to the URL of `expression`."""

    anchor: str
    name: str
    method: str
    expression: str
    summary: str
    description: Markup
    body: Markup
    bodies: Sequence[Body]
    headers: Markup
    notes: Sequence[Markup]
    samples: Sequence[Sample]
    answers: Sequence[Answer]


class OperationPlan(Struct, frozen=True):
    """An operation; `level` is that of its heading."""

    anchor: str
    level: int
    title: str
    method: str
    path: Markup
    deprecated: bool
    summary: Markup
    description: Markup
    security: Markup
    notes: Sequence[Markup]
    parameters: Sequence[tuple[str, Markup]]
    body: RequestBody | None
    body_description: Markup
    bodies: Sequence[Body]
    calls: Sequence[Sample]
    answers: Sequence[Answer]
    callbacks: Sequence[Sent]
    more: Mapping[str, str]


class Planner(Struct, frozen=True):
    """Plans the operations of one API."""

    api: Api
    places: Places
    labels: Labels
    trees: Trees
    samples: Samples
    clients: Sequence[ClientCalls]

    def operation(self, operation: Operation, level: int, more: Mapping[str, str]) -> OperationPlan:
        """An operation under a heading of `level`; `more` are links to what tells more of it."""
        place = operation.method.upper(), operation.path
        anchor = self.places.operations[place]
        body = operation.body
        return OperationPlan(
            anchor=anchor,
            level=level,
            title=operation_title(operation),
            method=operation.method.upper(),
            path=path(operation.path),
            deprecated=operation.deprecated,
            summary=prose(untold(operation), level),
            description=prose(operation.description, level),
            security=behaviour.security(self.places, operation.security),
            notes=behaviour.notes(self.api, operation),
            parameters=[
                (heading, self._parameters(operation.in_location(location)))
                for location, heading in _PLACES.items()
                if operation.in_location(location)
            ],
            body=body,
            body_description=prose(body.description, level + 1) if body else Markup(""),
            bodies=[self._body(each, sending=True) for each in body.media] if body else (),
            calls=self._calls(operation),
            answers=[self._answer(each, level) for each in operation.responses],
            callbacks=[
                self._callback(each, f"{anchor}.callback-{number}", level + 2)
                for number, each in enumerate(operation.callbacks, 1)
            ],
            more=more,
        )

    def webhook(self, webhook: Webhook) -> Sent:
        """A webhook."""
        notes = list(behaviour.signature(webhook.signature)) if webhook.signature else []
        if webhook.retries:
            waits = ", ".join(map(behaviour.span, webhook.retries))
            notes.append(escape(f"A delivery that fails is tried again: after {waits}."))
        return Sent(
            anchor=self.places.webhooks[webhook.name],
            name=webhook.name,
            method="POST",
            expression="",
            summary=one_line(webhook.summary),
            description=prose(webhook.description, 2),
            body=prose(webhook.body.description, 2),
            bodies=[self._body(each, sending=False) for each in webhook.body.media],
            headers=self._headers(webhook.headers),
            notes=notes,
            samples=self._samples(webhook.body.media, "Example", told=False),
            answers=[
                Answer(
                    status=status,
                    reason=reason(status),
                    kind="good" if status.startswith("2") else "other",
                    description=prose(told, 2),
                )
                for status, told in webhook.answers.items()
            ],
        )

    def _callback(self, callback: Callback, anchor: str, level: int) -> Sent:
        return Sent(
            anchor=anchor,
            name=callback.name,
            method=callback.method.upper(),
            expression=callback.expression,
            summary=one_line(callback.summary),
            description=prose(callback.description, level),
            body=prose(callback.body.description, level),
            bodies=[self._body(each, sending=False) for each in callback.body.media],
            headers=Markup(""),
            notes=(),
            samples=self._samples(callback.body.media, "Example", told=False),
            answers=[self._answer(each, level - 1) for each in callback.responses],
        )

    def _parameters(self, parameters: Sequence[Parameter]) -> Markup:
        fields = [self.labels.parameter(each) for each in parameters]
        return self.trees.fields(fields, [each.schema for each in parameters])

    def _headers(self, headers: Sequence[Header]) -> Markup:
        fields = [self.labels.header(each) for each in headers]
        return self.trees.fields(fields, [None] * len(fields))

    def _calls(self, operation: Operation) -> list[Sample]:
        place = operation.method.upper(), operation.path
        found = [Sample("curl", "curl", curl(self.api, self.samples, operation), "client")]
        for client in self.clients:
            text = client.calls.get(place, "")
            if text:
                found.append(Sample(client.label, client.label.lower(), text, "client"))
        return found

    def _answer(self, response: Response, level: int) -> Answer:
        whole = response.is_success or not response.status[0].isdigit()
        return Answer(
            status=response.status,
            reason=reason(response.status),
            kind="good" if response.is_success else "bad" if response.is_error else "other",
            description=prose(response.description, level + 1),
            headers=self._headers(response.headers),
            bodies=[self._body(each, sending=False, folded=not whole) for each in response.media],
            codes=[(code, phrase(when)) for code, when in response.error_codes.items()],
            links=[(name, _link_text(told)) for name, told in response.links.items()],
            samples=self._samples(response.media, response.status, told=not whole),
        )

    def _body(self, media: Media, *, sending: bool, folded: bool = False) -> Body:
        schema = media.schema
        tree = Markup("")
        if schema is not None and not folded and media.stream is None:
            tree = self.trees.of(schema, sending=sending)
        return Body(
            media=media.type,
            type=self.labels.of(schema) if schema is not None else Markup(""),
            tree=tree,
            parts=_parts(media),
            stream=behaviour.stream(media.stream) if media.stream is not None else Markup(""),
            events=[
                (name, self.labels.of(each), self._event(each))
                for name, each in (media.stream.events if media.stream else {}).items()
            ],
        )

    def _event(self, schema: Schema) -> Markup:
        return self.trees.of(schema, sending=False)

    def _samples(self, media: Sequence[Media], status: str, *, told: bool) -> list[Sample]:
        """The examples of an answer; only those of the contract, where they have to be `told`."""
        found = []
        for each in media:
            if each.stream is not None and not each.examples:
                continue
            samples = self.samples.media(each, sending=False)
            for name, sample in samples.items():
                if told and not sample.told:
                    continue
                words = [status]
                words += [name] if name != "example" and len(samples) > 1 else []
                words += ["made from the schema"] if not sample.told else []
                words += [each.type] if len(media) > 1 else []
                language = "json" if isinstance(sample.value, dict | list) else "text"
                found.append(Sample(" · ".join(words), language, sample_text(sample.value)))
        return found


def path(text: str) -> Markup:
    """A path, what stands in braces told apart."""
    pieces = _IN_BRACES.split(text)
    return joined(
        [
            Markup("<var>{}</var>").format(piece) if number % 2 else escape(piece)
            for number, piece in enumerate(pieces)
        ]
    )


def reason(status: str) -> str:
    """What a status means."""
    if status.isdigit():
        try:
            return HTTPStatus(int(status)).phrase
        except ValueError:
            return ""
    return _RANGES.get(status[:1], "Any other answer")


def sample_text(value: Any) -> str:
    """An example as people read it."""
    return value if isinstance(value, str) else json_text(value).rstrip()


def _parts(media: Media) -> list[Markup]:
    """How members of a form are sent, where the contract says so."""
    found = []
    for part in media.parts:
        said = [part.content_type] if part.content_type else []
        if part.style:
            said.append(f"style {part.style}{', exploded' if part.explode else ''}")
        if part.allow_reserved:
            said.append("reserved characters as they are")
        said += [f"with the header {header.name}" for header in part.headers]
        if said:
            name = Markup("<code>{}</code>").format(part.name)
            found.append(Markup("{}: {}").format(name, "; ".join(said)))
    return found


def _link_text(told: Any) -> Markup:
    """Where a link leads (OpenAPI §4.8.20), and what it takes along."""
    given = told if isinstance(told, Mapping) else {}
    target = given.get("operationId") or given.get("operationRef") or ""
    found = [Markup("<code>{}</code>").format(str(target))]
    taken = given.get("parameters")
    for name, value in taken.items() if isinstance(taken, Mapping) else ():
        found.append(Markup("<code>{} = {}</code>").format(str(name), sample_text(value)))
    if "requestBody" in given:
        body = sample_text(given["requestBody"])
        found.append(Markup("body <code>{}</code>").format(body))
    text = joined(found, ", ")
    description = given.get("description")
    if isinstance(description, str) and description.strip():
        text = Markup("{}: {}").format(text, phrase(description))
    return text
