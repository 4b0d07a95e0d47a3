"""What whoever runs the server decides, not the contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cors:
    """Calls from pages of any origin (Fetch §3.2): a star on every answer, and preflights."""

    allow_headers: tuple[str, ...] = ("Authorization", "Content-Type")
    expose_headers: tuple[str, ...] = ()
    max_age: int = 86_400
    """Seconds that a browser may keep the answer to a preflight."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits and switches of one server."""

    max_body_bytes: int = 1_048_576
    body_timeout: float = 30.0
    """Seconds that a body may take to arrive."""
    validate_responses: bool = True
    """Whether an answer that the contract does not document is a 500 and never sent."""
    cors: Cors | None = None
    """None: as `Cors()` where the contract documents `Access-Control-Allow-Origin`, else none."""
