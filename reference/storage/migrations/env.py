"""What Alembic runs to apply revisions, or to write one, over the connection it was given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from reference.storage.schema import all_tables


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write types of our own as what they are kept as: a revision depends on no code of today."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    render_as_batch=True,
    render_item=_rendered,
)
with context.begin_transaction():
    context.run_migrations()
