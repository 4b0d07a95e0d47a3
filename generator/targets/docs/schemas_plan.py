"""The page of schemas: each that has a name, once and whole."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from generator.model import Api, Enumeration, Object, Union
from generator.model.words import fold
from generator.targets.docs.field_html import facts_html
from generator.targets.docs.fields import Fact, Labels, shown
from generator.targets.docs.html_source import Markup
from generator.targets.docs.operations_plan import Sample, sample_text
from generator.targets.docs.places import Places
from generator.targets.docs.prose import phrase, prose
from generator.targets.docs.trees import Trees

_ONE_OF = {False: Markup("one of"), True: Markup("null, or one of")}


class SchemaPlan(Struct, frozen=True):
    """A named schema; `values` are those of an enumeration, with what is told of each."""

    anchor: str
    name: str
    type: Markup
    description: Markup
    deprecated: bool
    facts: Markup
    values: Sequence[tuple[str, Markup]]
    tree: Markup
    samples: Sequence[Sample]


def schema_plan(api: Api, places: Places, labels: Labels, trees: Trees, name: str) -> SchemaPlan:
    """A named schema, as the page of schemas tells of it."""
    schema = api.schemas[name]
    kind = schema.type
    told_elsewhere = {"Example", "One of"} if isinstance(kind, Enumeration) else {"Example"}
    facts = [fact for fact in labels.facts(schema) if fact.label not in told_elsewhere]
    if schema.title and fold(schema.title) != fold(name):
        facts = [Fact("Title", text=schema.title), *facts]
    if isinstance(kind, Object) and kind.additional is None:
        facts.append(Fact("Other members", text="none"))
    examples = [Sample("Example", "json", sample_text(value)) for value in schema.examples]
    return SchemaPlan(
        anchor=places.schemas[name],
        name=name,
        type=_ONE_OF[schema.nullable] if isinstance(kind, Union) else labels.of(schema),
        description=prose(schema.description, 2),
        deprecated=schema.deprecated,
        facts=facts_html(facts),
        values=_values(kind) if isinstance(kind, Enumeration) else (),
        tree=trees.whole(name),
        samples=examples,
    )


def _values(kind: Enumeration) -> list[tuple[str, Markup]]:
    """Every value, with what is told of it or what it is called."""
    told = kind.descriptions or kind.names or ("",) * len(kind.values)
    return [(shown(value), phrase(text)) for value, text in zip(kind.values, told, strict=True)]
