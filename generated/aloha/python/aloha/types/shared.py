"""Types that several resources have in common."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model

Channel: TypeAlias = Literal["instagram", "linkedin"] | str
"""A network that posts are published on."""

EventName: TypeAlias = (
    Literal["post.scheduled", "post.published", "post.failed", "reply.received", "matrix.completed"]
    | str
)
"""What happened."""


class Job(Model, kw_only=True, rename="camel"):
    """Work that runs in the background."""

    id: str
    """Identifies the job."""

    created_at: dt.datetime
    """When it was created (ISO 8601)."""


class Pagination(Model, kw_only=True, rename="camel"):
    """Where a page stands in its list."""

    limit: int
    """The page size in effect."""

    next_cursor: str | None
    """The `cursor` of the next page; `null` on the last one."""


class Error(Model, kw_only=True):
    """What every answer other than a success looks like."""

    error: ErrorDetail


class ErrorDetail(Model, kw_only=True):
    """What went wrong."""

    code: str
    """For programs. One of the codes that the status lists."""

    message: str
    """For people."""
