"""Storing rows that are there as if they had always been: nobody is told of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from reference.aloha.made_up import MatrixRow, PostRow, ThreadRow
from reference.aloha.publishing import CHANNEL_NAMES, CONNECTED, publishing
from reference.aloha.security import Workspace
from reference.aloha.tables import (
    connections,
    matrices,
    messages,
    placements,
    posts,
    threads,
    work,
)
from reference.jobs import Jobs

_OWNED = (threads, messages, matrices, work, connections, posts)


def remove(connection: Connection, tenant: str) -> None:
    """Remove all rows of a tenant."""
    its_posts = select(posts.c.id).where(posts.c.tenant == tenant)
    connection.execute(delete(placements).where(placements.c.post.in_(its_posts)))
    for table in _OWNED:
        connection.execute(delete(table).where(table.c.tenant == tenant))


def remove_all(connection: Connection) -> None:
    """Remove the rows of every tenant."""
    for table in (placements, *_OWNED):
        connection.execute(delete(table))


def connect(connection: Connection, tenant: str) -> None:
    """Let a tenant publish on every channel."""
    rows = [{"tenant": tenant, "channel": channel, "state": CONNECTED} for channel in CHANNEL_NAMES]
    connection.execute(insert(connections), rows)


def store_posts(
    connection: Connection, jobs: Jobs, workspace: Workspace, rows: Sequence[PostRow]
) -> None:
    """Keep posts, and what is to be done for those that are scheduled."""
    if not rows:
        return
    connection.execute(
        insert(posts),
        [
            {
                "id": row.id,
                "tenant": workspace.tenant,
                "mode": workspace.mode,
                "status": row.status,
                "content": row.content,
                "scheduled_at": row.scheduled_at,
                "created_at": row.created_at,
            }
            for row in rows
        ],
    )
    connection.execute(
        insert(placements),
        [
            {
                "post": row.id,
                "channel": placement.channel,
                "position": position,
                "status": placement.status,
                "published_at": placement.published_at,
                "failure_reason": placement.failure_reason,
            }
            for row in rows
            for position, placement in enumerate(row.placements)
        ],
    )
    for row in rows:
        if row.status == "scheduled" and row.scheduled_at is not None:
            for placement in row.placements:
                due = publishing(workspace.tenant, row.id, placement.channel, row.scheduled_at)
                jobs.put(connection, due)


def store_threads(connection: Connection, workspace: Workspace, rows: Sequence[ThreadRow]) -> None:
    """Keep threads, the last of them on top."""
    if not rows:
        return
    connection.execute(
        insert(messages),
        [
            {"tenant": workspace.tenant, "thread": row.id, "written_at": row.updated_at}
            for row in rows
        ],
    )
    its_own = select(messages.c.thread, messages.c.seq).where(messages.c.tenant == workspace.tenant)
    written = {row.thread: row.seq for row in connection.execute(its_own)}
    connection.execute(
        insert(threads),
        [
            {
                "id": row.id,
                "tenant": workspace.tenant,
                "mode": workspace.mode,
                "channel": row.channel,
                "sender": row.sender,
                "preview": row.preview,
                "written": written[row.id],
                "updated_at": row.updated_at,
            }
            for row in rows
        ],
    )


def store_matrices(connection: Connection, workspace: Workspace, rows: Sequence[MatrixRow]) -> None:
    """Keep matrices."""
    if not rows:
        return
    connection.execute(
        insert(matrices),
        [
            {
                "id": row.id,
                "tenant": workspace.tenant,
                "mode": workspace.mode,
                "name": row.name,
            }
            for row in rows
        ],
    )
