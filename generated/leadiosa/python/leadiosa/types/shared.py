"""Types that several resources have in common."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset

ConversationStatus: TypeAlias = Literal["open", "pending", "closed"] | str
"""Where a conversation stands."""

MessageAuthor: TypeAlias = Literal["contact", "agent"] | str
"""Whose message it is, the contact's or your team's."""


class Pagination(Model, kw_only=True):
    """Whether there is more, and how to get it."""

    has_more: bool
    """Whether another page follows."""

    next_cursor: str | Unset = UNSET
    """The `after` of the next page. Absent on the last one."""


class Error(Model, kw_only=True):
    """What every answer other than a success looks like."""

    error: ErrorDetail


class ErrorDetail(Model, kw_only=True):
    """What went wrong."""

    code: str
    """For programs. One of the codes that the status lists."""

    message: str
    """For people. It names the field that is wrong, where one is."""

    request_id: str
    """The `X-Request-Id` of this answer."""
