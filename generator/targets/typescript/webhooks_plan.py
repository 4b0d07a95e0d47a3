"""The webhooks module of a package: the events that arrive, and how they are signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.model import Api, Schema, Signature
from generator.targets.typescript.expressions import Scope, either, type_of
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.layout import (
    Alternatives,
    Node,
    assigned,
    call,
    listed,
    members,
)
from generator.targets.typescript.names import Names
from generator.targets.typescript.shapes_plan import Shapes, converts
from generator.targets.typescript.source import comment, quoted
from generator.targets.typescript.types_plan import unknown_variant
from generator.targets.webhook_bodies import body_of, tag_of

_SIGNATURE = "const SIGNATURE: Signature"
_HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


@dataclass(frozen=True, slots=True)
class WebhooksModule:
    """`webhooks.ts`: `signature` is empty where nothing is signed, `shape` where none is needed."""

    doc: str
    imports: str
    event: str
    signature: str
    shape: str


def webhooks_module(api: Api, names: Names) -> WebhooksModule | None:
    """The module for an API that sends webhooks; None for one that sends none."""
    bodies = {webhook.name: body_of(webhook) for webhook in api.webhooks}
    schemas = {name: schema for name, schema in bodies.items() if schema is not None}
    if not schemas:
        return None
    signed = next((each.signature for each in api.webhooks if each.signature), None)
    imports = Imports({"WebhookEvent", "parseWebhook", "signWebhook", "verifyWebhook"})
    scope = Scope(api, names, imports, root="./")
    tag = tag_of(api, schemas)
    known: list[Node] = [type_of(scope, schema) for schema in schemas.values()]
    event: Node = either(known)
    if tag:
        listed_ = event.members if isinstance(event, Alternatives) else (event,)
        event = Alternatives((*listed_, unknown_variant(scope, tag)))
    shape = _shape(scope, schemas, tag)
    return WebhooksModule(
        doc=comment(f"The webhooks of {api.title}: what arrives, proved and typed."),
        event=assigned("export type WebhookEvent", event),
        signature=_signature(scope, signed, checked=bool(shape)) if signed else "",
        shape=shape,
        imports=imports.lines(),
    )


def _shape(scope: Scope, schemas: Mapping[str, Schema], tag: str) -> str:
    """The shape that reads events, where some are not the same in TypeScript as on the wire."""
    if not any(converts(scope, schema) for schema in schemas.values()):
        return ""
    shapes = Shapes(scope)
    found = {name: shapes.of(schema) for name, schema in schemas.items()}
    if tag:
        given: list[Node] = [quoted(tag), members(found)]
        node = call(scope.value("shapes", "union"), given)
    else:
        node = call(scope.value("shapes", "oneOf"), list(found.values()))
    kind = scope.type("shapes", "Shape")
    return assigned(f"const EVENT: {kind}<WebhookEvent>", node)


def _signature(scope: Scope, signature: Signature, *, checked: bool) -> str:
    scope.type("webhooks", "Signature")
    for name in ("sign", "verify", *(["WebhookError"] if checked else [])):
        scope.value("webhooks", name)
    for name in ("WebhookBody", "WebhookHeaders"):
        scope.type("webhooks", name)
    told: dict[str, tuple[str | int | None, str | int | None]] = {
        "prefix": (signature.prefix, ""),
        "hash": (_HASHES.get(signature.algorithm, "SHA-256"), "SHA-256"),
        "encoding": (signature.encoding, "hex"),
        "delimiter": (signature.delimiter, ""),
        "timestampHeader": (signature.timestamp_header, ""),
        "tolerance": (signature.tolerance, None),
        "idHeader": (signature.id_header or "webhook-id", "webhook-id"),
        "secretPrefix": (signature.secret_prefix, ""),
        "keyEncoding": (signature.key_encoding, "utf-8"),
    }
    settings: dict[str, Node] = {"header": quoted(signature.header)}
    for name, (value, usual) in told.items():
        if value != usual and value is not None:
            settings[name] = quoted(value) if isinstance(value, str) else str(value)
    if signature.components != ("body",):
        settings["components"] = listed([quoted(each) for each in signature.components])
    return assigned(_SIGNATURE, members(settings))
