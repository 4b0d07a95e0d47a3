"""What Alembic runs to apply revisions, or to write one, over the connection it was given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.types import TypeDecorator

from reference.storage.schema import all_tables


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write what all databases can read, and no code of today: types as what they are kept as."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    if kind == "server_default" and isinstance(item.arg, False_ | True_):
        return f"sa.{item.arg}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    render_as_batch=True,
    render_item=_rendered,
)
with context.begin_transaction():
    context.run_migrations()
