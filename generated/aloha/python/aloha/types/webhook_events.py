"""What the webhooks carry."""

from __future__ import annotations

from typing import Literal

from .._runtime.values import Model
from .shared import Channel


class PostScheduledEvent(Model, kw_only=True):
    """A post was scheduled."""

    id: str
    """Identifies the event. The same on every attempt, so drop what you have seen."""

    event: Literal["post.scheduled"] | str
    """The event's name."""

    created: int
    """When it happened, in seconds of Unix time."""

    data: PostEventData


class PostPublishedEvent(Model, kw_only=True):
    """A post was published."""

    id: str
    """Identifies the event. The same on every attempt, so drop what you have seen."""

    event: Literal["post.published"] | str
    """The event's name."""

    created: int
    """When it happened, in seconds of Unix time."""

    data: PostEventData


class PostFailedEvent(Model, kw_only=True):
    """A post failed."""

    id: str
    """Identifies the event. The same on every attempt, so drop what you have seen."""

    event: Literal["post.failed"] | str
    """The event's name."""

    created: int
    """When it happened, in seconds of Unix time."""

    data: PostFailedEventData


class ReplyReceivedEvent(Model, kw_only=True):
    """A reply was received."""

    id: str
    """Identifies the event. The same on every attempt, so drop what you have seen."""

    event: Literal["reply.received"] | str
    """The event's name."""

    created: int
    """When it happened, in seconds of Unix time."""

    data: ReplyReceivedEventData


class MatrixCompletedEvent(Model, kw_only=True):
    """A matrix run was completed."""

    id: str
    """Identifies the event. The same on every attempt, so drop what you have seen."""

    event: Literal["matrix.completed"] | str
    """The event's name."""

    created: int
    """When it happened, in seconds of Unix time."""

    data: MatrixCompletedEventData


class PostEventData(Model, kw_only=True, rename="camel"):
    """The post, and the channel it is about."""

    post_id: str
    """The post's `id`."""

    channel: Channel


class PostFailedEventData(Model, kw_only=True, rename="camel"):
    """The post, the channel that would not take it, and why."""

    post_id: str
    """The post's `id`."""

    channel: Channel

    reason: str
    """Why the post failed there."""


class ReplyReceivedEventData(Model, kw_only=True, rename="camel"):
    """The thread that was written to."""

    thread_id: str
    """The thread's `id`."""

    channel: Channel


class MatrixCompletedEventData(Model, kw_only=True, rename="camel"):
    """The matrix that ran, and the job that ran it."""

    matrix_id: str
    """The matrix's `id`."""

    job_id: str
    """The `id` of the job, as the request that started it was answered."""
