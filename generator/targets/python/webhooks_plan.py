"""The webhooks module of a package: the events that arrive, and how they are signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.model import Api, Constant, Object, Reference, Schema, Signature, Webhook
from generator.targets.python.annotations import UNIONS, Scope, annotation
from generator.targets.python.answers_plan import chosen_media
from generator.targets.python.imports import Imports
from generator.targets.python.names import Names
from generator.targets.python_source import docstring, literal, quoted, tuple_of


@dataclass(frozen=True, slots=True)
class WebhooksModule:
    """`webhooks.py`: expressions are code already; `signature` is empty where nothing is signed."""

    doc: str
    runtime: Mapping[str, str]
    imports: str
    expression: str
    variants: str
    tag: str
    mapping: str
    signature: str


def webhooks_module(api: Api, names: Names) -> WebhooksModule | None:
    """The module for an API that sends webhooks; None for one that sends none."""
    bodies = {webhook.name: _body(webhook) for webhook in api.webhooks}
    schemas = {name: schema for name, schema in bodies.items() if schema is not None}
    if not schemas:
        return None
    signed = next((each.signature for each in api.webhooks if each.signature), None)
    imports = Imports({"WebhookEvent", "parse", "sign", "verify"})
    scope = Scope(api, names.types, imports)
    written = {name: annotation(scope, schema) for name, schema in schemas.items()}
    tag = _tag(api, schemas)
    unknown = scope.runtime(UNIONS, "Unknown")
    pairs = ", ".join(f"{quoted(name)}: {kind}" for name, kind in written.items())
    return WebhooksModule(
        doc=docstring(f"The webhooks of {api.title}: what arrives, proved and typed.", 0),
        runtime=_runtime(scope, signed=signed is not None),
        imports=imports.lines().replace("from ..", "from ."),
        expression=" | ".join(dict.fromkeys([*written.values(), unknown])),
        variants=tuple_of(dict.fromkeys(written.values())),
        tag=quoted(tag) if tag else "",
        mapping=f"{{{pairs}}}" if tag else "",
        signature=_signature(signed) if signed else "",
    )


def _runtime(scope: Scope, *, signed: bool) -> dict[str, str]:
    """What the module's own code uses, by what it is called there."""
    imports = scope.imports
    imports.name("__future__", "annotations")
    found = {name: imports.name("typing", name) for name in ("TYPE_CHECKING", "TypeAlias", "cast")}
    found["OpenUnion"] = scope.runtime(UNIONS, "OpenUnion")
    found["parse"] = scope.runtime("_runtime.webhooks", "parse")
    if signed:
        for name in ("Iterable", "Mapping"):
            found[name] = imports.name("collections.abc", name)
        for name in ("Signature", "sign", "verify"):
            found[name] = scope.runtime("_runtime.webhooks", name)
        found["time"] = imports.module("time", "time")
    return found


def _body(webhook: Webhook) -> Schema | None:
    media = chosen_media(webhook.body.media)
    return media.schema if media else None


def _tag(api: Api, schemas: dict[str, Schema]) -> str:
    """The member that holds the name of the webhook in every body, if there is one."""
    candidates: set[str] | None = None
    for name, schema in schemas.items():
        kind = schema.type
        while isinstance(kind, Reference):
            kind = api.schemas[kind.name].type
        properties = kind.properties if isinstance(kind, Object) else ()
        found = {each.name for each in properties if each.schema.type == Constant(name)}
        candidates = found if candidates is None else candidates & found
    return min(candidates, default="") if candidates else ""


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
