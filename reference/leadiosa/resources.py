"""What has an id of its own in a workspace, and the error where it is not there (LEAD-08)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import ApiError
from reference.collection import AnyRow
from reference.leadiosa import tables
from reference.storage.prepared import rows_of


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of thing that is named by its id."""

    noun: str
    table: Table[Any]
    error: Callable[[str], ApiError]

    def find(self, connection: Connection, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        wanted = {"id": row_id, "tenant": tenant}
        rows = rows_of(connection, _row_statement(self.table), wanted)
        return rows[0] if rows else None

    def get(self, connection: Connection, tenant: str, row_id: str) -> AnyRow:
        """Return the row with this id; another tenant's is as absent as one of nobody."""
        row = self.find(connection, tenant, row_id)
        if row is None:
            raise self.missing(row_id)
        return row

    def missing(self, row_id: str) -> ApiError:
        """Return the error of an id that the workspace does not have."""
        return self.error(f"{self.noun} {row_id} does not belong to this workspace.")


@cache
def _row_statement(table: Table[Any]) -> Select[*tuple[Any, ...]]:
    columns = table.c
    return select(table).where(columns.id == bindparam("id"), columns.tenant == bindparam("tenant"))


CONVERSATION = Resource("Conversation", tables.conversations, errors.ConversationNotFound)
CONTACT = Resource("Contact", tables.contacts, errors.ContactNotFound)
ARTICLE = Resource("Article", tables.articles, errors.ArticleNotFound)
MEMBER = Resource("Member", tables.members, errors.UnknownAssignee)
