"""The operations of Streams, and what they are called in Python."""

from __future__ import annotations

from . import models
from .runtime import Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="sendChat",
        method="POST",
        path="/chat",
        resource="chat",
        handler="send_chat",
        bodies={
            "application/json": models.SendChatRequest,
        },
    ),
)
