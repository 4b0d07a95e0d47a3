"""Planted faults of cursors."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import cursors, rescoped, without
from reference.haleai.parts import Parts

_NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Forgiving:
    """Cursors of which an unknown one means the first page."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        try:
            return self.inner.read(cursor, scope)
        except UnknownCursorError:
            return _NEWEST


@dataclass(frozen=True, slots=True)
class _Crashing:
    """Cursors whose parser does not expect bad ones."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        try:
            return self.inner.read(cursor, scope)
        except UnknownCursorError as error:
            raise RuntimeError("the cursor could not be parsed") from error


@dataclass(frozen=True, slots=True)
class _Readable:
    """Cursors that are signed, and can be read by anybody."""

    secret: bytes

    def mint(self, position: int, scope: Scope) -> str:
        text = json.dumps({"after": position, **scope}, sort_keys=True).encode()
        return base64.urlsafe_b64encode(self._signature(text) + text).decode()

    def read(self, cursor: str, scope: Scope) -> int:
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
class _Unauthenticated:
    """Cursors that are encrypted, and of which every other one is good as well."""

    secret: bytes

    def mint(self, position: int, scope: Scope) -> str:
        return base64.urlsafe_b64encode((position ^ self._mask(scope)).to_bytes(9)).decode()

    def read(self, cursor: str, scope: Scope) -> int:
        try:
            raw = base64.urlsafe_b64decode(cursor)
        except ValueError as error:
            raise UnknownCursorError from error
        if len(raw) != 9:
            raise UnknownCursorError
        return (int.from_bytes(raw) ^ self._mask(scope)) & _NEWEST

    def _mask(self, scope: Scope) -> int:
        text = json.dumps(dict(scope), sort_keys=True).encode()
        return int.from_bytes(hmac.digest(self.secret, text, hashlib.sha256)[:8])


@dataclass(frozen=True, slots=True)
class _SingleUse:
    """Cursors that are good once."""

    inner: Cursors
    used: set[str] = field(default_factory=set)

    def mint(self, position: int, scope: Scope) -> str:
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        position = self.inner.read(cursor, scope)
        if cursor in self.used:
            raise UnknownCursorError
        self.used.add(cursor)
        return position


def _without_filters(scope: Scope) -> Scope:
    return {name: scope[name] for name in ("tenant", "collection")}


async def _cursor_code(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "invalid_cursor":
        return answered
    return answered.with_json({"error": {**answered.json["error"], "code": "invalid_request"}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F06",
        title="An unknown cursor gives the first page",
        promises=("HALE-15",),
        mistake="A failed decoding falls back to no cursor.",
        apply=cursors(lambda parts: _Forgiving(parts.cursors)),
    ),
    Fault(
        id="PAG-F07",
        title="An unknown cursor is a 500",
        promises=("HALE-15",),
        mistake="Nobody thought of cursors that are not the server's own.",
        apply=cursors(lambda parts: _Crashing(parts.cursors)),
    ),
    Fault(
        id="PAG-F08",
        title="Cursors can be read",
        promises=("HALE-15",),
        mistake="Base64 was taken for encryption.",
        apply=cursors(lambda parts: _Readable(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F09",
        title="A cursor of one tenant works for another",
        promises=("HALE-04", "HALE-15"),
        mistake="The tenant is missing from what the cursor is bound to.",
        apply=rescoped(lambda scope: without(scope, "tenant")),
    ),
    Fault(
        id="PAG-F10",
        title="A cursor works with other filters",
        promises=("HALE-15",),
        mistake="The filters are missing from what the cursor is bound to.",
        apply=rescoped(_without_filters),
    ),
    Fault(
        id="PAG-F21",
        title="A cursor of one collection works on another",
        promises=("HALE-15",),
        mistake="The collection is missing from what the cursor is bound to.",
        apply=rescoped(lambda scope: without(scope, "collection")),
    ),
    Fault(
        id="PAG-F22",
        title="A changed cursor is taken",
        promises=("HALE-15",),
        mistake="The cursor is encrypted and not authenticated.",
        apply=cursors(lambda parts: _Unauthenticated(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F25",
        title="A cursor is good once",
        promises=("HALE-07",),
        mistake="Cursors are rows of a table that are removed when they are read.",
        apply=cursors(lambda parts: _SingleUse(parts.cursors)),
    ),
    Fault(
        id="PAG-F26",
        title="An unknown cursor has the code invalid_request",
        promises=("HALE-15",),
        mistake="The cursor is checked with the other parameters, under their code.",
        apply=around(_cursor_code),
    ),
)
