"""A field as HTML. There are more of these than of anything else on the pages, so no template."""

from __future__ import annotations

from collections.abc import Sequence

from generator.targets.docs.fields import Fact, Field
from generator.targets.docs.html_source import Markup, escape


def field_html(field: Field) -> Markup:
    """What a field says of itself."""
    pieces = [f'<code class="name">{escape(field.name)}</code>'] if field.name else []
    pieces.append(f'<span class="type">{field.type}</span>')
    if field.required:
        pieces.append('<span class="required">required</span>')
    pieces += [f'<span class="flag">{flag}</span>' for flag in field.flags]
    told = f'\n<div class="told">{field.description}</div>' if field.description else ""
    facts = f'\n<ul class="facts">\n{facts_html(field.facts)}</ul>' if field.facts else ""
    return Markup(f'<div class="field">{" ".join(pieces)}{told}{facts}\n</div>')


def facts_html(facts: Sequence[Fact]) -> Markup:
    """Facts as items of a list; long ones are folded."""
    return Markup("".join(map(_item, facts)))


def _item(fact: Fact) -> str:
    label = escape(fact.label)
    values = ", ".join([f"<code>{escape(value)}</code>" for value in fact.values])
    more = f" and {fact.more} more" if fact.more else ""
    told = f"{escape(fact.text)}{values}{more}"
    if fact.is_long:
        return f"<li><details><summary>{label}</summary>{told}</details></li>\n"
    return f"<li>{label}: {told}</li>\n"
