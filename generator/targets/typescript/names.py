"""What everything is called in a generated package: decided once, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.model import Api, Enumeration, Object, Operation, Resource, Scalar, Schema, Union
from generator.targets.media_choice import answer_media
from generator.targets.reach import modules, reaching, references
from generator.targets.typescript.errors_plan import SIGN_IN, STANDARD, code_errors
from generator.targets.typescript.exports import TYPES, VALUES
from generator.targets.typescript.source import (
    GLOBAL_TYPES,
    class_name,
    distinct,
    member,
)

SHARED = "shared"
WEBHOOKS = "webhook-events"

_CLIENT_MEMBERS = frozenset({"constructor", "rateLimit", "request", "then", "withOptions"})
_METHOD_RESERVED = frozenset({"constructor", "then"})


@dataclass(frozen=True, slots=True)
class TypeName:
    """Where a schema's type is: `types/<module>.ts`, what it is called, and what its shape is."""

    module: str
    name: str
    shape: str


@dataclass(frozen=True, slots=True)
class ResourceName:
    """What a resource is called: `attribute` on its parent, `module` and `cls` in `resources/`."""

    attribute: str
    module: str
    cls: str


Place = tuple[tuple[str, ...], int]
"""An operation: the chain of resource names, and its number in that resource."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one package.

    `package` is what npm calls it, `scope` the word that its environment variables start with.
    `named` are the schemas that have a type of their own; others are written where they stand.
    `renamed` are those whose values hold members with other names on the wire, `converted` those
    and the ones that hold moments.
    `methods` are two where an operation also answers with a stream. `params` are the types of the
    objects that methods take, `events` those of the events of streams.
    """

    package: str
    scope: str
    client: str
    types: Mapping[str, TypeName] = field(repr=False)
    named: frozenset[str] = field(repr=False)
    renamed: frozenset[str] = field(repr=False)
    converted: frozenset[str] = field(repr=False)
    resources: Mapping[tuple[str, ...], ResourceName]
    methods: Mapping[Place, tuple[str, ...]] = field(repr=False)
    params: Mapping[Place, str] = field(repr=False)
    events: Mapping[Place, str] = field(repr=False)


def names_of(api: Api) -> Names:
    """Decide every name of the package for `api`."""
    word = re.sub(r"[^a-z0-9]+", "-", api.name.lower()).strip("-") or "client"
    reserved = {*GLOBAL_TYPES, *_offered(api)}
    client = class_name(api.title, reserved, "Client")
    types = _types(api, {*reserved, client, f"{client}Options"})
    taken = {*reserved, client, f"{client}Options", *(each.name for each in types.values())}
    resources = _resources(api, taken)
    taken |= {each.cls for each in resources.values()}
    methods = _methods(api, resources)
    params = distinct([_of(resources, methods, each, "Params") for each in methods], taken)
    events = distinct([_of(resources, methods, each, "Event") for each in methods], taken)
    return Names(
        package=f"@{word}/sdk",
        scope=word.replace("-", "_").upper(),
        client=client,
        types=types,
        named=_named(api),
        renamed=reaching(api, is_renamed),
        converted=reaching(api, is_converted),
        resources=resources,
        methods=methods,
        params=dict(zip(methods, params, strict=True)),
        events=dict(zip(methods, events, strict=True)),
    )


def _of(
    resources: Mapping[tuple[str, ...], ResourceName],
    methods: Mapping[Place, tuple[str, ...]],
    place: Place,
    ending: str,
) -> str:
    """What a type of one method is called: `PostsCreateParams`."""
    return f"{resources[place[0]].cls}{class_name(methods[place][0])}{ending}"


def _offered(api: Api) -> set[str]:
    """The names that a package offers whatever its schemas are called."""
    runtime = [name for table in (TYPES, VALUES) for found in table.values() for name in found]
    codes = [error.name for error in code_errors(api).values()]
    flows = [flow for scheme in api.security_schemes for flow in scheme.flows]
    sign_in = SIGN_IN if flows else ()
    return {*runtime, *STANDARD, *sign_in, *codes, "CODE_ERRORS", "WebhookEvent", "errorFrom"}


def walk(
    resources: tuple[Resource, ...], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Resource]]:
    """Every resource with the chain of names that leads to it, parents first."""
    for resource in resources:
        chain = (*above, resource.name)
        yield chain, resource
        yield from walk(resource.children, chain)


