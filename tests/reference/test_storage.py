"""The database: transactions, text, revisions of the tables, and what is refused; on both kinds."""

import asyncio
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from reference.storage.database import IN_MEMORY, Database, open_database
from reference.storage.failure import DatabaseError
from reference.storage.migrations import FOLDER, revisions
from reference.storage.schema import all_tables
from reference.storage.tables import settings as kept_settings
from reference.storage.tables import tenants
from tests.reference.postgresql import KINDS, fresh_database, postgresql
from tests.reference.processes import ROOT, start

_WRONG = "hunter2"
_SECOND_REVISION = '''
"""Another table."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{latest}"


def upgrade() -> None:
    op.create_table("made_later", sa.Column("id", sa.Integer(), primary_key=True))
'''
_EVERY_TABLE = """
import importlib, pkgutil, reference
from reference.storage.schema import all_tables
known = {*all_tables().tables}
for module in pkgutil.walk_packages(reference.__path__, "reference."):
    if not module.name.endswith((".__main__", ".env")) and ".versions." not in module.name:
        importlib.import_module(module.name)
print(sorted({*all_tables().tables} - known))
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """A database, and a loop to use it in."""

    database: Database
    runner: asyncio.Runner

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.runner.run(self.database.read(work))

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.runner.run(self.database.write(work))


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return postgresql().empty_database()


@pytest.fixture(scope="module", params=KINDS)
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A database of each kind."""
    with (
        asyncio.Runner() as runner,
        closing(open_database(fresh_database(request.param))) as database,
    ):
        yield Opened(database, runner)


def _keep(connection: Connection, name: str, value: bytes) -> None:
    connection.execute(insert(kept_settings).values(name=name, value=value))


def _kept(connection: Connection, name: str) -> bytes | None:
    query = select(kept_settings.c.value).where(kept_settings.c.name == name)
    value: bytes | None = connection.scalar(query)
    return value


def test_a_transaction_is_kept_whole_or_not_at_all(opened: Opened) -> None:
    def fail(connection: Connection) -> None:
        _keep(connection, "half", b"done")
        raise LookupError

    with pytest.raises(LookupError):
        opened.write(fail)
    assert opened.read(lambda connection: _kept(connection, "half")) is None
    opened.write(lambda connection: _keep(connection, "half", b"whole"))
    assert opened.read(lambda connection: _kept(connection, "half")) == b"whole"


def test_what_is_read_and_then_written_is_right_beside_others(opened: Opened) -> None:
    opened.write(lambda connection: _keep(connection, "count", b"0"))

    def count(connection: Connection) -> None:
        more = int(_kept(connection, "count") or b"") + 1
        row = kept_settings.c.name == "count"
        connection.execute(update(kept_settings).where(row).values(value=str(more).encode()))

    async def all_at_once() -> None:
        await asyncio.gather(*(opened.database.write(count) for _ in range(30)))

    opened.runner.run(all_at_once())
    assert opened.read(lambda connection: _kept(connection, "count")) == b"30"


def test_of_many_that_make_the_same_one_does(opened: Opened) -> None:
    def make(connection: Connection) -> bool:
        if _kept(connection, "once") is not None:
            return False
        _keep(connection, "once", b"")
        return True

    async def all_at_once() -> list[bool]:
        return await asyncio.gather(*(opened.database.write(make) for _ in range(20)))

    assert opened.runner.run(all_at_once()).count(True) == 1


def test_a_reader_sees_one_state(opened: Opened) -> None:
    def look(connection: Connection) -> None:
        with pytest.raises(Exception, match="read-only"):
            _keep(connection, "read", b"")

    def look_twice(connection: Connection) -> bool:
        before = _kept(connection, "changed")
        asyncio.run(opened.database.write(lambda other: _keep(other, "changed", b"")))
        return _kept(connection, "changed") == before

    if opened.runner.run(_is_postgresql(opened)):
        opened.read(look)
        assert opened.read(look_twice)


async def _is_postgresql(opened: Opened) -> bool:
    return await opened.database.read(lambda connection: connection.dialect.name) == "postgresql"


def test_a_slow_answer_of_a_server_keeps_nobody_waiting() -> None:
    async def run(database: Database) -> bool:
        slow = asyncio.create_task(database.read(lambda connection: connection.execute(_SLEEP)))
        for _ in range(3):
            await database.read(lambda connection: connection.execute(select(1)))
        waited = not slow.done()
        await slow
        return waited

    with closing(open_database(postgresql().database())) as database:
        assert asyncio.run(run(database))


_SLEEP = text("SELECT pg_sleep(2)")
_CHARACTERS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\0\ufdd001"))


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\0\ufdd001")))
)
def test_any_text_is_read_as_it_was_written_and_found(opened: Opened, name: str) -> None:
    def keep_and_find(connection: Connection) -> list[str]:
        connection.execute(insert(tenants).values(api="text", name=name))
        found = connection.scalars(select(tenants.c.name).where(tenants.c.name == name)).all()
        connection.rollback()
        return list(found)

    assert opened.write(keep_and_find) == [name]


