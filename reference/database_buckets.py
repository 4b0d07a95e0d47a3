"""Token buckets in PostgreSQL: the same ones for all processes that work on a database.

Taking a token is one statement, which finds the bucket, takes or refuses, and keeps it, under the
lock of its row: requests that come at once take one after another, whichever process answers.
"""

import hashlib

from sqlalchemy import Connection, Numeric, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from reference.clock import Clock
from reference.storage.tables import token_buckets
from reference.timekeeper import SharedTimeDatabase
from reference.token_bucket import Grant, Policy

_SWEEP_EVERY = 10_000

_NOW, _INTERVAL, _CAPACITY = (
    bindparam(name, type_=Numeric(40, 0)) for name in ("now", "interval", "capacity")
)
_FULL_AFTER = func.greatest(token_buckets.c.full_at, _NOW) + _INTERVAL
_TAKE = (
    insert(token_buckets)
    .values(digest=bindparam("digest"), full_at=_NOW + _INTERVAL)
    .on_conflict_do_update(
        index_elements=[token_buckets.c.digest],
        set_={"full_at": _FULL_AFTER},
        where=_FULL_AFTER - _NOW <= _CAPACITY,
    )
    .returning(token_buckets.c.full_at)
)
"""`Policy.taken` as a statement: when the bucket is full after that; nothing where it refuses."""
_FULL_AT = select(token_buckets.c.full_at).where(token_buckets.c.digest == bindparam("digest"))
_FORGET_FULL = delete(token_buckets).where(token_buckets.c.full_at <= _NOW)
_FORGET_ALL = delete(token_buckets)


class DatabaseTokenBuckets:
    """The buckets of all processes on one database, each under the digest of its name."""

    def __init__(self, clock: Clock, database: SharedTimeDatabase) -> None:
        self._clock = clock
        self._database = database
        self._until_sweep = _SWEEP_EVERY

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = _SWEEP_EVERY
            await self._database.write_rows(self._forget_full)
        digest = _digest(name)
        return await self._database.write_rows(
            lambda connection: self._take(connection, digest, policy)
        )

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        digest = _digest(name)

        def look(connection: Connection) -> Grant:
            now = self._clock.nanoseconds()
            return policy.held(now, _full_at(connection, digest, now))

        return await self._database.read(look)

    async def reset(self) -> None:
        """Fill every bucket."""
        await self._database.write_rows(
            lambda connection: connection.execute(delete(token_buckets))
        )

    def _take(self, connection: Connection, digest: bytes, policy: Policy) -> Grant:
        while True:
            now = self._clock.nanoseconds()
            asked = {"now": now, "interval": policy.interval, "capacity": policy.capacity}
            full_after = connection.scalar(_TAKE, {"digest": digest, **asked})
            if full_after is not None:
                return policy.taken(now, int(full_after) - policy.interval)
            grant = policy.taken(now, _full_at(connection, digest, now))
            if not grant.granted:
                return grant

    def _forget_full(self, connection: Connection) -> None:
        """Drop the buckets that are full: one never asked is full as well."""
        connection.execute(_FORGET_FULL, {"now": self._clock.nanoseconds()})


def _full_at(connection: Connection, digest: bytes, now: int) -> int:
    full_at = connection.scalar(_FULL_AT, {"digest": digest})
    return now if full_at is None else int(full_at)


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
