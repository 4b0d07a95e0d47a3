"""Cursors that are made in another way than they should be."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reference.cursors import Cursors, Scope, UnknownCursorError

NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Rescoped:
    """Cursors that are bound to something else than the list they belong to."""

    inner: Cursors
    change: Callable[[Scope], Scope]

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return self.inner.mint(position, self.change(scope))

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        return self.inner.read(cursor, self.change(scope))


@dataclass(frozen=True, slots=True)
class Forgiving:
    """Cursors of which an unknown one means the first page."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        try:
            return self.inner.read(cursor, scope)
        except UnknownCursorError:
            return NEWEST


@dataclass(frozen=True, slots=True)
class Crashing:
    """Cursors whose parser does not expect bad ones."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        try:
            return self.inner.read(cursor, scope)
        except UnknownCursorError as error:
            raise RuntimeError("the cursor could not be parsed") from error


@dataclass(frozen=True, slots=True)
class Readable:
    """Cursors that are signed, and can be read by anybody."""

    secret: bytes

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        text = json.dumps({"after": position, **scope}, sort_keys=True).encode()
        return base64.urlsafe_b64encode(self._signature(text) + text).decode()

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        try:
            raw = base64.urlsafe_b64decode(cursor)
            position: int = json.loads(raw[32:])["after"]
        except (ValueError, KeyError) as error:
            raise UnknownCursorError from error
        if not hmac.compare_digest(self.mint(position, scope).encode(), cursor.encode()):
            raise UnknownCursorError
        return position

    def _signature(self, text: bytes) -> bytes:
        return hmac.digest(self.secret, text, hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Unauthenticated:
    """Cursors that are encrypted, and of which every other one is good as well."""

    secret: bytes

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return base64.urlsafe_b64encode((position ^ self._mask(scope)).to_bytes(9)).decode()

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        try:
            raw = base64.urlsafe_b64decode(cursor)
        except ValueError as error:
            raise UnknownCursorError from error
        if len(raw) != 9:
            raise UnknownCursorError
        return (int.from_bytes(raw) ^ self._mask(scope)) & NEWEST

    def _mask(self, scope: Scope) -> int:
        text = json.dumps(dict(scope), sort_keys=True).encode()
        return int.from_bytes(hmac.digest(self.secret, text, hashlib.sha256)[:8])


@dataclass(frozen=True, slots=True)
class SingleUse:
    """Cursors that are good once."""

    inner: Cursors
    used: set[str] = field(default_factory=set)

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        position = self.inner.read(cursor, scope)
        if cursor in self.used:
            raise UnknownCursorError
        self.used.add(cursor)
        return position


def without(scope: Scope, *names: str) -> Mapping[str, str | int]:
    """Return a scope without some of its names."""
    return {name: value for name, value in scope.items() if name not in names}
