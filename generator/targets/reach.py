"""Which named schemas a call needs: what its values can hold, directly or through others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from generator.model import (
    Api,
    Media,
    Operation,
    Schema,
    Webhook,
    nested,
    references,
)


def operation_schemas(operation: Operation) -> list[Schema]:
    """The schemas of everything that an operation takes and answers."""
    found = [parameter.schema for parameter in operation.parameters]
    if operation.body is not None:
        found.extend(_media_schemas(operation.body.media))
    for response in operation.responses:
        found.extend(_media_schemas(response.media))
    return found


def webhook_schemas(webhook: Webhook) -> list[Schema]:
    """The schemas of what a webhook sends."""
    return list(_media_schemas(webhook.body.media))


def reachable(api: Api, roots: Iterable[Schema | str]) -> list[str]:
    """The names of the schemas that `roots` refer to, at any depth, each once."""
    found: dict[str, None] = {}
    waiting: list[str] = []
    for root in roots:
        waiting.extend([root] if isinstance(root, str) else references(root))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(api.references[name])
    return list(found)


def modules(api: Api, labels: Sequence[str], shared: str, webhooks: str) -> dict[str, str]:
    """Each schema's module: that of the one resource that reaches it, else the shared one.

    `labels` are the modules of the resources at the top, in their order. What nothing reaches is
    shared too, and so is what a shared schema refers to, so that modules never import each other
    in a circle.
    """
    roots = {
        label: [schema for each in resource.walk() for schema in operation_schemas(each)]
        for label, resource in zip(labels, api.resources, strict=True)
    }
    roots[webhooks] = [schema for each in api.webhooks for schema in webhook_schemas(each)]
    users = _users(api, roots)
    unreached = [name for name in api.schemas if name not in users]
    errors = [api.envelope.schema] if api.envelope is not None else []
    everywhere = set(reachable(api, [*errors, *unreached]))
    return {
        name: shared if name in everywhere or len(users[name]) > 1 else users[name][0]
        for name in api.schemas
    }


def _users(api: Api, roots: Mapping[str, Iterable[Schema]]) -> dict[str, list[str]]:
    """Who of `roots` reaches a schema: the first two of them, more make no difference.

    A schema that two reach has been followed twice, so the time is linear.
    """
    found: dict[str, list[str]] = {}
    for label, schemas in roots.items():
        waiting = [name for schema in schemas for name in references(schema)]
        while waiting:
            name = waiting.pop()
            users = found.setdefault(name, [])
            if len(users) < 2 and label not in users:
                users.append(label)
                waiting.extend(api.references[name])
    return found


def reaching(api: Api, wanted: Callable[[Schema], bool]) -> frozenset[str]:
    """The schemas whose values may hold, at any depth, one that is `wanted`."""
    holders: dict[str, list[str]] = {}
    for name, others in api.references.items():
        for other in others:
            holders.setdefault(other, []).append(name)
    waiting = [n for n, schema in api.schemas.items() if any(map(wanted, nested(schema)))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(holders.get(name, ()))
    return frozenset(found)


def _media_schemas(media: Iterable[Media]) -> Iterator[Schema]:
    for each in media:
        if each.schema is not None:
            yield each.schema
        if each.stream is not None:
            yield from each.stream.events.values()
