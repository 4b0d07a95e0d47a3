"""Text of any characters, in every database: PostgreSQL's own text cannot hold U+0000."""

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator


class AnyText(TypeDecorator[str]):
    """Text kept as UTF-8 bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the same in all
        """Return what is kept of a text."""
        return None if value is None else value.encode()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the same in all
        """Return the text of what was kept."""
        return None if value is None else value.decode()
