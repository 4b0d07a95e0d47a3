"""What all APIs of a server are built on."""

import os
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from reference.clock import Clock
from reference.cursors import SECRET_BYTES
from reference.jobs import Jobs
from reference.storage.database import Database
from reference.storage.postgresql import PostgresDatabase
from reference.storage.tables import settings
from reference.timekeeper import SharedTimeDatabase, Timekeeper
from reference.token_bucket import MemoryTokenBuckets, TokenBuckets
from reference.webhooks.environment import looks_up_hosts, private_at_first
from reference.webhooks.outbox import Outbox
from reference.webhooks.permission import Targets
from reference.webhooks.subscriptions import Subscriptions
from reference.webhooks.targets import resolve_by_system, resolve_nothing

_REDIS_URL = "FOURFOLD_REDIS_URL"
_CURSOR_SECRET = "cursor_secret"  # noqa: S105 - the setting's name


@dataclass(frozen=True, slots=True)
class Platform:
    """Time, memory, rate limits, work for later, webhooks, and the secret of the cursors."""

    clock: Clock
    timekeeper: Timekeeper
    database: Database
    buckets: TokenBuckets
    cursor_secret: bytes
    jobs: Jobs
    subscriptions: Subscriptions
    outbox: Outbox
    targets: Targets


async def build_platform(database: Database) -> Platform:
    """Return the platform of a server that works on a database, which others may work on too.

    Raises ConfigurationError for a Redis that cannot be used.
    """
    clock = Clock()
    timekeeper = Timekeeper(clock, database)
    await timekeeper.follow()
    on_time = (
        SharedTimeDatabase(database, clock) if isinstance(database, PostgresDatabase) else database
    )
    resolve = resolve_by_system if looks_up_hosts() else resolve_nothing
    return Platform(
        clock=clock,
        timekeeper=timekeeper,
        database=on_time,
        buckets=await _buckets(clock, on_time),
        cursor_secret=await database.write(_cursor_secret),
        jobs=Jobs(on_time, clock),
        subscriptions=Subscriptions(clock),
        outbox=Outbox(clock),
        targets=Targets(on_time, resolve, private_at_first=private_at_first()),
    )


async def _buckets(clock: Clock, database: Database) -> TokenBuckets:
    """Return buckets that are as shared as the server is; raise ConfigurationError."""
    if redis_url := os.environ.get(_REDIS_URL):
        from reference.redis_buckets import open_redis_buckets  # noqa: PLC0415 - if it is asked for

        return await open_redis_buckets(clock, redis_url)
    if isinstance(database, SharedTimeDatabase):
        from reference.database_buckets import DatabaseTokenBuckets  # noqa: PLC0415 - likewise

        return DatabaseTokenBuckets(clock, database)
    return MemoryTokenBuckets(clock)


def _cursor_secret(connection: Connection) -> bytes:
    """Return the secret that a database's cursors are sealed with, made on first use."""
    kept = connection.scalar(select(settings.c.value).where(settings.c.name == _CURSOR_SECRET))
    if kept is not None:
        return kept
    made = secrets.token_bytes(SECRET_BYTES)
    connection.execute(insert(settings).values(name=_CURSOR_SECRET, value=made))
    return made
