"""The operations of Bodies, and what they are called in Python."""

from __future__ import annotations

from . import models
from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="putNote",
        method="PUT",
        path="/notes/{path}",
        resource="notes",
        handler="put_note",
        parameters=(
            Parameter("path", "path", "path", list[str]),
            Parameter("query", "tags", "tags", list[str]),
            Parameter("query", "where", "where", models.PutNoteWhere),
            Parameter("cookie", "session", "session", str),
        ),
        bodies={
            "application/json": models.PutNoteRequest,
        },
    ),
    Route(
        operation_id="importNotes",
        method="POST",
        path="/notes",
        resource="notes",
        handler="import_notes",
        bodies={
            "multipart/form-data": models.ImportNotesRequest,
        },
    ),
    Route(
        operation_id="searchNotes",
        method="POST",
        path="/notes/search",
        resource="notes",
        handler="search_notes",
        bodies={
            "application/x-www-form-urlencoded": models.SearchNotesRequest,
        },
    ),
)
