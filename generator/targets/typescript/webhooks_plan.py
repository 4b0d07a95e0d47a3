"""The webhooks module of a package: the events that arrive, and how they are signed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

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
from generator.targets.typescript.shapes_plan import Shapes
from generator.targets.typescript.source import comment, quoted
from generator.targets.typescript.types_plan import unknown_variant
from generator.targets.webhook_bodies import body_of, tag_of

_FUNCTIONS = ("parseWebhook", "signWebhook", "verifySignature", "verifyWebhook")
_PURE = "/* @__PURE__ */"
"""Bundlers leave out what it stands before, where a program only verifies."""
_HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


class WebhooksModule(Struct, frozen=True):
    """`webhooks.ts`: `signature` is empty where nothing is signed."""

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
    imports = Imports({"WebhookEvent", *_FUNCTIONS})
    scope = Scope(api, names, imports, root="./")
    scope.value("webhooks", "parse")
    scope.type("webhooks", "WebhookBody")
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
        signature=_signature(scope, signed) if signed else "",
        shape=shape,
        imports=imports.lines(),
    )


def _shape(scope: Scope, schemas: Mapping[str, Schema], tag: str) -> str:
    """The shape that reads events."""
    shapes = Shapes(scope)
    found = {name: shapes.of(schema) for name, schema in schemas.items()}
    name = scope.value("shapes", "union" if tag else "oneOf")
    given: list[Node] = [quoted(tag), members(found)] if tag else list(found.values())
    node = call(f"{_PURE} {name}", given)
    kind = scope.type("shapes", "Shape")
    return assigned(f"const EVENT: {kind}<WebhookEvent>", node)


def _signature(scope: Scope, signature: Signature) -> str:
    scope.type("webhooks", "Signature")
    for name in ("sign", "verify"):
        scope.value("webhooks", name)
    scope.type("webhooks", "WebhookHeaders")
    settings: dict[str, Node] = {"header": quoted(signature.header)}
    if signature.prefix:
        settings["prefix"] = quoted(signature.prefix)
    hashed = _HASHES.get(signature.algorithm, "SHA-256")
    if hashed != "SHA-256":
        settings["hash"] = quoted(hashed)
    settings["encode"] = scope.value("webhooks", signature.encoding)
    if signature.key_encoding == "base64" or signature.secret_prefix:
        key = "base64Key" if signature.key_encoding == "base64" else "textKey"
        given = [quoted(signature.secret_prefix)] if signature.secret_prefix else []
        settings["key"] = call(scope.value("webhooks", key), given)
    headers = {
        "body": "null",
        "timestamp": quoted(signature.timestamp_header),
        "message-id": quoted(signature.id_header or "webhook-id"),
    }
    if signature.components != ("body",):
        settings["content"] = listed([headers[each] for each in signature.components])
    if signature.delimiter:
        settings["delimiter"] = quoted(signature.delimiter)
    if signature.timestamp_header:
        settings["timestamp"] = quoted(signature.timestamp_header)
    if signature.tolerance is not None:
        settings["tolerance"] = str(signature.tolerance)
    return assigned("const SIGNATURE: Signature", members(settings))
