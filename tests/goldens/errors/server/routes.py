"""The operations of Errors, and what they are called in Python."""

from __future__ import annotations

from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="openDoor",
        method="POST",
        path="/doors/{id}",
        resource="doors",
        handler="open_door",
        parameters=(Parameter("path", "id", "id", str),),
    ),
)
