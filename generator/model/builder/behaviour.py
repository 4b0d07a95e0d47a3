"""What the vocabulary's extensions promise: rate limits, retries, identity, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.document import Node
from generator.model.behaviour import (
    Identity,
    PlainHttp,
    RateLimit,
    Retries,
    Signature,
    WirePath,
)
from generator.model.builder.source import Source, string_map, texts

_SIGNED = frozenset({"body", "timestamp", "message-id"})
_STANDARD_ID_HEADER = "webhook-id"
"""Where Standard Webhooks has the id of a message."""


def wire_path(expression: object) -> WirePath:
    """`$response.pagination.next`, `$.pagination.next` or `/pagination/next` as keys."""
    if not isinstance(expression, str):
        return ()
    if expression.startswith("/"):
        return tuple(
            token.replace("~1", "/").replace("~0", "~") for token in expression.split("/")[1:]
        )
    head, _, rest = expression.partition(".")
    if head == "$request" and rest.startswith("body."):
        rest = rest.removeprefix("body.")
    keys = rest if head.startswith("$") else expression
    return tuple(key for key in keys.split(".") if key)


def rate_limit(source: Source, node: Node) -> RateLimit | None:
    """`x-rate-limit` of an operation, or of the root."""
    told = source.extension(node, "x-rate-limit")
    if told is None:
        return None
    value = told.mapping
    limit, window = _integer(value, "limit"), _integer(value, "window")
    if limit is None or window is None:
        source.note(told, "GEN-021", "`x-rate-limit` needs whole numbers `limit` and `window`.")
        return None
    burst = _integer(value, "burst")
    plans = _mapping(value, "plans")
    return RateLimit(
        per=told.text("per") or "key",
        limit=limit,
        window=window,
        burst=limit if burst is None else burst,
        position=told.position,
        plans={name: each for name in plans if (each := _integer(plans, name)) is not None},
        headers=string_map(value.get("headers")),
        reset="delta-seconds" if value.get("reset") == "delta-seconds" else "unix-seconds",
    )


def retries(source: Source, node: Node) -> Retries | None:
    """`x-speakeasy-retries` of an operation, or of the root; its times are in milliseconds."""
    told = source.extension(node, "x-speakeasy-retries")
    if told is None or told.text("strategy") not in {"backoff", ""}:
        return None
    written = told.mapping.get("backoff")
    backoff = written if isinstance(written, dict) else {}
    codes = told.mapping.get("statusCodes")
    return Retries(
        initial=_number(backoff, "initialInterval", 500) / 1000,
        maximum=_number(backoff, "maxInterval", 60_000) / 1000,
        maximum_elapsed=_number(backoff, "maxElapsedTime", 3_600_000) / 1000,
        exponent=_number(backoff, "exponent", 1.5),
        statuses=tuple(str(code).upper() for code in codes) if isinstance(codes, list) else (),
        connection_errors=told.mapping.get("retryConnectionErrors") is True,
        position=told.position,
    )


def identity(source: Source, node: Node) -> Identity | None:
    """`x-identity` of an operation."""
    told = source.extension(node, "x-identity")
    if told is None:
        return None
    value = told.mapping
    return Identity(
        token=wire_path(value.get("token")),
        subject=texts(value.get("subject")),
        matches=wire_path(value.get("matches")),
        anonymous_prefix=told.text("anonymous-prefix"),
        algorithms=texts(value.get("algorithms")),
        required_claims=texts(value.get("required-claims")),
        trusted_claims=texts(value.get("trusted-claims")),
        failure=_integer(value, "failure") or 403,
        position=told.position,
    )


def signature(source: Source, node: Node) -> Signature | None:
    """`x-fern-webhook-signature` of a webhook, else the root's."""
    told = source.extension(node, "x-fern-webhook-signature")
    told = told or source.extension(source.root, "x-fern-webhook-signature")
    if told is None:
        return None
    if told.text("type") not in {"hmac", ""}:
        message = f"A signature of type {told.text('type')!r} is not expressed; only hmac is."
        source.note(told, "GEN-022", message)
        return None
    payload = _mapping(told.mapping, "payload-format")
    components = texts(payload.get("components")) or ("body",)
    if not _SIGNED.issuperset(components):
        message = f"A signature of {' and '.join(components)} is not expressed."
        source.note(told, "GEN-022", message)
        return None
    stamp = _mapping(told.mapping, "timestamp")
    secret = _mapping(told.mapping, "secret")
    return Signature(
        header=told.text("header"),
        algorithm=told.text("algorithm") or "sha256",
        encoding="base64" if told.text("encoding") == "base64" else "hex",
        prefix=told.text("prefix") or told.text("signature-prefix"),
        components=components,
        delimiter=str(payload.get("delimiter", "")),
        position=told.position,
        timestamp_header=str(stamp.get("header", "")),
        tolerance=_integer(stamp, "tolerance"),
        id_header=str(_mapping(told.mapping, "message-id").get("header", _STANDARD_ID_HEADER)),
        secret_prefix=str(secret.get("prefix", "")),
        key_encoding="base64" if secret.get("encoding") == "base64" else "utf-8",
    )


def webhook_retries(source: Source, node: Node) -> tuple[int, ...]:
    """`x-webhook-retries` of a webhook, else the root's; seconds."""
    own = node.get("x-webhook-retries")
    told = source.root.get("x-webhook-retries") if own is None or own.value is True else own
    waits = told.value if told is not None and isinstance(told.value, list) else []
    return tuple(wait for wait in waits if isinstance(wait, int) and not isinstance(wait, bool))


def plain_http(source: Source) -> PlainHttp | None:
    """`x-plain-http` of the root."""
    told = source.root.get("x-plain-http")
    status = _integer(told.mapping, "status") if told is not None else None
    if told is None or status is None:
        return None
    return PlainHttp(status, told.position, told.text("code"))


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _integer(value: Any, key: str) -> int | None:
    found = value.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _number(value: Any, key: str, default: float) -> float:
    found = value.get(key)
    told = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if told else default
