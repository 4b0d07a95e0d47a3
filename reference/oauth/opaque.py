"""Secrets, codes and tokens: random texts that say nothing, and the digests that are kept."""

import hashlib
import secrets

_RANDOM_BYTES = 32
_ID_BYTES = 12


def mint(prefix: str) -> str:
    """Return a text of 256 random bits, so that nobody can guess one (RFC 6749 §10.10)."""
    return prefix + secrets.token_urlsafe(_RANDOM_BYTES)


def mint_id(prefix: str) -> str:
    """Return an id: unique, and no secret."""
    return prefix + secrets.token_hex(_ID_BYTES)


def digest(text: str) -> bytes:
    """Return the SHA-256 of a random text, which needs no slower hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
