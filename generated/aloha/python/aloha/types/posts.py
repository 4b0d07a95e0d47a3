"""Types of the resource posts."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset
from .shared import Channel, Pagination

PostStatus: TypeAlias = Literal["draft", "scheduled", "published", "failed"] | str
"""How far a post has come, on a channel or as a whole. As a whole it is `scheduled` until every
channel is through, then `failed` if one of them failed, else `published`.
"""


class NewPost(Model, kw_only=True, rename="camel"):
    """A post to create."""

    content: str
    """What the post says."""

    channels: list[Channel]
    """Where to publish it."""

    scheduled_at: dt.datetime | Unset = UNSET
    """When to publish it (ISO 8601). Left out, the post is a draft."""


class Post(Model, kw_only=True, rename="camel"):
    """A post, and where it stands."""

    id: str
    """Identifies the post."""

    status: PostStatus

    content: str
    """What the post says."""

    channels: list[PostChannel]
    """Where the post stands on each of its channels, in the order they were given."""

    scheduled_at: dt.datetime | Unset = UNSET
    """When the post is, or was, to be published (ISO 8601). A draft has none."""

    created_at: dt.datetime
    """When it was created (ISO 8601)."""


class PostChannel(Model, kw_only=True, rename="camel"):
    """A post on one channel."""

    channel: Channel

    status: PostStatus

    published_at: dt.datetime | Unset = UNSET
    """When the post was published there (ISO 8601). Absent until it is."""

    failure_reason: str | Unset = UNSET
    """Why the post failed there. Absent unless it did."""


class PostPage(Model, kw_only=True):
    """One page of posts."""

    data: list[Post]
    """The posts of this page."""

    pagination: Pagination
