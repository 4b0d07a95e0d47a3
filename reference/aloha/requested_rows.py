"""Rows that the control plane adds and changes, a class for each collection."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar, get_args

from sqlalchemy import Connection, Table, func, select, update

from generated.aloha.server import models
from reference.aloha import made_up, storing
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.publishing import CHANNEL_NAMES, CONNECTION_STATES
from reference.aloha.security import MODES, Workspace
from reference.aloha.tables import connections, matrices, posts, threads
from reference.clock import Clock, microseconds
from reference.jobs import Jobs
from reference.service import DatasetError

_STATUSES: tuple[models.PostStatus, ...] = get_args(models.PostStatus)
_CHANNELS = tuple(CHANNEL_NAMES)
_MINUTE = 60_000_000
_WEEK = 7 * 24 * 60 * _MINUTE

Values = Mapping[str, str]
T = TypeVar("T", bound=str)


class RequestedRows(Protocol):
    """How the rows of one collection are added and changed."""

    inserted: Sequence[str]
    """The values that rows can be added with."""
    updated: Sequence[str]
    """The values that rows can be changed to."""

    def insert(
        self, connection: Connection, tenant: str, count: int, values: Values
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""

    def update(self, connection: Connection, tenant: str, row_id: str, values: Values) -> bool:
        """Change a row; return whether there is one of this id; raise DatasetError."""


class PostRows:
    """Posts, which nobody is told of."""

    inserted: Sequence[str] = ("channel", "status", "scheduledAt", "content", "mode")
    updated: Sequence[str] = ("content",)

    def __init__(self, clock: Clock, jobs: Jobs) -> None:
        self._clock = clock
        self._jobs = jobs

    def insert(
        self, connection: Connection, tenant: str, count: int, values: Values
    ) -> Sequence[str]:
        """Add posts, made now."""
        dice = _dice(connection, tenant, posts)
        now = self._clock.microseconds()
        channel = _choice(values, "channel", _CHANNELS)
        channels = () if channel is None else (channel,)
        status, scheduled_at = _progress(values, now)
        made = [made_up.post(dice, now, status, scheduled_at, channels) for _ in range(count)]
        told = [replace(post, content=values.get("content", post.content)) for post in made]
        storing.store_posts(connection, self._jobs, _workspace(tenant, values), told)
        return [post.id for post in made]

    def update(self, connection: Connection, tenant: str, row_id: str, values: Values) -> bool:
        """Change what a post says."""
        return _change(connection, posts, tenant, row_id, values)


class ThreadRows:
    """Threads: adding one is somebody's writing, changing one too, and subscribers are told."""

    inserted: Sequence[str] = ("channel", "sender", "preview", "mode")
    updated: Sequence[str] = ("preview",)

    def __init__(self, clock: Clock, inbox: Inbox) -> None:
        self._clock = clock
        self._inbox = inbox

    def insert(
        self, connection: Connection, tenant: str, count: int, values: Values
    ) -> Sequence[str]:
        """Begin threads."""
        workspace = _workspace(tenant, values)
        dice = _dice(connection, tenant, threads)
        now = self._clock.microseconds()
        channel = _choice(values, "channel", _CHANNELS)
        made = [made_up.thread(dice, now, channel) for _ in range(count)]
        for row in made:
            sender = values.get("sender", row.sender)
            thread = Thread(row.id, workspace, row.channel, sender)
            self._inbox.receive(connection, thread, values.get("preview", row.preview), now)
        return [row.id for row in made]

    def update(self, connection: Connection, tenant: str, row_id: str, values: Values) -> bool:
        """Write to a thread, which moves to the top."""
        its_own = select(threads).where(threads.c.tenant == tenant, threads.c.id == row_id)
        row = connection.execute(its_own).first()
        if row is None:
            return False
        thread = Thread(row.id, Workspace(tenant, row.mode), row.channel, row.sender)
        preview = values.get("preview", row.preview)
        self._inbox.receive(connection, thread, preview, self._clock.microseconds())
        return True


class MatrixRows:
    """Matrices."""

    inserted: Sequence[str] = ("name", "mode")
    updated: Sequence[str] = ("name",)

    def insert(
        self, connection: Connection, tenant: str, count: int, values: Values
    ) -> Sequence[str]:
        """Add matrices."""
        made = made_up.matrix_rows(_dice(connection, tenant, matrices), count)
        named = [replace(row, name=values.get("name", row.name)) for row in made]
        storing.store_matrices(connection, _workspace(tenant, values), named)
        return [row.id for row in named]

    def update(self, connection: Connection, tenant: str, row_id: str, values: Values) -> bool:
        """Rename a matrix."""
        return _change(connection, matrices, tenant, row_id, values)


class ChannelRows:
    """A workspace's connections to its channels, whose ids are the channels' names."""

    inserted: Sequence[str] = ()
    updated: Sequence[str] = ("connection",)

    def insert(self, *_asked: object) -> Sequence[str]:
        """Refuse."""
        raise DatasetError("A workspace has all of its channels from the start.")

    def update(self, connection: Connection, tenant: str, row_id: str, values: Values) -> bool:
        """Let a connection expire, or be good again."""
        state = _choice(values, "connection", CONNECTION_STATES)
        if row_id in _CHANNELS and state is not None:
            of_channel = (connections.c.tenant == tenant) & (connections.c.channel == row_id)
            connection.execute(update(connections).where(of_channel).values(state=state))
        return row_id in _CHANNELS


def _progress(values: Values, now: int) -> tuple[str, int | None]:
    """Return how far a post is, and when it was or is due; raise DatasetError."""
    status = _choice(values, "status", _STATUSES)
    scheduled_at = _moment(values["scheduledAt"]) if "scheduledAt" in values else None
    if scheduled_at is None:
        usual = {"scheduled": now + _WEEK, "published": now - _MINUTE, "failed": now - _MINUTE}
        return status or "draft", usual.get(status or "draft")
    if status == "draft":
        raise DatasetError("A draft has no 'scheduledAt'.")
    return status or ("scheduled" if scheduled_at > now else "published"), scheduled_at


def _moment(text: str) -> int:
    try:
        return microseconds(datetime.fromisoformat(text))
    except (ValueError, TypeError) as error:
        raise DatasetError(f"{text!r} is no moment with a time zone.") from error


def _choice(values: Values, name: str, known: Sequence[T]) -> T | None:
    """Return the value of this name, None where there is none; raise DatasetError."""
    if name not in values:
        return None
    for value in known:
        if value == values[name]:
            return value
    raise DatasetError(f"{values[name]!r} is no {name}, only {', '.join(known)}.")


def _workspace(tenant: str, values: Values) -> Workspace:
    return Workspace(tenant, _choice(values, "mode", MODES) or "live")


def _dice(connection: Connection, tenant: str, table: Table[Any]) -> random.Random:
    """Return dice that fall alike for the same history of a tenant."""
    present = connection.scalar(select(func.count()).where(table.c.tenant == tenant))
    return random.Random(f"{tenant}/{table.name}/{present}")


def _change(
    connection: Connection,
    table: Table[Any],
    tenant: str,
    row_id: str,
    values: Mapping[str, object],
) -> bool:
    of_row = (table.c.tenant == tenant) & (table.c.id == row_id)
    if connection.scalar(select(table.c.id).where(of_row)) is None:
        return False
    if values:
        connection.execute(update(table).where(of_row).values(values))
    return True
