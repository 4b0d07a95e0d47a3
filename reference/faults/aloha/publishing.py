"""Planted faults of when posts come out: those without a time, on a channel, of one moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, func, select, update

from reference.aloha.events import Events
from reference.aloha.parts import Parts
from reference.aloha.publishing import CONNECTED, NewPost, Publisher, publishing
from reference.aloha.tables import connections, posts
from reference.faults.fault import Fault
from reference.jobs import Job, Jobs

_FOUR_WEEKS = timedelta(weeks=4) // timedelta(microseconds=1)
_MOST_AT_ONCE = 10


class _Drafts(Publisher):
    """Publishes drafts when they are four weeks old."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post."""
        super().create(connection, post)
        if post.scheduled_at is None:
            due_at = post.created_at + _FOUR_WEEKS
            for channel in post.channels:
                self._jobs.put(
                    connection, publishing(post.workspace.tenant, post.id, channel, due_at)
                )


class _AsScheduled(Publisher):
    """Publishes on the channels that were connected when a post was made."""

    def __init__(self, jobs: Jobs, events: Events) -> None:
        super().__init__(jobs, events)
        self._found: dict[str, dict[str, str]] = {}

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post."""
        super().create(connection, post)
        of_tenant = connections.c.tenant == post.workspace.tenant
        found = connection.execute(select(connections).where(of_tenant)).all()
        self._found[post.id] = {row.channel: row.state for row in found}

    def do(self, connection: Connection, job: Job) -> None:
        """Publish a post on a channel."""
        channel = job.payload["channel"]
        before = self._found.get(job.payload["post"], {}).get(channel, CONNECTED)
        is_it = (connections.c.tenant == job.tenant) & (connections.c.channel == channel)
        now = connection.scalar(select(connections.c.state).where(is_it))
        connection.execute(update(connections).where(is_it).values(state=before))
        super().do(connection, job)
        connection.execute(update(connections).where(is_it).values(state=now))


class _Tens(Publisher):
    """Publishes ten posts of a workspace and a moment."""

    def do(self, connection: Connection, job: Job) -> None:
        """Publish a post on a channel."""
        came_out = (
            (posts.c.tenant == job.tenant)
            & (posts.c.scheduled_at == job.due_at)
            & (posts.c.status != "scheduled")
        )
        counted = select(func.count()).select_from(posts).where(came_out)
        if int(connection.scalar(counted) or 0) < _MOST_AT_ONCE:
            super().do(connection, job)


def _publisher(kind: type[Publisher]) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        platform = parts.platform
        return replace(parts, publisher=kind(platform.jobs, Events(platform.outbox)))

    return apply


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4031",
        title="A draft comes out when it is four weeks old",
        promises=("ALOHA-05",),
        mistake="Where there is no time the end of the calendar was filled in.",
        apply=_publisher(_Drafts),
    ),
    Fault(
        id="LIF-F4032",
        title="A scheduled post goes to the channels that were connected when it was made",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="Connections are looked up with the request, and kept with the job.",
        apply=_publisher(_AsScheduled),
    ),
    Fault(
        id="LIF-F4033",
        title="Of the posts of a workspace and a moment ten come out",
        promises=("ALOHA-05",),
        mistake="The workers take ten in one turn, and each moment has one turn.",
        apply=_publisher(_Tens),
    ),
)
