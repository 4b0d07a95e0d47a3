"""A post's way from draft to published, or failed, on each of its channels (ALOHA-05, ALOHA-06).

A post that is due at a moment has a job for each channel. What a channel makes of it depends on
the workspace's connection to it: one that has expired takes no post.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, select, update

from generated.aloha.server import models
from reference.aloha.events import API, Events
from reference.aloha.security import Workspace
from reference.aloha.tables import connections, placements, posts
from reference.jobs import Job, Jobs

PUBLISH = "publish"
"""The kind of job that publishes a post on one channel."""
CONNECTED = "connected"
EXPIRED = "expired"
"""The state of a connection that takes no post."""
CONNECTION_STATES = (CONNECTED, EXPIRED)
CHANNEL_NAMES: Mapping[models.Channel, str] = {"instagram": "Instagram", "linkedin": "LinkedIn"}


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be made, with times in microseconds since 1970."""

    id: str
    workspace: Workspace
    content: str
    channels: Sequence[models.Channel]
    scheduled_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class _Placement:
    """A post on one channel."""

    workspace: Workspace
    post: str
    channel: models.Channel


class Publisher:
    """Makes posts, and publishes them when they are due, each time in a given transaction."""

    def __init__(self, jobs: Jobs, events: Events) -> None:
        self._jobs = jobs
        self._events = events

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        due_at = post.scheduled_at
        status = "draft" if due_at is None else "scheduled"
        connection.execute(
            insert(posts).values(
                id=post.id,
                tenant=post.workspace.tenant,
                mode=post.workspace.mode,
                status=status,
                content=post.content,
                scheduled_at=due_at,
                created_at=post.created_at,
            )
        )
        connection.execute(
            insert(placements),
            [
                {"post": post.id, "channel": channel, "position": position, "status": status}
                for position, channel in enumerate(post.channels)
            ],
        )
        if due_at is not None:
            for channel in post.channels:
                placement = _Placement(post.workspace, post.id, channel)
                if due_at <= post.created_at:
                    self._publish(connection, placement, post.created_at)
                else:
                    self._schedule(connection, placement, due_at, post.created_at)

    def do(self, connection: Connection, job: Job) -> None:
        """Publish a post on a channel; meanwhile, nothing else is done to the post."""
        of_post = posts.c.id == job.payload["post"]
        post = connection.execute(select(posts).where(of_post).with_for_update()).one()
        channel = msgspec.convert(job.payload["channel"], models.Channel)
        placement = _Placement(Workspace(post.tenant, post.mode), post.id, channel)
        self._publish(connection, placement, job.due_at)

    def _schedule(
        self, connection: Connection, placement: _Placement, due_at: int, now: int
    ) -> None:
        workspace, post_id, channel = placement.workspace, placement.post, placement.channel
        self._jobs.put(connection, publishing(workspace.tenant, post_id, channel, due_at))
        data = models.PostEventData(post_id=post_id, channel=channel)
        self._events.put(connection, workspace, "post.scheduled", now, data)

    def _publish(self, connection: Connection, placement: _Placement, at: int) -> None:
        workspace, post_id, channel = placement.workspace, placement.post, placement.channel
        if _has_expired(connection, workspace.tenant, channel):
            reason = refusal(channel)
            _settle(connection, placement, {"status": "failed", "failure_reason": reason})
            failed = models.PostFailedEventData(post_id=post_id, channel=channel, reason=reason)
            self._events.put(connection, workspace, "post.failed", at, failed)
        else:
            _settle(connection, placement, {"status": "published", "published_at": at})
            published = models.PostEventData(post_id=post_id, channel=channel)
            self._events.put(connection, workspace, "post.published", at, published)


def publishing(tenant: str, post: str, channel: str, at: int) -> Job:
    """Return the job of publishing a post on a channel when it is due."""
    return Job(API, PUBLISH, tenant, at, {"post": post, "channel": channel})


def refusal(channel: models.Channel) -> str:
    """Return why a channel takes no post whose connection has expired."""
    return f"The connection to {CHANNEL_NAMES[channel]} has expired."


def whole_status(statuses: Collection[str]) -> str:
    """Return how far a post is as a whole, from how far it is on its channels."""
    return next(status for status in ("scheduled", "failed", "published") if status in statuses)


def _has_expired(connection: Connection, tenant: str, channel: str) -> bool:
    state = select(connections.c.state).where(
        connections.c.tenant == tenant, connections.c.channel == channel
    )
    return connection.scalar(state) == EXPIRED


def _settle(connection: Connection, placement: _Placement, values: Mapping[str, object]) -> None:
    """Say how a channel took a post, and how the post now stands as a whole."""
    of_post = placements.c.post == placement.post
    on_channel = placements.c.channel == placement.channel
    connection.execute(update(placements).where(of_post, on_channel).values(values))
    statuses = connection.scalars(select(placements.c.status).where(of_post)).all()
    connection.execute(
        update(posts).where(posts.c.id == placement.post).values(status=whole_status(statuses))
    )
