"""The operations of Objects, and what they are called in Python."""

from __future__ import annotations

from .runtime import Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="getTree",
        method="GET",
        path="/trees",
        resource="trees",
        handler="get_tree",
    ),
)
