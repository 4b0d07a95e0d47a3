"""SQLite, embedded: the database of one server process.

The driver is synchronous, and its work runs where it is asked for, on the event loop: a page of 50
rows takes about a fifth of a millisecond from an embedded database, and handing it to a thread and
back (which is what aiosqlite does) would only add to that.

One connection serves the process, and is kept: to take it from a pool and give it back for every
piece of work would take as long as the work. Work is a plain function and never awaits, so that no
two transactions of it interleave; other processes are kept apart by SQLite (WAL, BEGIN IMMEDIATE).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from reference.storage.database import Rows, Statement
from reference.storage.failure import opening
from reference.storage.migrations import bring_up_to_date, make_anew
from reference.storage.prepared import PreparedSelect

_IN_MEMORY = (None, "", ":memory:")
T = TypeVar("T")


class SqliteDatabase:
    """Work on one SQLite database, a transaction at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.connect()
        self._writing = engine.connect().execution_options(immediate=True)
        self._prepared = lru_cache(lambda statement: PreparedSelect(statement, engine.dialect))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` makes of one consistent state of the database."""
        with self._reading.begin():
            return work(self._reading)

    async def select(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """Return the rows of one statement, which sees one state of the database by itself."""
        prepared = self._prepared(statement)
        cursor = self._driver.execute(prepared.sql, prepared.arguments(parameters))
        return prepared.rows(cursor.fetchall())

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction: all of it is kept, or, where it raises, none."""
        with self._writing.begin():
            return work(self._writing)

    async def write_rows(self, work: Callable[[Connection], T]) -> T:
        """Do `work` as `write` does: whoever writes here is alone."""
        return await self.write(work)

    async def scrub(self) -> None:
        """Empty the write-ahead log, which has pages as they were; the pages have zeros by now."""
        self._driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def stored(self) -> bytes:
        """Everything as it is stored: SQLite's file format, also where there is no file."""
        content: bytes = self._driver.serialize()
        return content

    def close(self) -> None:
        """Let go of the connection."""
        self._reading.close()
        self._writing.close()
        self._engine.dispose()

    @property
    def _driver(self) -> Any:
        return self._reading.connection.dbapi_connection


def open_sqlite(url: URL, shown: str) -> SqliteDatabase:
    """Open a SQLite database; `shown` is its URL for people to read. Raises DatabaseError."""
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with opening(engine, shown), engine.execution_options(immediate=True).begin() as connection:
        if url.database in _IN_MEMORY:
            make_anew(connection)
        else:
            bring_up_to_date(connection, shown)
    return SqliteDatabase(engine)


def _prepare(connection: Any, _record: object) -> None:
    """Leave transactions to `_begin`, and let readers and one writer work at a time."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes takes its lock now rather than in the middle."""
    immediate = connection.get_execution_options().get("immediate", False)
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
