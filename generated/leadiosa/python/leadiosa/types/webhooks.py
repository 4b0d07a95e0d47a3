"""Types of the resource webhooks."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model
from .shared import Pagination

EventType: TypeAlias = (
    Literal["conversation.created", "conversation.updated", "message.created", "contact.deleted"]
    | str
)
"""What an event is about."""


class Webhook(Model, kw_only=True):
    """An endpoint of yours, and what is sent to it."""

    id: str
    """Identifies the endpoint."""

    url: str
    """Where events are sent to."""

    events: list[EventType]
    """Which events are sent there."""

    created_at: dt.datetime
    """When it was created."""


class NewWebhook(Model, kw_only=True):
    """An endpoint to register."""

    url: str
    """Where events are sent to."""

    events: list[EventType]
    """Which events are sent there."""


class CreatedWebhook(Model, kw_only=True):
    """An endpoint as registered, with the secret that is shown this once."""

    id: str
    """Identifies the endpoint."""

    url: str
    """Where events are sent to."""

    events: list[EventType]
    """Which events are sent there."""

    secret: str
    """Signs the deliveries. It is never shown again."""

    created_at: dt.datetime
    """When it was created."""


class WebhookPage(Model, kw_only=True):
    """One page of webhook endpoints."""

    data: list[Webhook]
    """The webhook endpoints of this page."""

    pagination: Pagination
