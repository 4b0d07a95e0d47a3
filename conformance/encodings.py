"""The ways in which a secret may be written that need no key to be read."""

from __future__ import annotations

import base64
import codecs

ENCODERS = (
    base64.b64encode,
    base64.urlsafe_b64encode,
    base64.b32encode,
    base64.b85encode,
    base64.a85encode,
)


def forms(secret: str) -> set[bytes]:
    """A secret, and what follows its prefix, plain and in every encoding that has no key."""
    found: set[bytes] = set()
    for text in {secret, secret.partition("_")[2] or secret}:
        plain = text.encode()
        found |= {
            plain,
            plain[::-1],
            text.swapcase().encode(),
            codecs.encode(text, "rot13").encode(),
        }
        found |= {plain.hex().encode(), plain.hex().upper().encode(), text.encode("utf-16-le")}
        found |= {encode(plain).rstrip(b"=")[:-1] for encode in ENCODERS}
    return found
