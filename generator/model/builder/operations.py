"""Operations, callbacks and webhooks: paths of the document as calls of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from generator.document import Node
from generator.model.api import Resource, Webhook
from generator.model.builder.behaviour import (
    identity,
    rate_limit,
    retries,
    signature,
    webhook_retries,
)
from generator.model.builder.calls import Call, path_operations
from generator.model.builder.media import request_body, responses
from generator.model.builder.pagination import pagination
from generator.model.builder.parameters import parameters
from generator.model.builder.security import requirements
from generator.model.builder.servers import own_servers
from generator.model.builder.source import Source, members, texts
from generator.model.operation import Callback, Header, Operation, RequestBody
from generator.model.words import pascal, snake


def operation(source: Source, call: Call) -> Operation:
    """One operation, whole."""
    node, name = call.node, pascal(call.id) or "Operation"
    body = node.get("requestBody")
    built = Operation(
        id=call.id,
        method=call.method,
        path=call.path,
        resource=call.resource,
        name=call.name,
        position=node.key_position,
        parameters=parameters(source, call.path, call.item, node, name),
        body=request_body(source, body, f"{name}Request") if body is not None else None,
        responses=responses(source, node.get("responses"), name),
        security=requirements(source, node),
        tags=texts(node.mapping.get("tags")),
        summary=node.text("summary") or call.item.text("summary"),
        description=node.text("description") or call.item.text("description"),
        deprecated=node.mapping.get("deprecated") is True,
        promises=texts(node.mapping.get("x-promises")),
        rate_limit=rate_limit(source, node),
        identity=identity(source, node),
        idempotent=node.mapping.get("x-fern-idempotent") is True,
        retries=retries(source, node),
        servers=own_servers(source, node, call.item),
        callbacks=_callbacks(source, node, name),
    )
    return replace(built, pagination=pagination(source, node, built))


def _callbacks(source: Source, node: Node, name: str) -> tuple[Callback, ...]:
    found = []
    for key, written in members(node.get("callbacks")):
        for expression, item in members(source.resolved(written)):
            for method, _, inner in path_operations(source, item):
                label = name + pascal(key)
                found.append(
                    Callback(
                        name=key,
                        expression=expression,
                        method=method,
                        body=_sent(source, inner, label),
                        responses=responses(source, inner.get("responses"), label),
                        position=inner.key_position,
                        summary=inner.text("summary"),
                        description=inner.text("description"),
                    )
                )
    return tuple(found)


def webhooks(source: Source) -> tuple[Webhook, ...]:
    """The events that the API sends, in order; a second method on one name is another event."""
    found: dict[str, Webhook] = {}
    for key, written in members(source.root.get("webhooks")):
        for method, _, node in path_operations(source, written):
            name = key if key not in found else f"{key}.{method}"
            found[name] = Webhook(
                name=name,
                body=_sent(source, node, pascal(name) + "Webhook"),
                position=written.key_position,
                headers=_sent_headers(source, node, pascal(name) + "Webhook"),
                signature=signature(source, node),
                retries=webhook_retries(source, node),
                answers=_answers(source, node),
                summary=node.text("summary"),
                description=node.text("description"),
                promises=texts(node.mapping.get("x-promises")),
            )
    return tuple(found.values())


def _answers(source: Source, node: Node) -> dict[str, str]:
    return {
        status: written.text("description") or source.resolved(written).text("description")
        for status, written in members(node.get("responses"))
    }


def _sent(source: Source, node: Node, name: str) -> RequestBody:
    body = node.get("requestBody")
    return request_body(source, body, name) if body else RequestBody((), False, node.position)


def _sent_headers(source: Source, node: Node, name: str) -> tuple[Header, ...]:
    """A webhook's header parameters: what the receiver reads as headers."""
    return tuple(
        Header(each.name, each.schema, each.required, each.position, each.description)
        for each in parameters(source, "", node, node, name)
        if each.location == "header"
    )


def resources(source: Source, found: tuple[Operation, ...]) -> tuple[Resource, ...]:
    """The operations as a tree of resources, in the order of the text."""
    listed = source.root.get("tags")
    told = {
        snake(tag.text("name")): tag.text("description")
        for tag in (listed.elements() if listed else ())
    }
    return _level(found, (), told)


def _level(
    inside: Iterable[Operation], above: tuple[str, ...], told: Mapping[str, str]
) -> tuple[Resource, ...]:
    """The resources within the one called `above`, of the operations that are `inside` of it."""
    depth = len(above)
    found: dict[str, list[Operation]] = {}
    for each in inside:
        if len(each.resource) > depth:
            found.setdefault(each.resource[depth], []).append(each)
    return tuple(
        Resource(
            name=name,
            description=told.get("_".join(chain), "") or told.get(name, ""),
            operations=tuple(each for each in here if each.resource == chain),
            children=_level(here, chain, told),
        )
        for name, here in found.items()
        for chain in ((*above, name),)
    )
