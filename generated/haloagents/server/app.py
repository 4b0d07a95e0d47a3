"""The ASGI application of HaloAgents."""

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
    base_path: str = "/api/sdk",
    options: ServerOptions | None = None,
    lifespan: Lifespan[Any] | None = None,
) -> ASGIApp:
    """An application that serves HaloAgents under `base_path`.

    Raises ContractError where the package's parts do not fit together.
    """
    return build_app(
        document=_document("openapi.json"),
        lowered=_document("lowered.json"),
        routes=ROUTES,
        handlers={
            "chat": handlers.chat,
            "tickets": handlers.tickets,
            "events": handlers.events,
            "users": handlers.users,
            "companies": handlers.companies,
            "series": handlers.series,
            "config": handlers.config,
        },
        security={
            "publishableKey": security.publishable_key,
        },
        envelope=Envelope.TEXT,
        gate=gate,
        base_path=base_path,
        options=options,
        lifespan=lifespan,
    )


def _document(name: str) -> dict[str, Any]:
    text = Path(__file__).with_name(name).read_bytes()
    return msgspec.json.decode(text, type=dict[str, Any])
