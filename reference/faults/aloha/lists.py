"""Planted faults of lists: their pages, their cursors, their filters."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from generated.aloha.server import models
from reference.aloha.parts import Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Workspace
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Cursors, Scope
from reference.faults.aloha.access import POSTS
from reference.faults.composition import answers, around, requests
from reference.faults.cursors import (
    Crashing,
    Forgiving,
    Readable,
    Rescoped,
    SingleUse,
    Unauthenticated,
    without,
)
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault

_MOST = 100
_HOUR = 3_600_000_000
Apply = Callable[[Parts], Parts]
MakePage = Callable[[Posts, Scope, int | None, int], Awaitable[PostSlice]]


@dataclass(frozen=True, slots=True)
class _Repaged:
    """Posts whose pages are made in another way."""

    inner: Posts
    make: MakePage

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        return await self.make(self.inner, selection, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _RepagedThreads:
    """Threads whose pages are made in another way."""

    inner: Collection
    change: Callable[[Page], Page]

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        return self.change(await self.inner.page(selection, position, limit))

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        return await self.inner.find(tenant, row_id)


def _pages(make: MakePage) -> Apply:
    return lambda parts: replace(parts, posts=_Repaged(parts.posts, make))


def _selected(change: Callable[[Scope, int | None], Scope]) -> Apply:
    """Select other posts than were asked for."""

    async def make(inner: Posts, selection: Scope, position: int | None, limit: int) -> PostSlice:
        return await inner.page(change(selection, position), position, limit)

    return _pages(make)


def _threads(change: Callable[[Page], Page]) -> Apply:
    return lambda parts: replace(parts, threads=_RepagedThreads(parts.threads, change))


def _cursors(make: Callable[[Parts], Cursors]) -> Apply:
    return lambda parts: replace(parts, cursors=make(parts))


def _bound(*without_names: str) -> Apply:
    return _cursors(
        lambda parts: Rescoped(parts.cursors, lambda scope: without(scope, *without_names))
    )


async def _overlapping(
    inner: Posts, selection: Scope, position: int | None, limit: int
) -> PostSlice:
    return await inner.page(selection, None if position is None else position + 1, limit)


async def _losing(inner: Posts, selection: Scope, position: int | None, limit: int) -> PostSlice:
    page = await inner.page(selection, position, limit + 1)
    if page.next_position is None:
        return page
    return PostSlice(page.rows[:limit], page.next_position)


async def _endless(inner: Posts, selection: Scope, position: int | None, limit: int) -> PostSlice:
    page = await inner.page(selection, position, limit)
    return replace(page, next_position=1) if page.next_position is None else page


async def _one_more(inner: Posts, selection: Scope, position: int | None, limit: int) -> PostSlice:
    return await inner.page(selection, position, limit + 1 if limit == _MOST else limit)


async def _by_one_channel(
    inner: Posts, selection: Scope, position: int | None, limit: int
) -> PostSlice:
    page = await inner.page(selection, position, limit)
    wanted = selection.get("channel")
    if wanted is None:
        return page
    return replace(page, rows=_with_first(page.rows, wanted))


def _with_first(posts: Sequence[models.Post], channel: object) -> list[models.Post]:
    return [post for post in posts if post.channels[0].channel == channel]


async def _with_drafts(
    inner: Posts, selection: Scope, position: int | None, limit: int
) -> PostSlice:
    if selection.get("status") != "scheduled":
        return await inner.page(selection, position, limit)
    return await inner.page({**selection, "status": "draft"}, position, limit)


def _by_local_date(selection: Scope, _position: int | None) -> Scope:
    date = selection.get("date")
    return {**selection, "date": date - 2 * _HOUR} if isinstance(date, int) else selection


def _following_leaks(selection: Scope, position: int | None) -> Scope:
    return selection if position is None else without(selection, "tenant", "mode")


async def _unknown_status(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.path == POSTS and answered.status == 400 and asked.parameter("status"):
        found = await ask(asked.without("status"))
        if found.status == 200:
            return found.with_json({**found.json, "data": []})
    return answered


def _clamped(asked: Asked) -> Asked:
    limit = asked.parameter("limit") or ""
    if not limit.isdecimal() or int(limit) <= _MOST:
        return asked
    return asked.with_query((k, str(_MOST) if k == "limit" else v) for k, v in asked.query)


def _last_is_null(answered: Answered) -> Answered:
    body = answered.json
    pagination = {"nextCursor": "", **body["pagination"]}
    if pagination["nextCursor"] is None:
        pagination["nextCursor"] = ""
    return answered.with_json({**body, "pagination": pagination})


def _is_page(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and b'"pagination"' in answered.body


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F41",
        title="Pages of posts overlap",
        promises=("ALOHA-07",),
        mistake="At most stands where less than should.",
        apply=_pages(_overlapping),
    ),
    Fault(
        id="PAG-F42",
        title="A limit that is too large is cut",
        promises=("ALOHA-07",),
        mistake="Clamping was thought to be kinder than refusing.",
        apply=requests(lambda asked: asked.method == "GET", _clamped),
    ),
    Fault(
        id="PAG-F43",
        title="A cursor works with other filters",
        promises=("ALOHA-07",),
        mistake="The filters are missing from what the cursor is bound to.",
        apply=_bound("channel", "status", "date"),
    ),
    Fault(
        id="PAG-F44",
        title="A cursor of one workspace works for another",
        promises=("ALOHA-07",),
        mistake="The workspace is missing from what the cursor is bound to.",
        apply=_bound("tenant"),
    ),
    Fault(
        id="PAG-F45",
        title="An unknown cursor gives the first page",
        promises=("ALOHA-07",),
        mistake="A failed decoding falls back to no cursor.",
        apply=_cursors(lambda parts: Forgiving(parts.cursors)),
    ),
    Fault(
        id="PAG-F46",
        title="An unknown cursor is a 500",
        promises=("ALOHA-07",),
        mistake="Nobody thought of cursors that are not the server's own.",
        apply=_cursors(lambda parts: Crashing(parts.cursors)),
    ),
    Fault(
        id="PAG-F47",
        title="The last thread of every page is lost",
        promises=("ALOHA-09",),
        mistake="The row that tells whether there is more is dropped from the wrong end.",
        apply=_threads(
            lambda page: page if page.next_position is None else replace(page, rows=page.rows[:-1])
        ),
    ),
    Fault(
        id="PAG-F48",
        title="A post between two pages is lost",
        promises=("ALOHA-07",),
        mistake="The row that tells whether there is more becomes the cursor.",
        apply=_pages(_losing),
    ),
    Fault(
        id="PAG-F49",
        title="The last page of posts has a cursor, of an empty page",
        promises=("ALOHA-07",),
        mistake="The end is noticed one page late, for ever.",
        apply=_pages(_endless),
    ),
    Fault(
        id="PAG-F50",
        title="The largest page has one post too many",
        promises=("ALOHA-07",),
        mistake="The row that tells whether there is more is not dropped.",
        apply=_pages(_one_more),
    ),
    Fault(
        id="PAG-F51",
        title="Cursors can be read",
        promises=("ALOHA-07",),
        mistake="Base64 was taken for encryption.",
        apply=_cursors(lambda parts: Readable(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F52",
        title="A changed cursor is taken",
        promises=("ALOHA-07",),
        mistake="The cursor is encrypted and not authenticated.",
        apply=_cursors(lambda parts: Unauthenticated(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F53",
        title="A cursor is good once",
        promises=("ALOHA-07",),
        mistake="Cursors are rows of a table that are removed when they are read.",
        apply=_cursors(lambda parts: SingleUse(parts.cursors)),
    ),
    Fault(
        id="PAG-F54",
        title="The cursor of the last page is an empty text",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="The serializer has no null.",
        apply=answers(_is_page, _last_is_null),
    ),
    Fault(
        id="PAG-F55",
        title="A cursor of test data works on live data",
        promises=("ALOHA-02",),
        mistake="The mode is missing from what the cursor is bound to.",
        apply=_bound("mode"),
    ),
    Fault(
        id="TEN-F44",
        title="All pages of posts but the first hold those of all workspaces",
        promises=("ALOHA-02", "ALOHA-07"),
        mistake="The cursor was thought to say whose list it is.",
        apply=_selected(_following_leaks),
    ),
    Fault(
        id="FIL-F41",
        title="The date filter does nothing",
        promises=("ALOHA-07",),
        mistake="The parameter is read, and never used.",
        apply=_selected(lambda selection, _: without(selection, "date")),
    ),
    Fault(
        id="FIL-F42",
        title="The date filter is of local time",
        promises=("ALOHA-07",),
        mistake="The server's time zone is not UTC.",
        apply=_selected(_by_local_date),
    ),
    Fault(
        id="FIL-F43",
        title="The filter status=scheduled finds drafts",
        promises=("ALOHA-07",),
        mistake="Two values of the enumeration were swapped.",
        apply=_pages(_with_drafts),
    ),
    Fault(
        id="FIL-F44",
        title="The channel filter looks at a post's first channel only",
        promises=("ALOHA-07",),
        mistake="Posts had one channel once.",
        apply=_pages(_by_one_channel),
    ),
    Fault(
        id="FIL-F45",
        title="An unknown status finds nothing, with 200",
        promises=("ALOHA-07",),
        mistake="The value goes into the query as it is.",
        apply=around(_unknown_status),
    ),
    Fault(
        id="FIL-F46",
        title="The status filter is forgotten on the second page",
        promises=("ALOHA-07",),
        mistake="The query of the following pages is another one.",
        apply=_selected(
            lambda selection, position: (
                selection if position is None else without(selection, "status")
            )
        ),
    ),
)
