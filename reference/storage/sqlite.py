"""SQLite, embedded: the database of one server process.

The driver is synchronous, and its work runs where it is asked for, on the event loop: a page of 50
rows takes about a fifth of a millisecond from an embedded database, and handing it to a thread and
back (which is what aiosqlite does) would only add to that.

One connection serves the process, and is kept: to take it from a pool and give it back for every
piece of work would take as long as the work. Work is a plain function and never awaits, so that no
two transactions of it interleave; other processes are kept apart by SQLite (WAL, BEGIN IMMEDIATE).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from reference.storage.database import Rows, Statement
from reference.storage.failure import opening
from reference.storage.migrations import bring_up_to_date, make_anew
from reference.storage.prepared import prepared_select

_BEGIN_WRITING = "BEGIN IMMEDIATE"
"""Takes the lock now rather than in the middle."""
_IN_MEMORY = (None, "", ":memory:")
T = TypeVar("T")


class SqliteDatabase:
    """Work on one SQLite database, a transaction at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.connect()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` makes of one consistent state of the database."""
        with self._transaction("BEGIN"):
            return work(self._connection)

    async def select(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """Return the rows of one statement, which sees one state of the database by itself."""
        return prepared_select(statement, self._engine.dialect).fetched(self._driver, parameters)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction: all of it is kept, or, where it raises, none."""
        with self._transaction(_BEGIN_WRITING):
            return work(self._connection)

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
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        """Do what follows in a transaction of the driver's: SQLAlchemy's takes five times as long.

        To SQLAlchemy it is all one, which it was left to begin and is never asked to end.
        """
        driver = self._driver
        driver.execute(begin)
        try:
            yield
            driver.commit()
        except BaseException:
            driver.rollback()
            raise

    @property
    def _driver(self) -> Any:
        return self._connection.connection.dbapi_connection


def open_sqlite(url: URL, shown: str) -> SqliteDatabase:
    """Open a SQLite database; `shown` is its URL for people to read. Raises DatabaseError."""
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    with opening(engine, shown), engine.begin() as connection:
        connection.exec_driver_sql(_BEGIN_WRITING)
        if url.database in _IN_MEMORY:
            make_anew(connection)
        else:
            bring_up_to_date(connection, shown)
    return SqliteDatabase(engine)


def _prepare(connection: Any, _record: object) -> None:
    """Leave transactions to who begins them, and let readers and one writer work at a time."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
