"""How the press reads what clients prove themselves with: HTTP Basic, and verifiers of PKCE."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import unquote_plus


def opened(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def basic_of(header: str) -> tuple[str, str] | None:
    scheme, _, text = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return None
    good = scheme.lower() == "basic" and colon
    return (unquote_plus(name), unquote_plus(password)) if good else None
