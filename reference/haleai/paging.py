"""Lists: from a cursor to a page of rows, and the cursor of the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from generated.haleai.server import errors, models
from reference.clock import microseconds
from reference.collection import AnyRow, Collection
from reference.cursors import Cursors, Scope, UnknownCursorError


@dataclass(frozen=True, slots=True)
class Pager:
    """Cuts the lists of one collection into pages."""

    name: str
    collection: Collection
    cursors: Cursors

    async def page(
        self, selection: Scope, cursor: str | None, limit: int
    ) -> tuple[Sequence[AnyRow], models.Pagination]:
        """Return the rows of the page that a cursor asks for, and where it stands in its list."""
        scope = {"collection": self.name, **selection}
        page = await self.collection.page(selection, self._position(cursor, scope), limit)
        following = page.next_position
        return page.rows, models.Pagination(
            limit=limit,
            cursor=cursor,
            next_cursor=None if following is None else self.cursors.mint(following, scope),
        )

    def _position(self, cursor: str | None, scope: Scope) -> int | None:
        try:
            return None if cursor is None else self.cursors.read(cursor, scope)
        except UnknownCursorError as error:
            raise errors.InvalidCursor(
                "This cursor does not belong to this list and these filters."
            ) from error


def selection(
    tenant: str,
    *,
    stage: str | None = None,
    source: str | None = None,
    updated_since: datetime | None = None,
) -> Scope:
    """Return the conditions of a list: its tenant, and the filters that were given."""
    since = None if updated_since is None else microseconds(updated_since)
    asked = {"tenant": tenant, "stage": stage, "source": source, "updated_since": since}
    return {name: value for name, value in asked.items() if value is not None}
