"""What everything is called in a generated package: decided once, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.model import Api, Operation, Resource
from generator.targets.media_choice import answer_media
from generator.targets.python_source import class_name, distinct, identifier
from generator.targets.reach import modules

SHARED = "shared"
WEBHOOKS = "webhooks"

_QUOTED = re.compile(r"`([^`\n]+)`")

_TYPE_RESERVED = frozenset(
    {
        "Any",
        "Literal",
        "Model",
        "OpenUnion",
        "TypeAlias",
        "TYPE_CHECKING",
        "UNSET",
        "Unknown",
        "Unset",
    }
)
_CLIENT_RESERVED = frozenset({"close", "rate_limit", "request", "with_options"})


@dataclass(frozen=True, slots=True)
class TypeName:
    """Where a schema's Python type is: `types/<module>.py`, and what it is called."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class ResourceName:
    """What a resource is called: `attribute` on its parent, `module` and `cls` in `resources/`."""

    attribute: str
    module: str
    cls: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one package.

    `resources` is keyed by the chain of resource names, `methods` by the same and the place of
    the operation in the resource; an operation that also answers with a stream has two.
    """

    package: str
    client: str
    types: Mapping[str, TypeName] = field(repr=False)
    resources: Mapping[tuple[str, ...], ResourceName]
    methods: Mapping[tuple[tuple[str, ...], int], tuple[str, ...]] = field(repr=False)


def names_of(api: Api) -> Names:
    """Decide every name of the package for `api`."""
    types = _types(api)
    package = identifier(api.name.lower(), fallback="client").replace("__", "_")
    client = class_name(api.title, fallback="Client")
    taken = {each.name for each in types.values()}
    resources = _resources(api, taken)
    return Names(package, client, types, resources, _methods(api, resources))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text, with what it quotes by wire names called as it is in Python."""
    return _QUOTED.sub(lambda quoted: f"`{names.get(quoted[1], quoted[1])}`", text)


def walk(
    resources: tuple[Resource, ...], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Resource]]:
    """Every resource with the chain of names that leads to it, parents first."""
    for resource in resources:
        chain = (*above, resource.name)
        yield chain, resource
        yield from walk(resource.children, chain)


def _types(api: Api) -> dict[str, TypeName]:
    modules = _modules(api)
    names = distinct(
        [class_name(schema, _TYPE_RESERVED, "Type") for schema in modules], _TYPE_RESERVED
    )
    return {
        schema: TypeName(module, name)
        for (schema, module), name in zip(modules.items(), names, strict=True)
    }


def _modules(api: Api) -> dict[str, str]:
    """Each schema's module."""
    tops = [resource.name for resource in api.resources]
    labels = distinct([identifier(name, fallback="resource") for name in tops], {SHARED, WEBHOOKS})
    return modules(api, labels, SHARED, WEBHOOKS)


def _resources(api: Api, taken: set[str]) -> dict[tuple[str, ...], ResourceName]:
    chains = list(walk(api.resources))
    modules = distinct([identifier("_".join(chain), fallback="resource") for chain, _ in chains])
    wanted = [class_name("_".join(chain), fallback="Resource") for chain, _ in chains]
    busy = taken | {f"Async{name}" for name in wanted} | {"Unset"}
    free = [f"{name}Resource" if _clashes(name, busy, taken) else name for name in wanted]
    classes = distinct(free, taken)
    attributes = _attributes(api.resources, (), _CLIENT_RESERVED)
    return {
        chain: ResourceName(attributes[chain], module, cls)
        for (chain, _), module, cls in zip(chains, modules, classes, strict=True)
    }


def _clashes(name: str, busy: set[str], taken: set[str]) -> bool:
    return name in busy or f"Async{name}" in taken


def _attributes(
    resources: tuple[Resource, ...], above: tuple[str, ...], reserved: frozenset[str]
) -> dict[tuple[str, ...], str]:
    wanted = [identifier(each.name, reserved, "resource") for each in resources]
    found: dict[tuple[str, ...], str] = {}
    for resource, attribute in zip(resources, distinct(wanted, reserved), strict=True):
        chain = (*above, resource.name)
        found[chain] = attribute
        found.update(_attributes(resource.children, chain, frozenset()))
    return found


def _methods(
    api: Api, resources: Mapping[tuple[str, ...], ResourceName]
) -> dict[tuple[tuple[str, ...], int], tuple[str, ...]]:
    found: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
    for chain, resource in walk(api.resources):
        children = {resources[(*chain, child.name)].attribute for child in resource.children}
        wanted = [_method(operation) for operation in resource.operations]
        names = distinct(wanted, children)
        twofold = [n for n, each in enumerate(resource.operations) if len(answer_media(each)) > 1]
        streams = distinct([f"{names[index]}_stream" for index in twofold], {*names, *children})
        twins = dict(zip(twofold, streams, strict=True))
        for index, name in enumerate(names):
            found[chain, index] = (name, twins[index]) if index in twins else (name,)
    return found


def _method(operation: Operation) -> str:
    return identifier(
        operation.name or operation.id,
        {"dt", "builtins", "with_raw_response"},
        operation.method.lower(),
    )
