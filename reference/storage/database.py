"""The database: what the server does its work on, and opening one by its URL."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Row, Select, make_url
from sqlalchemy.exc import SQLAlchemyError

from reference.storage.failure import DatabaseError

IN_MEMORY = "sqlite://"
_SQLITE = "sqlite:///file.db"
_POSTGRESQL = "postgresql+psycopg://user@host/name"
T = TypeVar("T")
Statement = Select[*tuple[Any, ...]]
Rows = Sequence[Row[*tuple[Any, ...]]]


class Database(Protocol):
    """Work on one database, a transaction at a time.

    Work is a function of a connection. It is short, awaits nothing and touches nothing else: a
    database on a network does it in a thread, and once more where its transaction met another.

    Transactions are serializable on every database. Those that look for work to do and leave to
    others what they are at say so with `select(…).with_for_update(skip_locked=True)`, which SQLite,
    where writing transactions come one after another, leaves out.
    """

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` makes of one consistent state of the database."""

    async def select(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """Return the rows of one statement that is kept and asked again and again.

        It is what most requests do, and quicker than `read`.
        """

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction: all of it is kept, or, where it raises, none."""

    async def write_rows(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction that waits for rows others are at, instead of meeting them.

        For work that first locks what its statements depend on: each of them sees all that was
        committed before it.
        """

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's files, where that is up to it."""

    def close(self) -> None:
        """Let go of the connections."""


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy URL, its tables made or brought up to date.

    Raises DatabaseError.
    """
    shown = _without_secrets(url)
    try:
        parsed = make_url(url)
        driver = f"{parsed.get_dialect().name}+{parsed.get_driver_name()}"
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise DatabaseError(f"{shown} is not a database URL, such as {_SQLITE}.") from error
    return _open(parsed, driver, shown)


def _open(url: URL, driver: str, shown: str) -> Database:
    """Open a database with what its driver needs, and nothing that another would need."""
    if driver == "sqlite+pysqlite":
        from reference.storage.sqlite import open_sqlite  # noqa: PLC0415 - if it is asked for

        return open_sqlite(url, shown)
    if driver == "postgresql+psycopg":
        from reference.storage.postgresql import open_postgresql  # noqa: PLC0415 - likewise

        return open_postgresql(url, shown)
    raise DatabaseError(
        f"{shown} is not supported: data is kept in SQLite, such as {_SQLITE}, or in PostgreSQL, "
        f"such as {_POSTGRESQL}."
    )


def _without_secrets(url: str) -> str:
    """Return a URL without what comes before its host and after its path."""
    return repr(re.sub(r"\?.*", "", re.sub(r"//.*@", "//***@", url, flags=re.S), flags=re.S))
