"""The way through the pages: what stands at the side of each, and what the search finds."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct

from generator.model import Api, Resource
from generator.targets.docs.places import INDEX, SCHEMAS, WEBHOOKS, Places
from generator.targets.docs.titles import Titles, operation_title, resource_title

_MOST_BESIDE = 60
"""How many resources are listed before and after the one of a page: all pages list them."""


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


def navigation(
    api: Api, places: Places, titles: Titles, page: str, here: Sequence[Item]
) -> Navigation:
    """What stands beside `page`: the things that are `here`, the resources, the other pages."""
    current = next((n for n, each in enumerate(api.resources) if each.name == page), 0)
    shown = api.resources[max(current - _MOST_BESIDE, 0) : current + _MOST_BESIDE + 1]
    resources = [
        Item(
            places.page(each.name),
            resource_title(each, titles),
            current=each.name == page,
            below=here if each.name == page else (),
        )
        for each in shown
    ]
    overview = _other(INDEX, "Overview", page, here)
    others = []
    if api.webhooks:
        others.append(_other(WEBHOOKS, "Webhook events", page, here))
    if api.schemas:
        others.append(_other(SCHEMAS, "Schemas", page, here))
    return Navigation([overview], resources, len(api.resources) - len(shown), others)


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
