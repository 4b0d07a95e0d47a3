"""The operations of Unions, and what they are called in Python."""

from __future__ import annotations

from .runtime import Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="getShape",
        method="GET",
        path="/shapes",
        resource="shapes",
        handler="get_shape",
    ),
)
