"""Webhooks: signatures made and checked in constant time, by one declaration for both."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from . import values
from .errors import WebhookError


@dataclass(frozen=True, slots=True)
class Signature:
    """How an API signs: an HMAC of `components`, joined by `delimiter`, in `header`.

    `tolerance` is how many seconds a timestamp may be off; None where there is none to check. The
    key is what follows `secret_prefix` in a secret, decoded.
    """

    header: str
    algorithm: str = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    components: tuple[str, ...] = ("body",)
    delimiter: str = ""
    timestamp_header: str = ""
    tolerance: int | None = None
    id_header: str = "webhook-id"
    secret_prefix: str = ""
    key_encoding: Literal["utf-8", "base64"] = "utf-8"


def sign(
    signature: Signature, body: bytes, secret: str, *, message_id: str, timestamp: int
) -> dict[str, str]:
    """The headers that a delivery of `body` carries. `timestamp` is a Unix time."""
    headers = {signature.header: _signed(signature, body, secret, message_id, str(timestamp))}
    if "timestamp" in signature.components:
        headers[signature.timestamp_header] = str(timestamp)
    if "message-id" in signature.components:
        headers[signature.id_header] = message_id
    return headers


def verify(
    signature: Signature,
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    now: float | None = None,
) -> None:
    """Check that one of `secrets` signed `body`, and not too long ago. Raises `WebhookError`."""
    found = {name.lower(): value for name, value in headers.items()}
    sent = found.get(signature.header.lower(), "").split()
    if not sent:
        raise WebhookError(f"the webhook has no header {signature.header}")
    stamp = found.get(signature.timestamp_header.lower(), "")
    message_id = found.get(signature.id_header.lower(), "")
    matches = False
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = _signed(signature, body, secret, message_id, stamp).encode()
        for candidate in sent:
            matches |= hmac.compare_digest(expected, candidate.encode())
    if not matches:
        raise WebhookError(f"the webhook's {signature.header} was not made with this secret")
    if signature.tolerance is not None and signature.timestamp_header:
        _check_age(stamp, signature.tolerance, time.time() if now is None else now)


def parse(body: bytes, shape: Any) -> Any:
    """The event in the body of a webhook. Raises `WebhookError` where it is not as documented."""
    try:
        return values.decode(body, shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WebhookError(f"the webhook is not as documented: {error}") from error


def _check_age(stamp: str, tolerance: int, now: float) -> None:
    if not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp)) > tolerance:
        raise WebhookError(f"the webhook was not sent within {tolerance} seconds of now")


def _signed(signature: Signature, body: bytes, secret: str, message_id: str, stamp: str) -> str:
    parts = {"body": body, "timestamp": stamp.encode(), "message-id": message_id.encode()}
    content = signature.delimiter.encode().join(parts[name] for name in signature.components)
    digest = hmac.new(
        _key(signature, secret), content, getattr(hashlib, signature.algorithm)
    ).digest()
    if signature.encoding == "hex":
        return signature.prefix + digest.hex()
    return signature.prefix + base64.b64encode(digest).decode()


def _key(signature: Signature, secret: str) -> bytes:
    if not secret:
        raise WebhookError("a webhook's secret is empty")
    if not secret.startswith(signature.secret_prefix):
        raise WebhookError(f"a webhook's secret begins with {signature.secret_prefix}")
    key = secret.removeprefix(signature.secret_prefix)
    if signature.key_encoding == "utf-8":
        return key.encode()
    try:
        return base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise WebhookError("a webhook's secret is not base64") from error
