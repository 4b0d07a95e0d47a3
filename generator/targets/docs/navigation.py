"""The way through the pages: what stands at the side of each, and what the search finds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Api, Resource
from generator.targets.docs.places import INDEX, SCHEMAS, WEBHOOKS, Places
from generator.targets.docs.titles import Titles, operation_title, resource_title

_FEW = 80
"""How many resources every page lists; of more, only those that are"""
_BESIDE = 20
"""so many before or after its own."""


class Item(Struct, frozen=True):
    """A link, and those below it; `method` is that of an operation, else empty."""

    href: str
    text: str
    method: str = ""
    current: bool = False
    deprecated: bool = False
    below: Sequence[Item] = ()


class Navigation(Struct, frozen=True):
    """The lists at the side of a page, each with its heading."""

    overview: Sequence[Item]
    resources: Sequence[Item]
    left_out: int
    others: Sequence[Item]


class Contents(Struct, frozen=True):
    """The pages of an API: those of resources, each with its number, and those after them."""

    resources: Sequence[Item]
    numbers: Mapping[str, int]
    others: Sequence[tuple[str, str]]


def contents(api: Api, places: Places, titles: Titles) -> Contents:
    """What there is to list on any page."""
    others = {
        (WEBHOOKS, "Webhook events"): api.webhooks,
        (SCHEMAS, "Schemas"): api.schemas,
    }
    return Contents(
        resources=[Item(places.page(e.name), resource_title(e, titles)) for e in api.resources],
        numbers={each.name: number for number, each in enumerate(api.resources)},
        others=[told for told, things in others.items() if things],
    )


def navigation(listed: Contents, page: str, here: Sequence[Item]) -> Navigation:
    """What stands beside `page`: the things that are `here`, the resources, the other pages."""
    own = listed.numbers.get(page)
    first, end = 0, len(listed.resources)
    if end > _FEW:
        first, end = max((own or 0) - _BESIDE, 0), (own or 0) + _BESIDE + 1
    resources = list(listed.resources[first:end])
    if own is not None:
        resources[own - first] = replace(resources[own - first], current=True, below=here)
    return Navigation(
        overview=[_other(INDEX, "Overview", page, here)],
        resources=resources,
        left_out=len(listed.resources) - len(resources),
        others=[_other(file, text, page, here) for file, text in listed.others],
    )


def _other(file: str, text: str, page: str, here: Sequence[Item]) -> Item:
    return Item(file, text, current=file == page, below=here if file == page else ())


def operation_items(resource: Resource, places: Places) -> list[Item]:
    """The operations of a resource and of those below it."""
    return [
        Item(
            places.operation(each),
            operation_title(each),
            method=each.method.upper(),
            deprecated=each.deprecated,
        )
        for each in resource.walk()
    ]


def search_index(api: Api, places: Places, titles: Titles) -> str:
    """What can be found, as a script: pages that are opened from a disk may read nothing else."""
    found: list[tuple[str, str, str, str]] = []
    for resource in api.resources:
        found.append((resource_title(resource, titles), "", "resource", places.page(resource.name)))
        for each in resource.walk():
            called = f"{each.method.upper()} {each.path}"
            found.append((operation_title(each), called, "operation", places.operation(each)))
    for webhook in api.webhooks:
        summary = " ".join(webhook.summary.split())
        found.append((webhook.name, summary, "webhook", places.webhook(webhook.name)))
    for scheme in api.security_schemes:
        found.append((scheme.name, "", "authentication", places.scheme(scheme.name)))
    for name in api.schemas:
        found.append((name, "", "schema", places.schema(name)))
    lines = ",\n".join(json.dumps(each) for each in found)
    return f"globalThis.searchIndex = [\n{lines}\n];\n"
