"""One media type of an answer: its examples, a value of it, and how that is written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from generator.model import Operation
from generator.stub.negotiation import is_made
from generator.stub.seed import Seed
from generator.stub.validity import Fault
from generator.stub.values import Values
from generator.targets.server.runtime import ServerSentEvent
from generator.targets.server.runtime.document import Document, Location
from generator.targets.server.runtime.media_types import is_json

_EVENTS: Final = "text/event-stream"
_FORM: Final = "application/x-www-form-urlencoded"
_LINES: Final = frozenset({"application/jsonl", "application/x-ndjson", "application/json-seq"})
_SEPARATORS: Final = (",", ":")


@dataclass(frozen=True, slots=True)
class Media:
    """What one media type of a response documents.

    `examples` is name → value, the unnamed one under an empty name; `schema` None where there is
    none; `event_schemas` event → schema of its data, those that end a stream last.
    """

    type: str
    examples: Mapping[str, Any]
    schema: Location | None
    event_schemas: Mapping[str, Location] = field(default_factory=dict)

    @property
    def essence(self) -> str:
        """`type/subtype` in lower case."""
        return self.type.partition(";")[0].strip().lower()

    @property
    def is_stream(self) -> bool:
        """Whether an answer is server-sent events."""
        return self.essence == _EVENTS

    def is_made(self, *, examples: bool) -> bool:
        """Whether there can be an answer in this media type."""
        return is_made(self.type) or (examples and any(map(_is_text, self.examples.values())))

    def shown(self, operation: Operation, sent: Mapping[str, Any], body: Any) -> Iterator[Any]:
        """The examples in the order in which they answer a request.

        First that called as the body's example that was sent, or whose id was asked for (`sent` is
        parameter → value); then as they are documented.
        """
        names = _names_of(operation, body)
        first = [name for name in self.examples if name and name in names]
        if not first:
            asked = {str(value) for value in sent.values()}
            first = [name for name, value in self.examples.items() if _identity(value) in asked]
        for name in dict.fromkeys([*first, *self.examples]):
            if is_made(self.type) or _is_text(self.examples[name]):
                yield self.examples[name]

    def faults(self, values: Values, value: Any) -> list[Fault]:
        """What is wrong with a value; text and bytes that are no JSON are what they are."""
        if self.schema is None or not self._is_checked:
            return []
        return values.validity.faults(self.schema, value)

    @property
    def _is_checked(self) -> bool:
        is_text = self.essence.startswith("text/") and not self.is_stream
        return is_json(self.essence) or is_text or "*" in self.essence

    def made(self, values: Values, seed: Seed, *, examples: bool) -> Any:
        """A value made from the schema. Raises NoValueError."""
        if self.schema is None:
            return {} if is_json(self.essence) else "stub"
        return values.make(self.schema, seed, examples=examples)

    def written(self, value: Any) -> Any:
        """What the server runtime sends for a value: JSON is written there, the rest here."""
        if is_json(self.essence) or self.essence in ("*/*", "application/*"):
            return value
        if isinstance(value, str | bytes):
            return value
        if self.essence == _FORM and isinstance(value, dict):
            return urlencode({name: _text(member) for name, member in value.items()})
        if self.essence in _LINES:
            rows = value if isinstance(value, list) else [value]
            return "".join(f"{_text(row)}\n" for row in rows)
        return _text(value)

    async def events(self, values: Values, seed: Seed) -> AsyncIterator[ServerSentEvent[Any]]:
        """One event of each kind, those that do not end a stream first, and one that does.

        Raises NoValueError.
        """
        if not self.event_schemas:
            yield ServerSentEvent(self.made(values, seed, examples=True))
        for name, schema in self.event_schemas.items():
            value = values.make(schema, seed.at(name), examples=True)
            yield ServerSentEvent(value, None if name == "message" else name)


def media_of(document: Document, response: Location, name: str) -> Media:
    """The media type called `name` of a response."""
    place = document.child(response, "content", name)
    definition = place.value
    words = definition.get("x-event-schema")
    kinds = words.get("events", {}) if isinstance(words, Mapping) else {}
    final = words.get("final", []) if isinstance(words, Mapping) else []
    going_on = [kind for kind in kinds if kind not in final]
    schema = next((word for word in ("schema", "itemSchema") if word in definition), None)
    return Media(
        type=name,
        examples=dict(_examples(document, definition)),
        schema=document.child(place, schema) if schema else None,
        event_schemas={
            kind: document.child(place, "x-event-schema", "events", kind)
            for kind in [*going_on, *[kind for kind in final if kind in kinds][:1]]
        },
    )


def _examples(document: Document, definition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "example" in definition:
        yield "", definition["example"]
    named = definition.get("examples")
    for name, example in named.items() if isinstance(named, Mapping) else ():
        resolved = document.resolve(example)
        for word in ("value", "dataValue", "serializedValue"):
            if isinstance(resolved, Mapping) and word in resolved:
                yield str(name), resolved[word]
                break


def _names_of(operation: Operation, body: Any) -> set[str]:
    """The names of the request's examples that were sent."""
    names = set()
    for media in operation.body.media if operation.body and body is not None else ():
        names |= {name for name, value in media.examples.items() if name and value == body}
    return names


def _identity(value: Any) -> str | None:
    """The id of an object, or of the one that it wraps as `data`."""
    if isinstance(value, Mapping) and isinstance(value.get("data"), Mapping):
        value = value["data"]
    found = value.get("id") if isinstance(value, Mapping) else None
    return str(found) if isinstance(found, str | int) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=_SEPARATORS)
