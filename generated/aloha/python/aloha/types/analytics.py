"""Types of the resource analytics."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._runtime.values import Model

ExportFormat: TypeAlias = Literal["csv", "json"] | str
"""The format of the file."""


class NewAnalyticsExport(Model, kw_only=True):
    """An export to make."""

    format: ExportFormat
