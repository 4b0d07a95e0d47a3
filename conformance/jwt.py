"""JSON Web Tokens (RFC 7519, RFC 7515), right ones and wrong ones, made by hand.

A library refuses to make most of what a server must refuse to take.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

HEADER: Mapping[str, Any] = {"alg": "HS256", "typ": "JWT"}


def encoded(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: Any) -> str:
    """A header or a payload as it stands in a token: compact JSON, or bytes as they are."""
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return encoded(raw)


def signature(text: str, secret: str | bytes, digest: str = "sha256") -> str:
    """An HMAC of a token's first two parts."""
    key = secret.encode() if isinstance(secret, str) else secret
    return encoded(hmac.new(key, text.encode(), getattr(hashlib, digest)).digest())


def token(
    claims: Any,
    secret: str | bytes,
    *,
    header: Any = HEADER,
    digest: str = "sha256",
) -> str:
    """A token in compact form, signed with an HMAC whatever its header says."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{signature(signed, secret, digest)}"


def unsigned(claims: Any, header: Any) -> str:
    """A token whose signature is empty."""
    return f"{part(header)}.{part(claims)}."


def parts(text: str) -> tuple[str, str, str]:
    """Header, payload and signature of a token in compact form."""
    header, payload, signed = text.split(".")
    return header, payload, signed


def changed(text: str) -> str:
    """The same with another character in the middle."""
    middle = len(text) // 2
    other = "A" if text[middle] != "A" else "B"
    return text[:middle] + other + text[middle + 1 :]
