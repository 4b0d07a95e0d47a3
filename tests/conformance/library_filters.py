"""How the library narrows its lists; `bugs` switch on small mistakes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.conformance.library_input import in_one_second, moment

if TYPE_CHECKING:
    from tests.conformance.library_server import Library

Rows = list[dict[str, Any]]


def matching(library: Library, rows: Rows, tenant: str, query: dict[str, str]) -> Rows:
    """The rows that meet what a query asks for."""
    bugs = library.bugs
    if genre := query.get("genre"):
        rows = [row for row in rows if row["genre"] == genre]
    ignored = "ignores-author" in bugs
    ignored |= "demo-unfiltered" in bugs and tenant == "acme"
    ignored |= "page-forgets-author" in bugs and "after" in query
    if (author := query.get("author")) is not None and not ignored:
        fold = str.lower if "folds-case" in bugs else str
        rows = [row for row in rows if fold(row["author"]) == fold(author)]
        if "narrows-genres" in bugs:
            rows = [{**row, "genre": "history"} for row in rows]
    since = query.get("updated_since")
    return _changed_since(library, since, rows, narrowed="genre" in query) if since else rows


def _changed_since(library: Library, since: str, rows: Rows, *, narrowed: bool) -> Rows:
    bugs, edge = library.bugs, moment(since)
    edge = edge.replace(microsecond=0) if "cuts-fractions" in bugs else edge
    if "ignores-offset" in bugs:
        edge = moment(re.sub(r"[+-]\d\d:\d\d$", "Z", since))
    if "forgets-old" in bugs and edge.year < 2010:
        return []
    if "recent-seconds" in bugs:
        recent = library.now() - 10
        rows = [row for row in rows if not in_one_second(row, edge, recent)]
    inclusive = "since-inclusive" in bugs or ("genre-inclusive" in bugs and narrowed)
    inclusive |= "midnight-inclusive" in bugs and edge.strftime("%H%M%S%f") == "0" * 12
    return [
        row
        for row in rows
        if (at := moment(row["updated_at"])) > edge or (inclusive and at == edge)
    ]


def told(row: dict[str, Any], imported: bool, bugs: frozenset[str]) -> dict[str, Any]:
    """A row as it is told."""
    if "tells-secret" in bugs:
        row = row | {"password_hash": "$2b$12$abc"}
    if "tidies-authors" in bugs and "author" in row:
        row = row | {"author": row["author"].strip()}
    if "local-imports" in bugs and imported and "author" not in row:
        row = row | {"updated_at": row["updated_at"].removesuffix("Z")}
    return row | {"shelf": "A1", "note": None} if "more-members" in bugs else row


def counts_rows(filters: dict[str, str], bugs: frozenset[str]) -> bool:
    """Whether a cursor counts the rows before its page, instead of naming the last of them."""
    narrowed = ("offset-authors" in bugs and "author" in filters) or (
        "offset-genres" in bugs and "genre" in filters
    )
    narrowed |= "offset-news" in bugs and "updated_since" in filters
    return "offset-pages" in bugs or narrowed
