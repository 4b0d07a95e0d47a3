"""Reading a collection: one row by its id, or one page of the rows that are selected.

Pages are cut by keyset on a column whose values are unique: a row that keeps its value is met once
by a walk, whatever is added or changed meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Column, ColumnElement, Row, Select, Table, bindparam, select

from reference.cursors import Scope
from reference.storage.database import Database

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the position from which it goes on; None at its end."""

    rows: Sequence[AnyRow]
    next_position: int | None


class Collection(Protocol):
    """The rows of one kind, of all tenants."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table with `id` and `tenant` is read."""

    table: Table[Any]
    conditions: Mapping[str, ColumnElement[bool]]
    """What rows can be selected by, under the name of the one parameter that each has.

    `position` is among them: the rows that come after the one whose key it is.
    """
    key: Column[int]
    """What a position counts in."""
    order: ColumnElement[Any]
    """`key`, ascending or descending."""


class SqlCollection:
    """A collection in a table of the database."""

    def __init__(self, database: Database, how: Reading) -> None:
        self._database = database
        self._key = how.key.key
        self._statement = lru_cache(lambda names: _page_statement(how, names))
        self._by_id = select(how.table).where(
            how.conditions["tenant"], how.table.c.id == bindparam("id")
        )

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        asked = {**selection} if position is None else {**selection, "position": position}
        statement = self._statement(tuple(asked))
        rows = await self._database.select(statement, {**asked, "limit": limit + 1})
        more = len(rows) > limit
        return Page(rows[:limit], getattr(rows[limit - 1], self._key) if more else None)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        rows = await self._database.select(self._by_id, {"tenant": tenant, "id": row_id})
        return rows[0] if rows else None


def _page_statement(how: Reading, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return (
        select(how.table)
        .where(*(how.conditions[name] for name in names))
        .order_by(how.order)
        .limit(bindparam("limit"))
    )
