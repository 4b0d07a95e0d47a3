"""What is said of a database that cannot be used."""

from sqlalchemy.exc import DBAPIError


class DatabaseError(Exception):
    """The database cannot be used; the message is one sentence for the user."""


def reason(error: Exception) -> str:
    """Return what a driver said, on one line and without a full stop."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(said).split()).rstrip(".")
