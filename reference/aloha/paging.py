"""Lists: from a cursor to a page of rows, and the cursor of the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from generated.aloha.server import errors, models
from reference.cursors import Cursors, Scope, UnknownCursorError

R_co = TypeVar("R_co", covariant=True)


class Slice(Protocol[R_co]):
    """Some rows of a list, and the position from which it goes on; None at its end."""

    @property
    def rows(self) -> Sequence[R_co]:
        """The rows."""

    @property
    def next_position(self) -> int | None:
        """Where the list goes on."""


class Source(Protocol[R_co]):
    """What has rows to be listed."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> Slice[R_co]:
        """Return at most `limit` selected rows, from a position or from the start."""


@dataclass(frozen=True, slots=True)
class Pager(Generic[R_co]):
    """Cuts the lists of one source into pages."""

    name: str
    source: Source[R_co]
    cursors: Cursors

    async def page(
        self, selection: Scope, cursor: str | None, limit: int
    ) -> tuple[Sequence[R_co], models.Pagination]:
        """Return the rows of the page that a cursor asks for, and where it stands in its list."""
        scope = {"api": "aloha", "collection": self.name, **selection}
        page = await self.source.page(selection, self._position(cursor, scope), limit)
        following = page.next_position
        return page.rows, models.Pagination(
            limit=limit,
            next_cursor=None if following is None else self.cursors.mint(following, scope),
        )

    def _position(self, cursor: str | None, scope: Scope) -> int | None:
        try:
            return None if cursor is None else self.cursors.read(cursor, scope)
        except UnknownCursorError as error:
            raise errors.InvalidCursor(
                "This cursor does not belong to this list and these filters."
            ) from error
