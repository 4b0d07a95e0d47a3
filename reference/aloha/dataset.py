"""The rows of Aloha's workspaces: made up for a seed, added and changed on request.

Each workspace has live data, and less test data. No id is given twice.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from reference.aloha import made_up, storing
from reference.aloha.events import API
from reference.aloha.inbox import Inbox
from reference.aloha.oauth import DOCUMENTED_APP
from reference.aloha.requested_rows import (
    ChannelRows,
    MatrixRows,
    PostRows,
    RequestedRows,
    ThreadRows,
)
from reference.aloha.security import MODES, Mode, Workspace
from reference.clock import Clock
from reference.jobs import Jobs
from reference.oauth.clients import ensure_client
from reference.service import DatasetError

T = TypeVar("T")

_DOCUMENTED = Workspace("acme", "live")
_SIZES: Mapping[Mode, Mapping[str, int]] = {
    "live": {"posts": 120, "threads": 48, "matrices": 5},
    "test": {"posts": 30, "threads": 12, "matrices": 2},
}


class AlohaDataset:
    """Fills and changes the tables of Aloha, each time in the transaction it is given."""

    collections: Sequence[str] = ("posts", "threads", "matrices", "channels")

    def __init__(self, clock: Clock, jobs: Jobs, inbox: Inbox) -> None:
        self._jobs = jobs
        self._requested: Mapping[str, RequestedRows] = {
            "posts": PostRows(clock, jobs),
            "threads": ThreadRows(clock, inbox),
            "matrices": MatrixRows(),
            "channels": ChannelRows(),
        }

    def fill(self, connection: Connection, tenant: str, seed: int, rows: int | None) -> None:
        """Give a tenant `rows` rows a collection, or the usual number, in place of what it has.

        Of live and of test data each; the channels are always all there, and connected.
        """
        self._jobs.clear(connection, API, tenant)
        storing.remove(connection, tenant)
        storing.connect(connection, tenant)
        for mode in MODES:
            workspace = Workspace(tenant, mode)
            sizes = _SIZES[mode] if rows is None else dict.fromkeys(_SIZES[mode], rows)
            dice = random.Random(f"{seed}/{tenant}/{mode}")
            posts = made_up.post_history(dice, sizes["posts"])
            threads = made_up.thread_history(dice, sizes["threads"])
            matrices = made_up.matrix_rows(dice, sizes["matrices"])
            if workspace == _DOCUMENTED:
                posts = _ending_with(posts, made_up.DOCUMENTED_POSTS)
                threads = _ending_with(threads, made_up.DOCUMENTED_THREADS)
                matrices = _ending_with(matrices, made_up.DOCUMENTED_MATRICES)
                ensure_client(connection, API, DOCUMENTED_APP)
            storing.store_posts(connection, self._jobs, workspace, posts)
            storing.store_threads(connection, workspace, threads)
            storing.store_matrices(connection, workspace, matrices)

    def clear(self, connection: Connection) -> None:
        """Remove the rows of every tenant."""
        storing.remove_all(connection)

    def insert(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        count: int,
        values: Mapping[str, str],
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""
        rows = self._rows(collection)
        _check(collection, rows.inserted, values)
        return rows.insert(connection, tenant, count, values)

    def update(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        ids: Sequence[str],
        values: Mapping[str, str],
    ) -> None:
        """Change rows to these values; raise DatasetError."""
        rows = self._rows(collection)
        _check(collection, rows.updated, values)
        for row_id in ids:
            if not rows.update(connection, tenant, row_id, values):
                raise DatasetError(f"{tenant} has no {row_id!r} among its {collection}.")

    def _rows(self, collection: str) -> RequestedRows:
        if collection not in self._requested:
            known = ", ".join(self._requested)
            raise DatasetError(f"There is no collection {collection!r}, only {known}.")
        return self._requested[collection]


def _ending_with(rows: Sequence[T], documented: Sequence[T]) -> list[T]:
    """Return as many rows, of which the last are the documented ones."""
    kept = max(0, len(rows) - len(documented))
    return [*rows[:kept], *documented][-len(rows) :] if rows else []


def _check(collection: str, known: Sequence[str], values: Mapping[str, str]) -> None:
    for name in values:
        if name not in known:
            raise DatasetError(f"The {name!r} of {collection} cannot be given here.")
