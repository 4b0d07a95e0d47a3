"""The operations of Pages, and what they are called in Python."""

from __future__ import annotations

from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="listRows",
        method="GET",
        path="/rows",
        resource="rows",
        handler="list_rows",
        parameters=(
            Parameter("query", "cursor", "cursor", str),
            Parameter("query", "limit", "limit", int),
        ),
    ),
)
