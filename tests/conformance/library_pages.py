"""How the library cuts its lists into pages; `bugs` switch on small mistakes."""

from __future__ import annotations

from typing import Any

from tests.conformance.library_input import moment

Rows = list[dict[str, Any]]


def most_rows(size: int, filters: dict[str, str], bugs: frozenset[str]) -> int:
    """How many rows a page holds at most."""
    most = size + 1 if "one-more" in bugs and size > 4 else size
    most = min(most, 30) if "short-pages" in bugs else most
    most = 30 if "knows-thirty" in bugs and 30 < size < 40 else most
    most = min(most, 20) if "narrowed-short" in bugs and filters else most
    return 15 if "ignores-size" in bugs else most


def skipped(
    before: int, size: int, query: dict[str, str], filters: dict[str, str], bugs: frozenset[str]
) -> int:
    """How many rows are lost after the one that a page ended with."""
    lost = int("default-skips" in bugs and "per_page" not in query)
    lost += "skips-third" in bugs and before >= 30 and "per_page" not in query and not filters
    lost += "skips-between" in bugs and 15 < size < 30 and [*filters] == ["genre"]
    lost += "blocks-of-eight" in bugs and size % 8 == 0 and size < 40
    lost += "skips-narrowed" in bugs and size == 1 and bool(filters)
    lost += "skips-genres" in bugs and size == 1 and [*filters] == ["genre"]
    return lost - ("overlaps" in bugs)


def untied(
    rows: Rows, place: Any, filters: dict[str, str], now: float, bugs: frozenset[str]
) -> Rows:
    """The rows of a list; with a bug, without those of the moment that a page ended with."""
    since = filters.get("updated_since")
    if since is None or place is None:
        return rows
    lately = "loses-late-ties" in bugs and now - moment(since).timestamp() < 60
    if not lately and "loses-ties" not in bugs:
        return rows
    cut = {row["updated_at"] for row in rows if row["id"] == place}
    return [row for row in rows if row["id"] <= place or row["updated_at"] not in cut]


def goes_on(rows: int, size: int, filters: dict[str, str], bugs: frozenset[str]) -> bool:
    """Whether a page is said to have a next one because it is full."""
    whole = "empty-last-whole" in bugs and size < 20 and not filters
    by_author = "ends-twice" in bugs and "author" in filters
    return rows == size and ("empty-last-page" in bugs or whole or by_author)


def of_replica(rows: Rows, asked: str, before: list[str], bugs: frozenset[str]) -> Rows:
    """The rows of a page; with a bug, from elsewhere where it is asked for thrice in a row."""
    before[:] = [*before, asked] if asked in before else [asked]
    return rows[::-1] if "third-of-replica" in bugs and len(before) == 3 else rows
