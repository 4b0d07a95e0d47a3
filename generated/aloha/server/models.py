"""The data of Aloha: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct


class NewPost(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A post to create."""

    content: str
    """What the post says."""
    channels: list[Channel]
    """Where to publish it."""
    scheduled_at: datetime | None = None
    """When to publish it (ISO 8601). Left out, the post is a draft."""


class Post(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A post, and where it stands."""

    id: str
    """Identifies the post."""
    status: PostStatus
    content: str
    """What the post says."""
    channels: list[PostChannel]
    """Where the post stands on each of its channels, in the order they were given."""
    scheduled_at: datetime | None = None
    """When the post is, or was, to be published (ISO 8601). A draft has none."""
    created_at: datetime


class PostChannel(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A post on one channel."""

    channel: Channel
    status: PostStatus
    published_at: datetime | None = None
    """When the post was published there (ISO 8601). Absent until it is."""
    failure_reason: str | None = None
    """Why the post failed there. Absent unless it did."""


Channel: TypeAlias = Literal["instagram", "linkedin"]
"""A network that posts are published on."""

PostStatus: TypeAlias = Literal["draft", "scheduled", "published", "failed"]
"""How far a post has come, on a channel or as a whole. As a whole it is `scheduled` until every
channel is through, then `failed` if one of them failed, else `published`.
"""


class PostPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of posts."""

    data: list[Post]
    """The posts of this page."""
    pagination: Pagination


class NewAnalyticsExport(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An export to make."""

    format: ExportFormat


ExportFormat: TypeAlias = Literal["csv", "json"]
"""The format of the file."""


class NewVoiceTraining(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A training set for the voice model."""

    samples: list[str]
    """Texts in the voice to learn."""


class Job(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """Work that runs in the background."""

    id: str
    """Identifies the job."""
    created_at: datetime


class InboxThread(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """An exchange with one person on one channel."""

    id: str
    """Identifies the thread."""
    channel: Channel
    sender: str
    """Who writes to you, as the channel names them."""
    preview: str
    """The beginning of what was written last."""
    updated_at: datetime
    """When it was written (ISO 8601)."""


class InboxThreadPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of threads."""

    data: list[InboxThread]
    """The threads of this page."""
    pagination: Pagination


class Pagination(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """Where a page stands in its list."""

    limit: int
    """The page size in effect."""
    next_cursor: str | None
    """The `cursor` of the next page; `null` on the last one."""


class TokenRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A code or a refresh token, and whose it is (RFC 6749 §4.1.3, §6)."""

    grant_type: GrantType
    client_id: str | None = None
    """Your app. Needed, unless it comes by HTTP Basic."""
    client_secret: str | None = None
    """Your app's secret, if it has one and does not send it by HTTP Basic."""
    code: str | None = None
    """The code that came back to `redirect_uri`. Needed for `authorization_code`."""
    redirect_uri: str | None = None
    """The `redirect_uri` of the authorization. Needed for `authorization_code`."""
    code_verifier: str | None = None
    """What the `code_challenge` was made of (RFC 7636 §4.1). Needed for `authorization_code`."""
    refresh_token: str | None = None
    """The newest refresh token. Needed for `refresh_token`."""
    scope: str | None = None
    """With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6)."""


GrantType: TypeAlias = Literal["authorization_code", "refresh_token"]
"""What is exchanged for an access token."""


class Token(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Access, for a while (RFC 6749 §5.1)."""

    access_token: str
    """Goes into `Authorization`, as an API key does."""
    token_type: Literal["Bearer"]
    """Always `Bearer`."""
    expires_in: int
    """How many seconds the access token lives."""
    refresh_token: str
    """Gets the next access token, once."""
    scope: str
    """The scopes that were granted, separated by spaces."""


class PostScheduledEvent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A post was scheduled."""

    id: str
    event: Literal["post.scheduled"]
    """The event's name."""
    created: int
    data: PostEventData


class PostPublishedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A post was published."""

    id: str
    event: Literal["post.published"]
    """The event's name."""
    created: int
    data: PostEventData


class PostFailedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A post failed."""

    id: str
    event: Literal["post.failed"]
    """The event's name."""
    created: int
    data: PostFailedEventData


class ReplyReceivedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A reply was received."""

    id: str
    event: Literal["reply.received"]
    """The event's name."""
    created: int
    data: ReplyReceivedEventData


class MatrixCompletedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A matrix run was completed."""

    id: str
    event: Literal["matrix.completed"]
    """The event's name."""
    created: int
    data: MatrixCompletedEventData


EventName: TypeAlias = Literal[
    "post.scheduled", "post.published", "post.failed", "reply.received", "matrix.completed"
]
"""What happened."""


class PostEventData(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """The post, and the channel it is about."""

    post_id: str
    """The post's `id`."""
    channel: Channel


class PostFailedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """The post, the channel that would not take it, and why."""

    post_id: str
    """The post's `id`."""
    channel: Channel
    reason: str
    """Why the post failed there."""


class ReplyReceivedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """The thread that was written to."""

    thread_id: str
    """The thread's `id`."""
    channel: Channel


class MatrixCompletedEventData(
    Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"
):
    """The matrix that ran, and the job that ran it."""

    matrix_id: str
    """The matrix's `id`."""
    job_id: str
    """The `id` of the job, as the request that started it was answered."""


class Error(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What every answer other than a success looks like."""

    error: ErrorDetail


class ErrorDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What went wrong."""

    code: str
    """For programs. One of the codes that the status lists."""
    message: str
    """For people."""


class OAuthError(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the OAuth endpoints answer other than a success (RFC 6749 §5.2)."""

    error: str
    """For programs. One of the codes that the status lists."""
    error_description: str | None = None
    """For people."""
