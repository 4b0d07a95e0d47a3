"""The webhooks module of a package: the events that arrive, and how they are signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from generator.model import Api, Signature
from generator.targets.python.annotations import UNIONS, Scope, annotation
from generator.targets.python.imports import Imports
from generator.targets.python.names import Names
from generator.targets.python.resources_plan import Child
from generator.targets.python_source import docstring, literal, quoted, tuple_of
from generator.targets.resource_naming import ResourceName
from generator.targets.webhook_bodies import body_of, tag_of

_METHODS = frozenset({"parse", "sign", "verify"})
_OWN = _METHODS | {"AsyncCaller", "SyncCaller", "UnknownEvent", "WebhookEvent"}


class Accessor(Struct, frozen=True):
    """A class that is `client.webhooks`; `parent` is that of the resource of this name, if any."""

    cls: str
    parent: str


class WebhooksModule(Struct, frozen=True):
    """`webhooks.py`: expressions are code already; `signature` is empty where nothing is signed."""

    doc: str
    runtime: Mapping[str, str]
    imports: str
    expression: str
    unknown: str
    variants: str
    tag: str
    mapping: str
    signature: str
    accessors: Sequence[Accessor]
    ways: str


def webhooks_accessor(api: Api, names: Names) -> Child | None:
    """`client.webhooks`, where webhooks are signed; one with the resource of this name.

    None also where that resource has such methods of its own.
    """
    if not _signed(api) or not any(map(body_of, api.webhooks)):
        return None
    chain, name = _resource(names)
    methods = {method for (above, _), method in names.methods.items() if above == chain}
    if methods & _METHODS:
        return None
    resource = next((each for each in api.resources if (each.name,) == chain), None)
    about = resource.description if resource and resource.description else ""
    told = f"{about} Proves what arrives, and types it.".strip()
    cls = name.cls if name else "Webhooks"
    classes = {False: cls, True: f"Async{cls}" if name else cls}
    return Child("webhooks", "webhooks", classes, docstring(told, 8))


def webhooks_module(api: Api, names: Names) -> WebhooksModule | None:
    """The module for an API that sends webhooks; None for one that sends none."""
    bodies = {webhook.name: body_of(webhook) for webhook in api.webhooks}
    schemas = {name: schema for name, schema in bodies.items() if schema is not None}
    if not schemas:
        return None
    signed = _signed(api)
    accessor = webhooks_accessor(api, names)
    own = set(accessor.classes.values()) if accessor else set()
    imports = Imports(_OWN | own)
    scope = Scope(api, names, imports)
    written = {name: annotation(scope, schema) for name, schema in schemas.items()}
    tag = tag_of(api, schemas)
    unknown = scope.runtime(UNIONS, "Unknown")
    pairs = ", ".join(f"{quoted(name)}: {kind}" for name, kind in written.items())
    variable = f"{names.package.upper()}_WEBHOOK_SECRET"
    ways = f"pass secret=… to this call or webhook_secret=… to the client, or set {variable}"
    return WebhooksModule(
        doc=docstring(f"The webhooks of {api.title}: what arrives, proved and typed.", 0),
        runtime=_runtime(scope, signed=signed is not None, kept=accessor is not None),
        accessors=_accessors(scope, names, accessor) if accessor else (),
        imports=imports.lines().replace("from ..", "from ."),
        expression=" | ".join(dict.fromkeys([*written.values(), "UnknownEvent"])),
        unknown=unknown,
        variants=tuple_of(dict.fromkeys(written.values())),
        tag=quoted(tag) if tag else "",
        mapping=f"{{{pairs}}}" if tag else "",
        signature=_signature(signed) if signed else "",
        ways=quoted(ways),
    )


def _signed(api: Api) -> Signature | None:
    return next((each.signature for each in api.webhooks if each.signature), None)


def _resource(names: Names) -> tuple[tuple[str, ...], ResourceName | None]:
    """The resource that is `client.webhooks` already, if there is one."""
    found = ((chain, name) for chain, name in names.resources.items() if len(chain) == 1)
    return next(
        ((chain, name) for chain, name in found if name.attribute == "webhooks"), ((), None)
    )


def _accessors(scope: Scope, names: Names, accessor: Child) -> list[Accessor]:
    _, resource = _resource(names)
    if resource is None:
        return [Accessor(accessor.classes[False], "")]
    return [
        Accessor(cls, scope.imports.name(f"..resources.{resource.module}", cls))
        for cls in accessor.classes.values()
    ]


def _runtime(scope: Scope, *, signed: bool, kept: bool) -> dict[str, str]:
    """What the module's own code uses, by what it is called there."""
    imports = scope.imports
    imports.name("__future__", "annotations")
    found = {name: imports.name("typing", name) for name in ("TYPE_CHECKING", "TypeAlias", "cast")}
    found["OpenUnion"] = scope.runtime(UNIONS, "OpenUnion")
    found["parse"] = scope.runtime("_runtime.webhooks", "parse")
    if signed:
        for name in ("Headers", "Signature", "sign", "verify", *(["one_secret"] if kept else [])):
            found[name] = scope.runtime("_runtime.webhooks", name)
        found["SigningSecret"] = scope.runtime("_runtime.credentials", "SigningSecret")
        found["time"] = imports.module("time", "time")
    return found


def _signature(signature: Signature) -> str:
    settings = [quoted(signature.header)]
    told = {
        "algorithm": (signature.algorithm, "sha256"),
        "encoding": (signature.encoding, "hex"),
        "prefix": (signature.prefix, ""),
        "delimiter": (signature.delimiter, ""),
        "timestamp_header": (signature.timestamp_header, ""),
        "tolerance": (signature.tolerance, None),
        "id_header": (signature.id_header, "webhook-id"),
        "secret_prefix": (signature.secret_prefix, ""),
        "key_encoding": (signature.key_encoding, "utf-8"),
    }
    settings += [
        f"{name}={literal(value)}" for name, (value, usual) in told.items() if value != usual
    ]
    if signature.components != ("body",):
        settings.append(f"components={tuple_of(map(quoted, signature.components))}")
    return f"Signature({', '.join(settings)})"
