"""What everything is called in a generated package: decided once, before anything is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Api, Object, Operation
from generator.published import Published, thing
from generator.targets.file_names import is_device
from generator.targets.naming import Naming, Wanted
from generator.targets.python.exports_plan import RUNTIME
from generator.targets.python_source import (
    BUILTIN_TYPES,
    class_name,
    identifier,
    python_naming,
)
from generator.targets.reach import modules
from generator.targets.resource_naming import (
    Chain,
    Place,
    ResourceName,
    Words,
    attributes,
    methods,
    walk,
)

SHARED = "shared"
WEBHOOKS = "webhook_events"

_NOTHING: Published = {}
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
_REQUIRED = frozenset(
    {"anyio", "h11", "httpcore2", "httpx2", "idna", "msgspec", "truststore", "typing_extensions"}
)
"""The modules that a package needs, and would hide if it were called like one of them."""
_FIELD_RESERVED = frozenset(BUILTIN_TYPES | {"dt"})
_CLIENT_IMPORTS = frozenset(
    {
        *("AsyncClient", "AsyncClientCredentials", "AsyncOAuth", "AsyncSecret"),
        *("AsyncServersCaller", "AsyncTransport", "ClientCredentials", "Clock", "Hooks"),
        *("Mapping", "OAuth", "Pace", "RetryPolicy", "Secret", "SigningSecret", "SyncClient"),
        *("SyncServersCaller", "Timeout", "Transport"),
    }
)
"""What the clients' modules import, beside the classes of resources."""
_CLIENT_CLASS_RESERVED = frozenset({*RUNTIME, *_CLIENT_IMPORTS, "Client", "Webhooks"})
"""What a package offers beside its client, and what the client's module imports."""
_CLIENT_RESERVED = frozenset({"cached_property", "close", "rate_limit", "request", "with_options"})
_RESOURCE_RESERVED = frozenset({"builtins", "cached_property", "dt", "with_raw_response"})


class TypeName(Struct, frozen=True):
    """Where a schema's Python type is: `types/<module>.py`, and what it is called."""

    module: str
    name: str


class Names(Struct, frozen=True):
    """The names of one package.

    `methods` are two where an operation also answers with a stream. `fields` are those of each
    object by wire name. `naming` gives the names that are given later.
    """

    package: str
    client: str
    naming: Naming
    types: Mapping[str, TypeName]
    fields: Mapping[str, Mapping[str, str]]
    resources: Mapping[Chain, ResourceName]
    methods: Mapping[Place, tuple[str, ...]]


def names_of(api: Api, published: Published = _NOTHING) -> Names:
    """Decide every name of the package for `api`; what is published keeps its own."""
    naming = python_naming(published)
    package = _package(api)
    client = class_name(api.title, _CLIENT_CLASS_RESERVED, "Client")
    types = _types(api, naming)
    taken = {*(each.name for each in types.values()), client, f"Async{client}"}
    resources = _resources(api, naming, taken | _CLIENT_IMPORTS)
    objects = (each.type for each in api.schemas.values() if isinstance(each.type, Object))
    fields = {kind.name: _fields(naming, kind) for kind in objects}
    named = methods(naming, _WORDS, api, resources)
    return Names(package, client, naming, types, fields, resources, named)


def _package(api: Api) -> str:
    name = identifier(api.name.lower(), fallback="client").replace("__", "_")
    taken = name in sys.stdlib_module_names or name in _REQUIRED
    return f"{name}_client" if taken else name


def member_names(names: Names, kind: Object) -> Mapping[str, str]:
    """The Python name of each member, by its wire name."""
    return names.fields.get(kind.name) or _fields(python_naming(_NOTHING), kind)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text, with what it quotes by wire names called as it is in Python."""
    return _QUOTED.sub(lambda quoted: f"`{names.get(quoted[1], quoted[1])}`", text)


def _fields(naming: Naming, kind: Object) -> dict[str, str]:
    reserved = _FIELD_RESERVED | ({"additional_properties"} if kind.extensible else set())
    wire = [prop.name for prop in kind.properties]
    wanted = [
        Wanted(thing("field", kind.name, name), identifier(name, reserved, "field"))
        for name in wire
    ]
    return dict(zip(wire, naming.distinct(wanted, reserved), strict=True))


def _types(api: Api, naming: Naming) -> dict[str, TypeName]:
    modules = _modules(api, naming)
    wanted = [
        Wanted(thing("type", schema), class_name(schema, _TYPE_RESERVED, "Type"))
        for schema in modules
    ]
    classes = naming.kept(_wanted_classes(api)).values()
    reserved = {*_TYPE_RESERVED, *classes, *(f"Async{name}" for name in classes)}
    names = naming.distinct(wanted, reserved)
    return {
        schema: TypeName(module, name)
        for (schema, module), name in zip(modules.items(), names, strict=True)
    }


def _modules(api: Api, naming: Naming) -> dict[str, str]:
    """Each schema's module."""
    wanted = [Wanted(thing("types", each.name), _module(each.name)) for each in api.resources]
    return modules(api, naming.distinct(wanted, {SHARED, WEBHOOKS}), SHARED, WEBHOOKS)


def _module(text: str) -> str:
    name = identifier(text, fallback="resource")
    return f"{name}_resource" if is_device(name) else name


def _wanted_classes(api: Api) -> list[Wanted]:
    found = []
    for chain, _ in walk(api.resources):
        name = class_name("_".join(chain), fallback="Resource")
        found.append(Wanted(thing("resource", *chain), name, f"{name}Resource"))
    return found


def _resources(api: Api, naming: Naming, types: set[str]) -> dict[Chain, ResourceName]:
    chains = [chain for chain, _ in walk(api.resources)]
    modules = naming.distinct(
        [Wanted(thing("module", *chain), _module("_".join(chain))) for chain in chains]
    )
    classes = _classes(_wanted_classes(api), naming, types)
    named = attributes(naming, _WORDS, api.resources, _CLIENT_RESERVED)
    return {
        chain: ResourceName(named[chain], module, cls)
        for chain, module, cls in zip(chains, modules, classes, strict=True)
    }


def _classes(wanted: list[Wanted], naming: Naming, types: set[str]) -> list[str]:
    """The class of each resource; with `Async` before it, it is that of another class."""
    kept = {*naming.kept(wanted).values()}
    names = {each.name for each in wanted}
    clashing = {name for name in names - kept if f"Async{name}" in types | kept}
    asynchronous = {f"Async{name}" for name in names} - kept
    plain = [
        each if each.name in types | clashing | asynchronous else replace(each, fallback="")
        for each in wanted
    ]
    return naming.distinct(plain, {*types, *clashing, *asynchronous, "Unset"})


def _method(operation: Operation) -> str:
    return identifier(
        operation.name or operation.id,
        _RESOURCE_RESERVED,
        operation.method.lower(),
    )


def _attribute(name: str, reserved: Collection[str]) -> str:
    return identifier(name, reserved, "resource")


_WORDS = Words(_attribute, _method, lambda method: f"{method}_stream", _RESOURCE_RESERVED)
