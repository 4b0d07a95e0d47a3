"""Types that several resources have in common."""

from __future__ import annotations

from .._runtime.values import Model


class Error(Model, kw_only=True):
    """What every answer other than a success looks like."""

    error: str
    """What went wrong."""