def member_names(kind: Object) -> dict[str, str]:
    """The property that each member is, by its wire name."""
    wire = [prop.name for prop in kind.properties]
    return dict(zip(wire, distinct(member(name, "field") for name in wire), strict=True))


def is_renamed(schema: Schema) -> bool:
    """Whether an object has a member that is not called as on the wire."""
    if not isinstance(schema.type, Object):
        return False
    return any(name != wire for wire, name in member_names(schema.type).items())


def is_converted(schema: Schema) -> bool:
    """Whether a value itself is not the same in TypeScript as on the wire."""
    return schema.type == Scalar("string", "date-time") or is_renamed(schema)


def _types(api: Api, reserved: set[str]) -> dict[str, TypeName]:
    modules = _modules(api)
    names = distinct([class_name(schema, reserved) for schema in modules], reserved)
    shapes = distinct([member(f"{name}Shape") for name in names])
    return {
        schema: TypeName(module, name, shape)
        for (schema, module), name, shape in zip(modules.items(), names, shapes, strict=True)
    }


def _named(api: Api) -> frozenset[str]:
    """Objects, enumerations and unions, and whatever else refers to itself."""
    found = {
        name
        for name, schema in api.schemas.items()
        if isinstance(schema.type, Object | Enumeration | Union)
    }
    for name in api.schemas:
        waiting, seen = [name] if name not in found else [], set[str]()
        while waiting:
            for other in references(api.schemas[waiting.pop()]):
                if other == name:
                    found.add(name)
                elif other not in found | seen:
                    seen.add(other)
                    waiting.append(other)
    return frozenset(found)


def _modules(api: Api) -> dict[str, str]:
    """Each schema's module."""
    tops = [resource.name for resource in api.resources]
    labels = distinct([_file(name) for name in tops], {SHARED, WEBHOOKS})
    return modules(api, labels, SHARED, WEBHOOKS)


def _file(text: str) -> str:
    """A file name: words in lower case, joined by hyphens, of any script."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", member(text, "resource")).lower()


def _resources(api: Api, taken: set[str]) -> dict[tuple[str, ...], ResourceName]:
    chains = [chain for chain, _ in walk(api.resources)]
    modules = distinct([_file("_".join(chain)) for chain in chains])
    wanted = [class_name("_".join(chain), (), "Resource") for chain in chains]
    classes = distinct([f"{n}Resource" if n in taken else n for n in wanted], taken)
    attributes = _attributes(api.resources, (), _CLIENT_MEMBERS)
    return {
        chain: ResourceName(attributes[chain], module, cls)
        for chain, module, cls in zip(chains, modules, classes, strict=True)
    }


def _attributes(
    resources: tuple[Resource, ...], above: tuple[str, ...], reserved: frozenset[str]
) -> dict[tuple[str, ...], str]:
    wanted = [_free(member(each.name, "resource"), reserved) for each in resources]
    found: dict[tuple[str, ...], str] = {}
    for resource, attribute in zip(resources, distinct(wanted, reserved), strict=True):
        chain = (*above, resource.name)
        found[chain] = attribute
        found.update(_attributes(resource.children, chain, _METHOD_RESERVED))
    return found


def _methods(
    api: Api, resources: Mapping[tuple[str, ...], ResourceName]
) -> dict[Place, tuple[str, ...]]:
    found: dict[Place, tuple[str, ...]] = {}
    for chain, resource in walk(api.resources):
        children = {resources[(*chain, child.name)].attribute for child in resource.children}
        names = distinct([_method(operation) for operation in resource.operations], children)
        twofold = [n for n, each in enumerate(resource.operations) if len(answer_media(each)) > 1]
        streams = distinct([f"{names[index]}Stream" for index in twofold], {*names, *children})
        twins = dict(zip(twofold, streams, strict=True))
        for index, name in enumerate(names):
            found[chain, index] = (name, twins[index]) if index in twins else (name,)
    return found


def _method(operation: Operation) -> str:
    name = member(operation.name or operation.id, operation.method.lower())
    return _free(name, _METHOD_RESERVED)


def _free(name: str, reserved: frozenset[str]) -> str:
    return f"{name}_" if name in reserved else name
