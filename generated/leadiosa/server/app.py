"""The ASGI application of Leadiosa."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from starlette.types import ASGIApp, Lifespan

from .handlers import Handlers
from .routes import ROUTES
from .runtime import Envelope, Gate, ServerOptions, build_app
from .security import Security

P = TypeVar("P")


def create_app(
    handlers: Handlers[P],
    *,
    security: Security[P],
    gate: Gate[P | None] | None = None,
    base_path: str = "/api/v1",
    options: ServerOptions | None = None,
    lifespan: Lifespan[Any] | None = None,
) -> ASGIApp:
    """An application that serves Leadiosa under `base_path`.

    Raises ContractError where the package's parts do not fit together.
    """
    return build_app(
        document=_document("openapi.json"),
        lowered=_document("lowered.json"),
        routes=ROUTES,
        handlers={
            "conversations": handlers.conversations,
            "conversation_messages": handlers.conversation_messages,
            "conversation_notes": handlers.conversation_notes,
            "contacts": handlers.contacts,
            "knowledge": handlers.knowledge,
            "knowledge_chunks": handlers.knowledge_chunks,
            "webhooks": handlers.webhooks,
            "audit": handlers.audit,
            "workspace": handlers.workspace,
            "billing_subscription": handlers.billing_subscription,
            "openapi": handlers.openapi,
        },
        security={
            "token": security.token,
        },
        envelope=Envelope.OBJECT_WITH_REQUEST_ID,
        gate=gate,
        base_path=base_path,
        options=options,
        lifespan=lifespan,
    )


def _document(name: str) -> dict[str, Any]:
    text = Path(__file__).with_name(name).read_bytes()
    return msgspec.json.decode(text, type=dict[str, Any])