def test_an_error_does_not_tell_what_was_written(opened: Opened) -> None:
    opened.write(lambda connection: _keep(connection, "twice", b""))
    with pytest.raises(IntegrityError) as caught:
        opened.write(lambda connection: _keep(connection, "twice", b"hunter2"))
    assert "hunter2" not in str(caught.value)


def test_a_transaction_that_cannot_be_committed_leaves_none_open(tmp_path: Path) -> None:
    def orphan(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE above (id INTEGER PRIMARY KEY)")
        reference = "REFERENCES above DEFERRABLE INITIALLY DEFERRED"
        connection.exec_driver_sql(f"CREATE TABLE below (id INTEGER {reference})")
        connection.exec_driver_sql("INSERT INTO below VALUES (1)")

    def enforce(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA foreign_keys = ON")

    event.listen(Engine, "connect", enforce)
    try:
        url = f"sqlite:///{tmp_path / 'kept.db'}"
        with asyncio.Runner() as runner, closing(open_database(url)) as database:
            kept = Opened(database, runner)
            with pytest.raises(sqlite3.IntegrityError):
                kept.write(orphan)
            kept.write(lambda connection: _keep(connection, "after", b"kept"))
            assert kept.read(lambda connection: _kept(connection, "after")) == b"kept"
    finally:
        event.remove(Engine, "connect", enforce)


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def _differences(url: str) -> list[Any]:
    """Return how a database differs from the tables that are declared."""
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, all_tables())
    engine.dispose()
    return list(differences)


def test_the_revisions_make_the_tables_that_are_declared(empty_url: str) -> None:
    """Where this fails: `python -m reference.storage.migrations MESSAGE` writes the next one."""
    with closing(open_database(empty_url)):
        assert _differences(empty_url) == []


def test_a_database_that_was_made_at_once_is_what_the_revisions_make(tmp_path: Path) -> None:
    with asyncio.Runner(), closing(open_database(IN_MEMORY)) as database:
        stored = database.stored()  # type: ignore[attr-defined] # SQLite has it
    file = tmp_path / "copy.db"
    with closing(sqlite3.connect(file)) as copy:
        copy.deserialize(stored)
        copy.execute(f"VACUUM INTO '{tmp_path / 'written.db'}'")
    url = f"sqlite:///{tmp_path / 'written.db'}"
    assert _differences(url) == []
    with closing(open_database(url)):
        pass


def test_every_table_is_among_those_that_are_declared() -> None:
    """A table is declared in a module named `tables`, or the schema knows where else."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _EVERY_TABLE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]", "tables that no revision will know of"


def test_an_older_database_is_brought_up_to_date(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_database(empty_url)) as database:
        asyncio.run(database.write(lambda connection: _keep(connection, "old", b"kept")))
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    later = _SECOND_REVISION.format(latest=revisions()[-1])
    (folder / "versions" / "revision_9999.py").write_text(later)
    for module in "reference.storage.migrations", "reference.storage.migrations.alembic_history":
        monkeypatch.setattr(f"{module}.FOLDER", folder)
    for _ in range(2):
        with closing(open_database(empty_url)) as database:
            assert asyncio.run(database.read(lambda connection: _kept(connection, "old")))
            assert "made_later" in asyncio.run(database.read(_tables))
    monkeypatch.undo()
    with pytest.raises(DatabaseError, match=r"newer version of this server.*'9999'"):
        open_database(empty_url)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE settings (id INTEGER)")
    with pytest.raises(DatabaseError, match="already exists"):
        open_database(f"sqlite:///{file}")


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "no server": (
        lambda: f"postgresql+psycopg://me:hunter2@127.0.0.1:{_closed_port()}/any",
        "cannot be opened",
    ),
    "no such database": (
        lambda: postgresql().url("nowhere", password=_WRONG),
        '"nowhere" does not exist',
    ),
    "no such user": (lambda: postgresql().url("nowhere", user="nobody"), '"nobody" does not exist'),
    "another driver": (lambda: "postgresql+asyncpg://me:hunter2@host/db", "postgresql+psycopg://"),
    "no port": (lambda: "postgresql+psycopg://me:hunter2@host:port/db", "not a database URL"),
    "a password with a slash": (lambda: "mysql://me:hun/ter2@host/hunter2@db", "not supported"),
    "an unknown option": (
        lambda: "postgresql+psycopg://me@127.0.0.1/db?password=hunter2&nonsense=1",
        "nonsense",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_opened_is_refused_with_one_sentence(name: str) -> None:
    url, said = REFUSED[name]
    with pytest.raises(DatabaseError) as refused:
        open_database(url())
    sentence = str(refused.value)
    assert said in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hunter2" not in sentence
    assert "ter2" not in sentence


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reference.storage.any_text", None)
    with pytest.raises(DatabaseError, match="needs psycopg"):
        open_database("postgresql+psycopg://me@127.0.0.1/db")


def test_a_wrong_password_ends_the_command_with_status_2() -> None:
    server = postgresql()
    server.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
    rules = server.folder / "pg_hba.conf"
    rules.write_text("local all locked scram-sha-256\n" + rules.read_text())
    server.execute("SELECT pg_reload_conf()")
    database = make_url(server.database()).database or ""
    process = start(server.url(database, user="locked", password=_WRONG))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "password authentication failed" in err
    assert err.count("\n") == 1
    assert "hunter2" not in err
