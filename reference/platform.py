"""What all APIs of a server are built on."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from reference.clock import Clock
from reference.cursors import SECRET_BYTES
from reference.storage.database import Database
from reference.storage.tables import settings
from reference.token_bucket import TokenBuckets

_CURSOR_SECRET = "cursor_secret"  # noqa: S105 - the setting's name


@dataclass(frozen=True, slots=True)
class Platform:
    """Time, memory, rate limits, and the secret of the cursors."""

    clock: Clock
    database: Database
    buckets: TokenBuckets
    cursor_secret: bytes


def cursor_secret(connection: Connection) -> bytes:
    """Return the secret that a database's cursors are sealed with, made on first use."""
    kept = connection.scalar(select(settings.c.value).where(settings.c.name == _CURSOR_SECRET))
    if kept is not None:
        return kept
    made = secrets.token_bytes(SECRET_BYTES)
    connection.execute(insert(settings).values(name=_CURSOR_SECRET, value=made))
    return made
