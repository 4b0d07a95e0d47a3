"""STY, continued: examples are what they are examples of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.document.finding import Severity
from generator.document.lint.rule import Problem, Rule, rule
from generator.document.lint.schemas import SchemaValidators, problems
from generator.document.lint.subject import Subject
from generator.document.node import Node, split_pointer


@rule("STY-004", "Examples fit their schemas", Severity.WARNING)
def examples_fit(subject: Subject) -> Iterator[Problem]:
    """People copy examples, stubs answer them and the suite sends them, so they have to be right.

    Looked at are the examples of schemas, parameters, headers and media types, formats included.
    A required property that is `readOnly` may be missing in a request, one that is `writeOnly` in
    an answer. Text that stands for something that is not JSON is passed over.
    """
    validators = SchemaValidators(subject.specification)
    forgiven = _one_way_properties(subject)
    for schema in subject.of_kind("schema"):
        examples = schema.get("examples")
        for value in examples.elements() if examples else ():
            yield from problems(validators, schema, value, "The example", forgiven)
    for holder in subject.of_kind("parameter", "header", "mediaType"):
        holder_schema = holder.get("schema")
        for value in _values(subject, holder):
            if holder_schema and not _is_text_for_another_format(holder, value):
                yield from problems(validators, holder_schema, value, "The example", forgiven)


def _is_text_for_another_format(holder: Node, value: Node) -> bool:
    """Whether a media type's example is, say, XML or an event stream, written out."""
    tokens = split_pointer(holder.pointer)
    return (
        tokens[-2:-1] == ["content"] and isinstance(value.value, str) and not _is_json(tokens[-1])
    )


def _values(subject: Subject, holder: Node) -> Iterator[Node]:
    single, several = holder.get("example"), holder.get("examples")
    if single is not None:
        yield single
    for _, unresolved in several.items() if several else ():
        example = subject.resolve(unresolved)
        value = example.get("value") or example.get("dataValue")
        if value is not None:
            yield value


def _one_way_properties(subject: Subject) -> frozenset[str]:
    names = set()
    for schema in subject.of_kind("schema"):
        properties = schema.get("properties")
        for name, unresolved in properties.items() if properties else ():
            wanted = (unresolved.mapping, subject.resolve(unresolved).mapping)
            if any(one.get("readOnly") is True or one.get("writeOnly") is True for one in wanted):
                names.add(name)
    return frozenset(names)


def _is_json(media_type: str) -> bool:
    plain = media_type.split(";", maxsplit=1)[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


RULES: Final[tuple[Rule, ...]] = (examples_fit,)
