"""Proof Key for Code Exchange with S256, the only method that is taken (RFC 7636, RFC 9700)."""

import base64
import hashlib
import hmac
import re

METHOD = "S256"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def is_verifier(text: str) -> bool:
    """Return whether a text has the form of a code verifier (RFC 7636 §4.1)."""
    return _VERIFIER.fullmatch(text) is not None


def is_challenge(text: str) -> bool:
    """Return whether a text has the form of an S256 code challenge (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(text) is not None


def proves(verifier: str, challenge: str) -> bool:
    """Return whether a challenge was made of a verifier; how long it takes tells nothing."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
