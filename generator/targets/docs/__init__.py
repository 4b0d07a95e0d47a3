"""The pages that explain an API: static files that open from a disk and from any web server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from msgspec import Struct

from generator.model import Resource
from generator.targets import TargetInput, TargetOutput
from generator.targets.docs.elsewhere import Elsewhere, Links, elsewhere
from generator.targets.docs.fields import Labels
from generator.targets.docs.gaps import gaps
from generator.targets.docs.html_source import Markup, html_environment, page_text
from generator.targets.docs.navigation import (
    Item,
    contents,
    navigation,
    operation_items,
    search_index,
)
from generator.targets.docs.operations_plan import OperationPlan, Planner, Sample
from generator.targets.docs.overview_plan import overview
from generator.targets.docs.places import INDEX, SCHEMAS, WEBHOOKS, places_of
from generator.targets.docs.prose import prose
from generator.targets.docs.samples import Samples
from generator.targets.docs.schemas_plan import schema_plan
from generator.targets.docs.titles import Titles, api_title, resource_title, tag_titles
from generator.targets.docs.trees import Trees

_FOLDER = Path(__file__).parent
_RUNTIME = ("docs.css", "docs.js")


class Page(Struct, frozen=True):
    """What every page says of itself."""

    title: str
    api: str
    version: str
    languages: Sequence[str]


class ResourcePage(Struct, frozen=True):
    """A resource with its operations; those `below` it are on the page of the one at the top."""

    title: str
    description: Markup
    more: Links
    operations: Sequence[OperationPlan]
    below: Sequence[ResourcePage] = ()


def render(source: TargetInput) -> TargetOutput:
    """The files of `docs/` for one API: pages, the index of their search, style and script."""
    api = source.api
    places = places_of(api, source.published)
    titles = tag_titles(source.document)
    more = elsewhere(source.document)
    labels = Labels(api, places.schema)
    trees = Trees(api, labels)
    planner = Planner(api, places, labels, trees, Samples(api), source.calls)
    first = overview(api, source.document, places, source.calls)
    listed = contents(api, places, titles)
    languages = ["curl", *(each.label for each in source.calls if each.calls)]

    def page(template: str, key: str, heading: str, here: Sequence[Item], **values: Any) -> str:
        told = f"{heading} · {api.title}" if heading else api_title(api)
        shown = languages if key in places.pages else ()
        return _render(
            template,
            page=Page(told, api.title, api.version, shown),
            navigation=navigation(listed, key, here),
            **values,
        )

    sections = [Item(f"{INDEX}#{anchor}", text) for anchor, text in first.sections]
    files = {INDEX: page("index.html.jinja", INDEX, "", sections, overview=first)}
    for resource in api.resources:
        made = _resource(planner, resource, more, titles)
        here = operation_items(resource, places)
        files[places.pages[resource.name]] = page(
            "resource.html.jinja", resource.name, made.title, here, resource=made
        )
    if api.webhooks:
        webhooks = [planner.webhook(each) for each in api.webhooks]
        here = [Item(places.webhook(each.name), each.name) for each in api.webhooks]
        receivers = [
            Sample(each.label, each.label.lower(), each.receiver)
            for each in source.calls
            if each.receiver
        ]
        files[WEBHOOKS] = page(
            "webhooks.html.jinja",
            WEBHOOKS,
            "Webhook events",
            here,
            webhooks=webhooks,
            receivers=receivers,
        )
    if api.schemas:
        schemas = [schema_plan(api, places, labels, trees, name) for name in api.schemas]
        here = [Item(places.schema(name), name) for name in api.schemas]
        files[SCHEMAS] = page("schemas.html.jinja", SCHEMAS, "Schemas", here, schemas=schemas)
    files["search-index.js"] = search_index(api, places, titles)
    files |= _runtime()
    return TargetOutput(files, tuple(gaps(source)), places.given)


def _resource(
    planner: Planner,
    resource: Resource,
    more: Elsewhere,
    titles: Titles,
    above: tuple[str, ...] = (),
) -> ResourcePage:
    chain = (*above, resource_title(resource, titles))
    level = 3 if above else 2
    below: list[ResourcePage] = []
    for child in resource.children:
        made = _resource(planner, child, more, titles, chain)
        below += [made, *made.below]
    return ResourcePage(
        title=" / ".join(chain),
        description=prose(resource.description, level - 1),
        more=more.of_resource(resource.name),
        operations=[
            planner.operation(each, level, more.of_operation(each)) for each in resource.operations
        ],
        below=below,
    )


@cache
def _runtime() -> dict[str, str]:
    return {name: (_FOLDER / "runtime" / name).read_text("utf-8") for name in _RUNTIME}


@cache
def _environment() -> Environment:
    return html_environment(_FOLDER / "templates")


def _render(template: str, **values: object) -> str:
    return page_text(_environment().get_template(template).render(**values))
