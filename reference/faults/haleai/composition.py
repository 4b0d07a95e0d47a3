"""How a fault gets into HaleAI: in place of one of its parts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from generated.haleai.server import Security
from generated.haleai.server.runtime import Gate
from reference.collection import AnyRow, Collection, Page, Reading, SqlCollection
from reference.cursors import Cursors, Scope
from reference.faults.cursors import Rescoped
from reference.faults.exchange import Answered, Asked
from reference.haleai.kinds import KINDS
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import reading

Apply = Callable[[Parts], Parts]

LISTS = tuple(f"{BASE_PATH}/{name}" for name in KINDS)


def is_list(path: str) -> bool:
    """Whether a path is that of a list."""
    return path in LISTS


def is_detail(path: str) -> bool:
    """Whether a path is that of a detail."""
    return path.rpartition("/")[0] in LISTS


def is_page(asked: Asked, answered: Answered) -> bool:
    """Whether an answer is a page of a list."""
    return answered.status == 200 and is_list(asked.path) and bool(answered.body)


def is_found(asked: Asked, answered: Answered) -> bool:
    """Whether an answer is a row in detail."""
    return answered.status == 200 and is_detail(asked.path) and bool(answered.body)


def security(make: Callable[[Parts], Security[Caller]]) -> Apply:
    """Put another security in the place of the honest one."""
    return lambda parts: replace(parts, security=make(parts))


def gate(make: Callable[[Parts], Gate[Caller]]) -> Apply:
    """Put another gate in the place of the honest one."""
    return lambda parts: replace(parts, gate=make(parts))


def cursors(make: Callable[[Parts], Cursors]) -> Apply:
    """Put other cursors in the place of the honest ones."""
    return lambda parts: replace(parts, cursors=make(parts))


def collections(make: Callable[[Parts, Collection], Collection]) -> Apply:
    """Put something around each collection."""
    return lambda parts: replace(
        parts, collections={name: make(parts, inner) for name, inner in parts.collections.items()}
    )


def readings(change: Callable[[Reading], Reading]) -> Apply:
    """Read each collection in another way."""

    def apply(parts: Parts) -> Parts:
        database = parts.platform.database
        return replace(
            parts,
            collections={
                name: SqlCollection(database, change(reading(kind.table)))
                for name, kind in KINDS.items()
            },
        )

    return apply


@dataclass(frozen=True, slots=True)
class Reselected:
    """A collection of which other rows are selected than were asked for."""

    inner: Collection
    change: Callable[[Scope, int | None], Scope]

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the other selection."""
        return await self.inner.page(self.change(selection, position), position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


PageFrom = Callable[[Collection, Scope, int | None, int], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Repaged:
    """A collection whose pages are made in another way."""

    inner: Collection
    make: PageFrom

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return the page that `make` makes."""
        return await self.make(self.inner, selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


def repaged(make: PageFrom) -> Apply:
    """Make the pages of each collection in another way."""
    return collections(lambda _, inner: Repaged(inner, make))


FindFrom = Callable[[Collection, str, str], Awaitable[AnyRow | None]]


@dataclass(frozen=True, slots=True)
class Refound:
    """A collection whose rows are found in another way."""

    inner: Collection
    make: FindFrom

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row that `make` finds."""
        return await self.make(self.inner, tenant, row_id)


def refound(make: Callable[[Parts], FindFrom]) -> Apply:
    """Find the rows of each collection in another way."""
    return collections(lambda parts, inner: Refound(inner, make(parts)))


def rescoped(change: Callable[[Scope], Scope]) -> Apply:
    """Bind cursors to something else than the list they belong to."""
    return cursors(lambda parts: Rescoped(parts.cursors, change))


def reselected(change: Callable[[Scope, int | None], Scope]) -> Apply:
    """Select other rows than those asked for: from the selection and the position, another one."""
    return collections(lambda _, inner: Reselected(inner, change))
