"""Types that several resources have in common."""

from __future__ import annotations

from .._runtime.values import Model


class Error(Model, kw_only=True):
    """…"""

    error: ErrorError


class ErrorError(Model, kw_only=True):
    """…"""

    code: str

    message: str
