"""API keys: minting, finding, rotating and revoking them, without keeping one.

A key is 190 random bits, so that nobody can try them all: its SHA-256 is as good as the slow hash
that a guessable password needs, and quick enough to be computed on every request. The database
finds the digest, never the key, and what it found is compared in constant time: how long an answer
takes tells nothing about any key.
"""

import hashlib
import hmac
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from reference.clock import Clock
from reference.storage.database import Database, Rows
from reference.storage.tables import api_keys

_ALPHABET = string.ascii_letters + string.digits
_KEY_CHARACTERS = 32
_ID_CHARACTERS = 12
_BY_DIGEST = select(
    api_keys.c.id,
    api_keys.c.tenant,
    api_keys.c.attributes,
    api_keys.c.digest,
    api_keys.c.expires_at,
).where(api_keys.c.api == bindparam("api"), api_keys.c.digest == bindparam("digest"))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key, which is everything but the key itself."""

    id: str
    tenant: str
    attributes: Mapping[str, object]
    """What the API grants to it: a tier, a plan, a role."""


Prefix = Callable[[Mapping[str, object]], str]
"""What a key with some attributes begins with."""


class UnknownKeyError(LookupError):
    """There is no such key, or it has expired."""


class Keyring:
    """The keys of one API."""

    def __init__(self, api: str, prefix: Prefix, database: Database, clock: Clock) -> None:
        self._api = api
        self._prefix = prefix
        self._database = database
        self._clock = clock

    async def mint(self, tenant: str, attributes: Mapping[str, object]) -> tuple[str, ApiKey]:
        """Make a key; return its plaintext, which nobody can have again, and what is kept."""
        return await self._database.write(
            lambda connection: self._insert(connection, tenant, attributes)
        )

    async def find(self, key: str) -> ApiKey:
        """Return what is kept of a key; raise UnknownKeyError."""
        digest = _digest(key)
        rows = await self._database.select(_BY_DIGEST, {"api": self._api, "digest": digest})
        return self._known(rows, digest)

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""

        def replace(connection: Connection) -> str:
            old = self._select(connection, key)
            self._expire(connection, old, grace)
            return self._insert(connection, old.tenant, old.attributes)[0]

        return await self._database.write(replace)

    async def revoke(self, key: str) -> None:
        """Make a key worthless at once; raise UnknownKeyError."""

        def expire(connection: Connection) -> None:
            self._expire(connection, self._select(connection, key), timedelta(0))

        await self._database.write(expire)

    def forget_all(self, connection: Connection) -> None:
        """Make every key worthless."""
        connection.execute(delete(api_keys).where(api_keys.c.api == self._api))

    def _insert(
        self, connection: Connection, tenant: str, attributes: Mapping[str, object]
    ) -> tuple[str, ApiKey]:
        key = self._prefix(attributes) + _random(_KEY_CHARACTERS)
        kept = ApiKey(f"key_{_random(_ID_CHARACTERS)}", tenant, attributes)
        connection.execute(
            insert(api_keys).values(
                id=kept.id,
                api=self._api,
                tenant=tenant,
                attributes=dict(attributes),
                digest=_digest(key),
            )
        )
        return key, kept

    def _select(self, connection: Connection, key: str) -> ApiKey:
        digest = _digest(key)
        found = connection.execute(_BY_DIGEST, {"api": self._api, "digest": digest})
        return self._known(found.all(), digest)

    def _known(self, rows: Rows, digest: bytes) -> ApiKey:
        row = rows[0] if rows else None
        if row is None or not hmac.compare_digest(row.digest, digest):
            raise UnknownKeyError
        if row.expires_at is not None and row.expires_at <= self._clock.microseconds():
            raise UnknownKeyError
        return ApiKey(row.id, row.tenant, row.attributes)

    def _expire(self, connection: Connection, key: ApiKey, grace: timedelta) -> None:
        """Let a key be good for `grace` more, or as long as it was to be where that is shorter."""
        at = self._clock.microseconds() + grace // timedelta(microseconds=1)
        of_key = api_keys.c.id == key.id
        later = api_keys.c.expires_at.is_(None) | (api_keys.c.expires_at > at)
        connection.execute(update(api_keys).where(of_key, later).values(expires_at=at))


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
