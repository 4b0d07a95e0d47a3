"""The tables of Aloha. Times are microseconds since 1970, UTC; `mode` keeps test data apart.

`seq` counts the rows of a table in the order in which they were made, and never changes. A thread
moves to the top of the inbox when it is written to: `written` is the number of its last message.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
    bindparam,
)

from reference.collection import Reading
from reference.storage.tables import metadata


class _Posts(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    tenant: Named[str]
    mode: Named[str]
    status: Named[str]
    content: Named[str]
    scheduled_at: Named[int | None] = Column(BigInteger)
    created_at: Named[int] = Column(BigInteger)


class _Placements(TypedColumns):
    """A post on one channel."""

    post: Named[str] = Column(primary_key=True)
    channel: Named[str] = Column(primary_key=True)
    position: Named[int]
    status: Named[str]
    published_at: Named[int | None] = Column(BigInteger)
    failure_reason: Named[str | None]


class _Connections(TypedColumns):
    """Whether a workspace may publish on a channel."""

    tenant: Named[str] = Column(primary_key=True)
    channel: Named[str] = Column(primary_key=True)
    state: Named[str]


class _Threads(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    mode: Named[str]
    channel: Named[str]
    sender: Named[str]
    preview: Named[str]
    written: Named[int] = Column(unique=True)
    updated_at: Named[int] = Column(BigInteger)


class _Messages(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    tenant: Named[str] = Column(index=True)
    thread: Named[str]
    written_at: Named[int] = Column(BigInteger)


class _Matrices(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str] = Column(index=True)
    mode: Named[str]
    name: Named[str]


class _Work(TypedColumns):
    """What runs in the background: an export, a matrix, the training of the voice model."""

    id: Named[str] = Column(primary_key=True)
    tenant: Named[str] = Column(index=True)
    mode: Named[str]
    kind: Named[str]
    created_at: Named[int] = Column(BigInteger)
    finished_at: Named[int | None] = Column(BigInteger)


posts = Table("aloha_posts", metadata, _Posts)
placements = Table("aloha_placements", metadata, _Placements)
connections = Table("aloha_connections", metadata, _Connections)
threads = Table("aloha_threads", metadata, _Threads)
messages = Table("aloha_messages", metadata, _Messages)
matrices = Table("aloha_matrices", metadata, _Matrices)
work = Table("aloha_work", metadata, _Work)

Index("aloha_posts_by_workspace", posts.c.tenant, posts.c.mode, posts.c.seq)
Index("aloha_threads_by_workspace", threads.c.tenant, threads.c.mode, threads.c.written)


def inbox() -> Reading:
    """Return how threads are read: the one written to last first.

    A thread that nobody writes to keeps its place, and others only move to before the first page:
    a walk meets it once.
    """
    columns = threads.c
    return Reading(
        threads,
        conditions={
            "tenant": columns.tenant == bindparam("tenant"),
            "mode": columns.mode == bindparam("mode"),
            "position": columns.written < bindparam("position"),
        },
        key=columns.written,
        order=columns.written.desc(),
    )
