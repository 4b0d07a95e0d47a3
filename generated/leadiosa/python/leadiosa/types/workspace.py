"""Types of the resource workspace."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset

WorkspaceStatus: TypeAlias = Literal["active", "closed"] | str
"""Whether the workspace is in use."""


class Workspace(Model, kw_only=True):
    """The workspace that a token belongs to."""

    id: str
    """Identifies the workspace."""

    name: str
    """What the workspace is called."""

    status: WorkspaceStatus

    created_at: dt.datetime
    """When it was created."""


class ArchiveStatus(Model, kw_only=True):
    """Whether the workspace is closed."""

    archived: bool
    """Whether it is closed."""

    closed_at: dt.datetime | Unset = UNSET
    """Since when, if it is."""
