"""Types that several resources have in common."""

from __future__ import annotations

from .._runtime.values import Model


class Pagination(Model, kw_only=True, rename="camel"):
    """Where a page stands in its list."""

    limit: int
    """The page size in effect."""

    cursor: str | None
    """The cursor that this page was asked with; `null` on the first page."""

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
