"""Reading posts: each with where it stands on its channels, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import BigInteger, Connection, Select, bindparam, exists, select

from generated.aloha.server import models
from reference.aloha.security import Workspace
from reference.aloha.tables import placements, posts
from reference.clock import instant
from reference.collection import AnyRow
from reference.cursors import Scope
from reference.storage.database import Database

_DAY = 24 * 60 * 60 * 1_000_000
_DATE = bindparam("date", type_=BigInteger)
_ON_CHANNEL = placements.alias()
_CONDITIONS = {
    "tenant": posts.c.tenant == bindparam("tenant"),
    "mode": posts.c.mode == bindparam("mode"),
    "channel": exists().where(
        _ON_CHANNEL.c.post == posts.c.id, _ON_CHANNEL.c.channel == bindparam("channel")
    ),
    "status": posts.c.status == bindparam("status"),
    "date": posts.c.scheduled_at.between(_DATE, _DATE + (_DAY - 1)),
    "position": posts.c.seq < bindparam("position"),
    "id": posts.c.id == bindparam("id"),
}


@dataclass(frozen=True, slots=True)
class PostSlice:
    """Some posts of a list, and the position from which it goes on; None at its end."""

    rows: Sequence[models.Post]
    next_position: int | None


class Posts(Protocol):
    """The posts of all workspaces."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start.

        A selection has `tenant`, `mode`, and any of `channel`, `status` and `date`: microseconds
        since 1970 at which the day begins.
        """

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""


class SqlPosts:
    """The posts in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        asked = {**selection} if position is None else {**selection, "position": position}
        statement = _statement(tuple(asked))
        rows = await self._database.read(
            lambda connection: connection.execute(statement, {**asked, "limit": limit + 1}).all()
        )
        found = [(seq, _post(list(of_post))) for seq, of_post in groupby(rows, lambda row: row.seq)]
        more = len(found) > limit
        return PostSlice([post for _, post in found[:limit]], found[limit - 1][0] if more else None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self._database.read(
            lambda connection: find_post(connection, workspace, post_id)
        )


def find_post(connection: Connection, workspace: Workspace, post_id: str) -> models.Post | None:
    """Return the post with this id, where it is among the workspace's."""
    asked = {"tenant": workspace.tenant, "mode": workspace.mode, "id": post_id}
    rows = connection.execute(_statement(tuple(asked)), {**asked, "limit": 1}).all()
    return _post(rows) if rows else None


@lru_cache
def _statement(names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Return the newest posts that some conditions select, a row for each of their channels."""
    selected = (
        select(posts)
        .where(*(_CONDITIONS[name] for name in names))
        .order_by(posts.c.seq.desc())
        .limit(bindparam("limit"))
        .subquery()
    )
    return (
        select(
            selected,
            placements.c.channel,
            placements.c.status.label("channel_status"),
            placements.c.published_at,
            placements.c.failure_reason,
        )
        .join_from(selected, placements, placements.c.post == selected.c.id)
        .order_by(selected.c.seq.desc(), placements.c.position)
    )


def _post(rows: Sequence[AnyRow]) -> models.Post:
    """Return a post of its rows, one for each channel."""
    post = rows[0]
    return models.Post(
        id=post.id,
        status=post.status,
        content=post.content,
        channels=[
            models.PostChannel(
                channel=row.channel,
                status=row.channel_status,
                published_at=None if row.published_at is None else instant(row.published_at),
                failure_reason=row.failure_reason,
            )
            for row in rows
        ],
        scheduled_at=None if post.scheduled_at is None else instant(post.scheduled_at),
        created_at=instant(post.created_at),
    )
