"""The history of the tables: what makes an empty database, and brings an older one up to date.

A revision is a file of `versions/`, numbered in order. Alembic is loaded only where one is to be
applied: most starts find nothing to do.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

from reference.storage.failure import DatabaseError
from reference.storage.schema import all_tables

FOLDER = Path(__file__).parent
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revisions() -> list[str]:
    """Return the names of the revisions that there are, the oldest first."""
    files = (FOLDER / "versions").glob("revision_*.py")
    return sorted(file.stem.removeprefix("revision_") for file in files)


def bring_up_to_date(connection: Connection, shown: str) -> None:
    """Apply the revisions that a database does not have; `shown` is its URL for people to read.

    Raises DatabaseError for one that has a revision which is not known here.
    """
    known, current = revisions(), _current(connection)
    if current is not None and current not in known:
        raise DatabaseError(
            f"The database {shown} was made by a newer version of this server: its tables are of "
            f"revision {current!r}, and {known[-1]!r} is the latest one here."
        )
    if current != known[-1]:
        from reference.storage.migrations.alembic_history import upgrade  # noqa: PLC0415 - see above

        upgrade(connection)


def make_anew(connection: Connection) -> None:
    """Give an empty database at once what all revisions together would give it."""
    all_tables().create_all(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=revisions()[-1]))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    current: str | None = connection.scalar(select(_VERSION.c.version_num))
    return current
