"""Page cursors: sealed positions that say nothing, and open only where they were minted.

AES-SIV (RFC 5297) encrypts and authenticates in one step, with the list that the cursor belongs to
as associated data: another tenant, collection or filter, or one changed character, and it does not
open. Every cursor has the same length, and the same place in the same list the same cursor.
"""

import base64
from collections.abc import Mapping
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

SECRET_BYTES = 32
_POSITION_BYTES = 8

Scope = Mapping[str, str | int]
"""What tells one list from all others: its tenant, its collection, its filters."""


class UnknownCursorError(ValueError):
    """The cursor was not minted here, or for another list."""


class Cursors(Protocol):
    """Turns positions into cursors and back."""

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in the list of `scope`."""

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError where it is none of `scope`."""


class SealedCursors:
    """Cursors encrypted under a secret of SECRET_BYTES bytes."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(secret)

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in the list of `scope`."""
        return _text(self._cipher.encrypt(position.to_bytes(_POSITION_BYTES), [_context(scope)]))

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError where it is none of `scope`."""
        try:
            sealed = base64.urlsafe_b64decode(cursor)
            position = self._cipher.decrypt(sealed, [_context(scope)])
        except (ValueError, InvalidTag) as error:
            raise UnknownCursorError from error
        if _text(sealed) != cursor:
            raise UnknownCursorError
        return int.from_bytes(position)


def _text(sealed: bytes) -> str:
    """Return the one spelling of a cursor; decoding takes several."""
    return base64.urlsafe_b64encode(sealed).decode()


def _context(scope: Scope) -> bytes:
    """Return bytes that differ for any two scopes."""
    return msgspec.json.encode(scope, order="deterministic")
