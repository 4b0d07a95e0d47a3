"""Webhooks: signatures made and checked in constant time, by one declaration for both."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

from . import values
from .credentials import SigningSecret
from .errors import ArgumentError, MissingCredentialsError, WebhookError


@runtime_checkable
class HasItems(Protocol):
    """A mapping, or what is used like one."""

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names, each with its value or values."""
        ...


Headers: TypeAlias = HasItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
"""The headers of a delivery as frameworks give them: a mapping or pairs, names in any case."""

_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


class Signature(msgspec.Struct, frozen=True):
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
    signature: Signature, body: bytes, secrets: SigningSecret, *, message_id: str, timestamp: int
) -> dict[str, str]:
    """The headers that a delivery of `body` carries. `timestamp` is a Unix time.

    Signed with the first of several secrets. Raises `ArgumentError` for one that cannot be used.
    """
    digest = _digest(signature, _keys(signature, secrets)[0], body, message_id, str(timestamp))
    text = digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()
    headers = {signature.header: signature.prefix + text}
    if "timestamp" in signature.components:
        headers[signature.timestamp_header] = str(timestamp)
    if "message-id" in signature.components:
        headers[signature.id_header] = message_id
    return headers


def verify(
    signature: Signature,
    body: bytes,
    headers: Headers,
    secrets: SigningSecret,
    now: float | None = None,
) -> None:
    """Check that one of `secrets` signed `body`, and not too long ago.

    Raises `WebhookError`, saying what is wrong with the delivery; `ArgumentError` and
    `MissingCredentialsError` for secrets that nothing can be checked with.
    """
    keys = _keys(signature, secrets)
    sent = _pairs(headers)
    candidates = _candidates(signature, _one(sent, signature.header))
    message_id = _part(signature, "message-id", sent, signature.id_header)
    stamp = _part(signature, "timestamp", sent, signature.timestamp_header)
    if stamp and not _STAMP.fullmatch(stamp):
        raise WebhookError(f"the webhook's {signature.timestamp_header} is not a Unix time")
    matches = False
    for key in keys:
        expected = _digest(signature, key, body, message_id, stamp)
        for candidate in candidates:
            matches |= hmac.compare_digest(expected, candidate)
    if not matches:
        raise WebhookError(
            f"the webhook's {signature.header} was not made with this secret for this body"
        )
    moment = time.time() if now is None else now
    if stamp and signature.tolerance is not None and abs(moment - int(stamp)) > signature.tolerance:
        raise WebhookError(f"the webhook was not sent within {signature.tolerance} seconds of now")


def parse(body: bytes, shape: Any) -> Any:
    """The event in the body of a webhook. Raises `WebhookError` where it is not as documented."""
    try:
        return values.decode(body, shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WebhookError(f"the webhook is not as documented: {error}") from error


def one_secret(given: SigningSecret | None, kept: Sequence[str], ways: str) -> SigningSecret:
    """What was given for this call, else what the client has.

    Raises `MissingCredentialsError`, naming the `ways` to give one, where there is neither.
    """
    if given is None and not kept:
        raise MissingCredentialsError(f"there is no secret to check webhooks with: {ways}")
    return kept if given is None else given


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    items: Any = headers.items() if isinstance(headers, HasItems) else headers
    return [
        (_text(name).lower(), _text(value))
        for name, given in items
        for value in ([given] if isinstance(given, str | bytes) else given)
    ]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _one(sent: list[tuple[str, str]], header: str) -> str:
    found = [value for name, value in sent if name == header.lower()]
    if not found or not found[0].strip():
        raise WebhookError(f"the webhook has no header {header}")
    if len(found) > 1:
        raise WebhookError(f"the webhook has the header {header} {len(found)} times")
    if not found[0].isascii():
        raise WebhookError(f"the webhook's {header} holds what is not ASCII")
    return found[0].strip()


def _part(signature: Signature, name: str, sent: list[tuple[str, str]], header: str) -> str:
    return _one(sent, header) if name in signature.components else ""


def _candidates(signature: Signature, sent: str) -> list[bytes]:
    """The digests in the header: one, or several apart by spaces; those of other kinds left out."""
    ours = [each for each in sent.split() if each.startswith(signature.prefix)]
    if not ours:
        raise WebhookError(
            f"the webhook's {signature.header} does not begin with {signature.prefix!r}"
        )
    return [_decoded(signature, each.removeprefix(signature.prefix)) for each in ours]


def _decoded(signature: Signature, text: str) -> bytes:
    size: int = hashlib.new(signature.algorithm).digest_size
    try:
        if signature.encoding == "base64":
            digest = base64.b64decode(text, validate=True)
        else:
            digest = bytes.fromhex(text)
    except ValueError:
        raise WebhookError(
            f"the webhook's {signature.header} is not {signature.encoding}"
        ) from None
    if len(digest) != size:
        raise WebhookError(
            f"the webhook's {signature.header} is {len(digest)} bytes long, not {size}"
        )
    return digest


def _digest(signature: Signature, key: bytes, body: bytes, message_id: str, stamp: str) -> bytes:
    parts = {"body": body, "timestamp": stamp.encode(), "message-id": message_id.encode()}
    content = signature.delimiter.encode().join(parts[name] for name in signature.components)
    return hmac.digest(key, content, signature.algorithm)


def _keys(signature: Signature, secrets: SigningSecret) -> list[bytes]:
    listed = [secrets] if isinstance(secrets, str) else list(secrets)
    if not listed:
        raise MissingCredentialsError("there is no secret to check webhooks with")
    return [_key(signature, secret) for secret in listed]


def _key(signature: Signature, secret: str) -> bytes:
    key = secret.removeprefix(signature.secret_prefix)
    if not key:
        raise ArgumentError("a webhook's secret is empty")
    if not secret.startswith(signature.secret_prefix):
        raise ArgumentError(f"a webhook's secret begins with {signature.secret_prefix}")
    if signature.key_encoding == "utf-8":
        return key.encode()
    try:
        return base64.b64decode(key, validate=True)
    except ValueError:
        raise ArgumentError("a webhook's secret is not base64") from None
