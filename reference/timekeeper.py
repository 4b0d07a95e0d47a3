"""Keeps the clock in the database: a restart does not put it back, and processes share it.

Where several processes work on one database, each transaction looks first how the clock stands, so
that what was set through one process holds in all of them with the next request.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, insert, select

from reference.clock import Clock, Setting
from reference.storage.database import Database, Rows, Statement
from reference.storage.postgresql import PostgresDatabase
from reference.storage.tables import settings

_CLOCK = "clock"
_KEPT = select(settings.c.value).where(settings.c.name == _CLOCK)
T = TypeVar("T")


class Timekeeper:
    """Changes a clock, and follows the changes that others make."""

    def __init__(self, clock: Clock, database: Database) -> None:
        self._clock = clock
        self._database = database

    async def change(self, change: Callable[[Clock], None]) -> None:
        """Set the clock, here and for all who share the database."""

        def keep(connection: Connection) -> Setting:
            changed = self._clock.standing_at(_setting(connection))
            change(changed)
            connection.execute(delete(settings).where(settings.c.name == _CLOCK))
            value = msgspec.json.encode(changed.setting)
            connection.execute(insert(settings).values(name=_CLOCK, value=value))
            return changed.setting

        self._clock.adopt(await self._database.write(keep))

    async def follow(self) -> None:
        """Set the clock as the database has it."""
        self._clock.adopt(await self._database.read(_setting))


class SharedTimeDatabase:
    """A database of several processes: whatever is done in it is done on their common clock."""

    def __init__(self, database: PostgresDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` makes of one consistent state of the database."""
        return await self._database.read(lambda connection: self._on_time(connection, work))

    async def select(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """Return the rows of one statement that is kept and asked again and again."""
        return await self.read(lambda connection: connection.execute(statement, parameters).all())

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction: all of it is kept, or, where it raises, none."""
        return await self._database.write(lambda connection: self._on_time(connection, work))

    async def write_rows(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction that waits for rows others are at, instead of meeting them."""
        return await self._database.write_rows(lambda connection: self._on_time(connection, work))

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's files, where that is up to it."""
        await self._database.scrub()

    def close(self) -> None:
        """Let go of the connections."""
        self._database.close()

    def _on_time(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        self._clock.adopt(_setting(connection))
        return work(connection)


def _setting(connection: Connection) -> Setting:
    kept = connection.scalar(_KEPT)
    return Setting() if kept is None else msgspec.json.decode(kept, type=Setting)
