"""Planted faults of paging."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from reference.collection import AnyRow, Collection, Page, Reading
from reference.cursors import Scope
from reference.faults.composition import answers, around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_list, is_page, readings, repaged, reselected
from reference.haleai.kinds import KINDS
from reference.haleai.parts import Parts
from reference.haleai.tables import reading
from reference.storage.database import Database

_NEWEST = 2**63 - 1


def _position_included(how: Reading) -> Reading:
    again = how.key <= bindparam("position")
    return replace(how, conditions={**how.conditions, "position": again})


def _by_update(how: Reading) -> Reading:
    updated_at = how.table.c.updated_at
    before = updated_at < bindparam("position")
    return replace(how, key=updated_at, conditions={**how.conditions, "position": before})


def _first_page_filters(selection: Scope, position: int | None) -> Scope:
    return selection if position is None else {"tenant": selection["tenant"]}


async def _probe_lost(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit + 1)
    return replace(page, rows=page.rows[:limit])


async def _one_more(inner: Collection, selection: Scope, position: int | None, limit: int) -> Page:
    return await inner.page(selection, position, limit + 1 if limit > 100 else limit)


async def _always_fifty(
    inner: Collection, selection: Scope, position: int | None, _limit: int
) -> Page:
    return await inner.page(selection, position, 50)


async def _full_means_more(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    return replace(page, next_position=page.rows[-1].seq) if len(page.rows) == limit else page


@dataclass(frozen=True, slots=True)
class _ByOffset:
    """Pages counted from the newest row."""

    inner: Collection
    database: Database
    how: Reading

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        statement = (
            select(self.how.table)
            .where(*(self.how.conditions[name] for name in selection))
            .order_by(self.how.key.desc())
            .offset(position or 0)
            .limit(limit + 1)
        )
        rows = await self.database.read(
            lambda connection: connection.execute(statement, {**selection}).all()
        )
        following = (position or 0) + limit
        return Page(rows[:limit], following if len(rows) > limit else None)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        return await self.inner.find(tenant, row_id)


def _by_offset(parts: Parts) -> Parts:
    database = parts.platform.database
    return replace(
        parts,
        collections={
            name: _ByOffset(inner, database, reading(KINDS[name].table))
            for name, inner in parts.collections.items()
        },
    )


def _pagination(answered: Answered, **changed: object) -> Answered:
    """Return a page that says something else of itself."""
    body = answered.json
    return answered.with_json({**body, "pagination": {**body["pagination"], **changed}})


async def _endless(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    cursor = asked.parameter("cursor")
    if cursor is None or b'"nextCursor":null' not in answered.body:
        return answered
    return _pagination(answered, nextCursor=cursor)


def _limit_counts_rows(answered: Answered) -> Answered:
    return _pagination(answered, limit=len(answered.json["data"]))


def _no_cursor_echo(answered: Answered) -> Answered:
    return _pagination(answered, cursor=None)


async def _clamped(ask: Ask, asked: Asked) -> Answered:
    limit = asked.parameter("limit") or ""
    if not limit.isdecimal() or int(limit) <= 200:
        return await ask(asked)
    return await ask(asked.with_query([*asked.without("limit").query, ("limit", "200")]))


async def _zero_is_default(ask: Ask, asked: Asked) -> Answered:
    return await ask(asked.without("limit") if asked.parameter("limit") == "0" else asked)


async def _words_are_default(ask: Ask, asked: Asked) -> Answered:
    limit = asked.parameter("limit")
    readable = limit is None or limit.removeprefix("-").isdecimal()
    return await ask(asked if readable else asked.without("limit"))


async def _twenty_by_default(ask: Ask, asked: Asked) -> Answered:
    if not is_list(asked.path) or asked.parameter("limit") is not None:
        return await ask(asked)
    return await ask(asked.with_query([*asked.query, ("limit", "20")]))


async def _hundred_at_most(ask: Ask, asked: Asked) -> Answered:
    limit = asked.parameter("limit") or ""
    if not limit.isdecimal() or not 100 < int(limit) <= 200:
        return await ask(asked)
    return await ask(asked.with_query([("limit", "201")]))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F01",
        title="A page begins with the last row of the page before it",
        promises=("HALE-15",),
        mistake="The keyset comparison is <= where it ought to be <.",
        apply=readings(_position_included),
    ),
    Fault(
        id="PAG-F02",
        title="The last row before each page's end is lost",
        promises=("HALE-15",),
        mistake="The row that tells of a next page is where that page begins, and is never sent.",
        apply=repaged(_probe_lost),
    ),
    Fault(
        id="PAG-F03",
        title="A limit over 100 gives one row too many",
        promises=("HALE-10",),
        mistake="The probe row is cut off only on the code path of small pages.",
        apply=repaged(_one_more),
    ),
    Fault(
        id="PAG-F04",
        title="Pages have 50 rows whatever the limit",
        promises=("HALE-10",),
        mistake="The limit is validated and echoed, and never given to the query.",
        apply=repaged(_always_fifty),
    ),
    Fault(
        id="PAG-F05",
        title="The last page names itself as the next one",
        promises=("HALE-07",),
        mistake="The cursor is passed through where there is no next one.",
        apply=around(_endless),
    ),
    Fault(
        id="PAG-F11",
        title="Rows added during a walk push others onto the next page again",
        promises=("HALE-15",),
        mistake="Pages are counted by offset.",
        apply=_by_offset,
    ),
    Fault(
        id="PAG-F13",
        title="A limit over 200 is cut down to 200",
        promises=("HALE-10",),
        mistake="Clamping was thought to be kind.",
        apply=around(_clamped),
    ),
    Fault(
        id="PAG-F14",
        title="Rows that are updated during a walk, or share their updatedAt, are lost",
        promises=("HALE-15",),
        mistake="The keyset is on a column that changes and is not unique.",
        apply=readings(_by_update),
    ),
    Fault(
        id="PAG-F15",
        title="A full last page has a next page, which is empty",
        promises=("HALE-07",),
        mistake="A page with as many rows as asked for is taken to have a successor.",
        apply=repaged(_full_means_more),
    ),
    Fault(
        id="PAG-F16",
        title="The filters hold for the first page only",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The query of the next pages was written apart from that of the first.",
        apply=reselected(_first_page_filters),
    ),
    Fault(
        id="PAG-F17",
        title="A limit of 0 is taken as the default",
        promises=("HALE-10",),
        mistake="Zero is false.",
        apply=around(_zero_is_default),
    ),
    Fault(
        id="PAG-F18",
        title="A limit that is no number is taken as the default",
        promises=("HALE-10",),
        mistake="A failed conversion falls back to the default.",
        apply=around(_words_are_default),
    ),
    Fault(
        id="PAG-F19",
        title="pagination.limit is the number of rows on the page",
        promises=("HALE-07",),
        mistake="The field was filled with what was at hand.",
        apply=answers(is_page, _limit_counts_rows),
    ),
    Fault(
        id="PAG-F20",
        title="pagination.cursor is always null",
        promises=("HALE-07",),
        mistake="The field was added to the schema and never filled.",
        apply=answers(is_page, _no_cursor_echo),
    ),
    Fault(
        id="PAG-F23",
        title="The default limit is 20",
        promises=("HALE-10",),
        mistake="The framework's default was left as it was.",
        apply=around(_twenty_by_default),
    ),
    Fault(
        id="PAG-F24",
        title="A limit over 100 is refused",
        promises=("HALE-10",),
        mistake="The bound was copied from another API.",
        apply=around(_hundred_at_most),
    ),
)
