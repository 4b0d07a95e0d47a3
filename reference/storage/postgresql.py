"""PostgreSQL: one database for any number of server processes.

The driver is synchronous; its work runs in threads, of which there are as many as connections, so
that the event loop never waits for the network and no thread for a connection.

Transactions are serializable (SSI): work that was written as if it were alone is right beside any
other. PostgreSQL ends one of two that cannot both be right, and that one is done again.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError

from reference.storage.database import Rows, Statement
from reference.storage.failure import DatabaseError, opening, reason
from reference.storage.migrations import bring_up_to_date

_CONNECTIONS = 10
_SECONDS_TO_CONNECT = 5
_ATTEMPTS = 12
_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.2
_MIGRATION_LOCK = 0x466F7572
"""Any number that is always the same: of processes that start at once, one makes the tables."""
_MET_ANOTHER = frozenset({"40001", "40P01"})
"""SQLSTATE: serialization failure, deadlock."""
_log = logging.getLogger("fourfold.database")
T = TypeVar("T")


class _LostInCommitError(Exception):
    """The connection broke while a transaction was committed: nobody can tell whether it was."""


class PostgresDatabase:
    """Work on one PostgreSQL database, a transaction at a time."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._shown = shown
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="database")
        self._reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._writing = engine.execution_options(isolation_level="SERIALIZABLE")
        self._locking = engine.execution_options(isolation_level="READ COMMITTED")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` makes of one consistent state of the database."""
        return await self._run(self._reading, work)

    async def select(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """Return the rows of one statement."""
        return await self.read(lambda connection: connection.execute(statement, parameters).all())

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction: all of it is kept, or, where it raises, none."""
        return await self._run(self._writing, work)

    async def write_rows(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction that waits for rows others are at, instead of meeting them.

        For statements that are right by themselves: each sees all that was committed before it.
        """
        return await self._run(self._locking, work)

    async def scrub(self) -> None:
        """Do nothing: what no query finds any more is in the server's files until it vacuums."""

    def close(self) -> None:
        """Let go of the connections, once what is being done is done."""
        self._threads.shutdown()
        self._engine.dispose()

    async def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        """Do `work` in a thread, again where that may help; raise DatabaseError without a server.

        A connection that was lost before the commit has done nothing, so that once more is safe.
        """
        loop = asyncio.get_running_loop()
        for attempt in range(_ATTEMPTS):
            try:
                return await loop.run_in_executor(self._threads, _transaction, engine, work)
            except DBAPIError as error:
                last = error
                if error.connection_invalidated and attempt == 0:
                    continue
                if not _met_another(error):
                    break
            except _LostInCommitError as error:
                raise self._unusable("was lost in the middle of a commit") from error
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)
            await asyncio.sleep(random.uniform(pause / 2, pause))
        if last.connection_invalidated or _is_unreachable(last):
            raise self._unusable(f"cannot be reached: {reason(last)}") from last
        raise last

    def _unusable(self, why: str) -> DatabaseError:
        sentence = f"The database {self._shown} {why}."
        _log.error(sentence)
        return DatabaseError(sentence)


def open_postgresql(url: URL, shown: str) -> PostgresDatabase:
    """Open a PostgreSQL database; `shown` is its URL for people to read. Raises DatabaseError."""
    try:
        from reference.storage.any_text import hold_any_text  # noqa: PLC0415 - it needs psycopg

        engine = create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            connect_args={"connect_timeout": _SECONDS_TO_CONNECT},
            hide_parameters=True,
        )
    except ImportError as error:
        raise DatabaseError(
            f"The database {shown} needs psycopg, which cannot be loaded: {reason(error)}."
        ) from error
    event.listen(engine, "connect", hold_any_text)
    with opening(engine, shown), engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        bring_up_to_date(connection, shown)
    return PostgresDatabase(engine, shown)


def _transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        made = work(connection)
        try:
            connection.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise _LostInCommitError from error
            raise
        return made


def _met_another(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _MET_ANOTHER


def _is_unreachable(error: DBAPIError) -> bool:
    """Whether there was no connection to begin with: a server would have said an SQLSTATE."""
    return error.statement is None and getattr(error.orig, "sqlstate", None) is None
