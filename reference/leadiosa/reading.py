"""Reading: one resource by its id, or one page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from generated.leadiosa.server import errors, models
from reference.collection import AnyRow
from reference.cursors import UnknownCursorError
from reference.leadiosa.cursors import ExpiredCursorError, ListCursors
from reference.leadiosa.lists import List
from reference.leadiosa.resources import Resource
from reference.storage.database import Database
from reference.storage.prepared import rows_of

Paged = tuple[Sequence[AnyRow], models.Pagination]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what a workspace has."""

    database: Database
    cursors: ListCursors

    async def get(self, resource: Resource, tenant: str, row_id: str) -> AnyRow:
        """Return the resource with this id; raise its error where there is none."""
        return await self.database.read(lambda connection: resource.get(connection, tenant, row_id))

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it; all in one state of the database.

        Raises InvalidCursor, CursorExpired, and the parent's error where it is not there.
        """

        def read(connection: Connection) -> Paged:
            if of.parent is not None:
                of.parent.resource.get(connection, tenant, parent_id)
            scope = {"tenant": tenant, "list": of.name(parent_id)}
            version = of.version(connection, tenant, of.name(parent_id))
            asked: dict[str, Any] = {"tenant": tenant, "limit": limit + 1}
            if of.parent is not None:
                asked["parent"] = parent_id
            if after is not None:
                asked["position"] = self._position(after, version, scope)
            wanted = _page_statement(of, goes_on=after is not None)
            rows = rows_of(connection, wanted, asked)
            if len(rows) <= limit:
                return rows, models.Pagination(has_more=False)
            last = getattr(rows[limit - 1], of.key)
            cursor = self.cursors.mint(last, version, scope)
            return rows[:limit], models.Pagination(has_more=True, next_cursor=cursor)

        return await self.database.read(read)

    def _position(self, after: str, version: int, scope: dict[str, str]) -> int:
        try:
            return self.cursors.read(after, version, scope)
        except UnknownCursorError as error:
            raise errors.InvalidCursor("This cursor does not belong to this list.") from error
        except ExpiredCursorError as error:
            raise errors.CursorExpired(
                "The list has changed. Start again without after."
            ) from error


@lru_cache
def _page_statement(of: List, *, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """Return what reads a `limit` of rows of a list, after a `position` where it goes on."""
    key, position = of.table.c[of.key], bindparam("position", type_=BigInteger)
    wanted = select(of.table).where(of.rows(bindparam("tenant"), bindparam("parent")))
    if goes_on:
        wanted = wanted.where(key < position if of.newest_first else key > position)
    return wanted.order_by(key.desc() if of.newest_first else key).limit(bindparam("limit"))
