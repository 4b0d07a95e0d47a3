"""The operations of Security, and what they are called in Python."""

from __future__ import annotations

from .runtime import Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="getSafe",
        method="GET",
        path="/safe",
        resource="safe",
        handler="get_safe",
    ),
    Route(
        operation_id="fillSafe",
        method="PUT",
        path="/safe",
        resource="safe",
        handler="fill_safe",
    ),
    Route(
        operation_id="getHealth",
        method="GET",
        path="/health",
        resource="health",
        handler="get_health",
    ),
)
