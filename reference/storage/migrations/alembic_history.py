"""The revisions as Alembic works with them."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from reference.storage.migrations import FOLDER, revisions


def upgrade(connection: Connection) -> None:
    """Apply all revisions that are missing."""
    command.upgrade(_config(connection), "head")


def write_revision(message: str) -> None:
    """Write the revision that leads from the latest one to the tables as they are declared."""
    number = f"{len(revisions()) + 1:04}"
    with create_engine("sqlite://").begin() as connection:
        config = _config(connection)
        if revisions():
            upgrade(connection)
        command.revision(config, message, autogenerate=True, rev_id=number)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "revision_%%(rev)s")
    return config
