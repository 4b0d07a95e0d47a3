"""What is said of a database that cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


class DatabaseError(Exception):
    """The database cannot be used; the message is one sentence for the user."""


@contextmanager
def opening(engine: Engine, shown: str) -> Iterator[None]:
    """Let go of a database that cannot be opened; raise DatabaseError where its driver says so."""
    try:
        yield
    except Exception as error:
        engine.dispose()
        if isinstance(error, DBAPIError | TypeError):
            raise DatabaseError(
                f"The database {shown} cannot be opened: {reason(error)}."
            ) from error
        raise


def reason(error: Exception) -> str:
    """Return what a driver said, on one line and without a full stop."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(said).split()).rstrip(".")
