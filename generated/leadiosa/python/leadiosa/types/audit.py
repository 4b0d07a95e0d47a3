"""Types of the resource audit."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model
from .shared import Pagination

AuditAction: TypeAlias = (
    Literal[
        "conversation.create",
        "conversation.update",
        "message.create",
        "note.create",
        "contact.update",
        "contact.delete",
        "article.create",
        "article.update",
        "article.delete",
        "webhook.create",
        "webhook.delete",
        "workspace.close",
        "workspace.restore",
    ]
    | str
)
"""What was done."""


class AuditEntry(Model, kw_only=True):
    """One write, and who made it."""

    id: str
    """Identifies the entry."""

    action: AuditAction

    resource_id: str
    """The `id` of what was written."""

    token_id: str
    """The token that was used, by a name that is not the token itself."""

    request_id: str
    """The `X-Request-Id` of the request."""

    created_at: dt.datetime
    """When it was created."""


class AuditEntryPage(Model, kw_only=True):
    """One page of audit entries."""

    data: list[AuditEntry]
    """The audit entries of this page."""

    pagination: Pagination
