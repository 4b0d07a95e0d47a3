"""Changing a workspace: all that one write does, in one transaction.

Every change of rows comes through a `Change`, which is why no list changes without its cursors
ending (a workspace that is filled anew gets another generation instead). Every write of the API
comes through a `Writer`, which is why none is without its audit entry (LEAD-18), and none is done
to a closed workspace (LEAD-19).
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Delete, Update, bindparam, delete, insert, select, update

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.clock import Clock
from reference.collection import AnyRow
from reference.leadiosa import tables
from reference.leadiosa.events import LeadiosaEvent, event_body
from reference.leadiosa.lists import API, AUDIT, List, change_version
from reference.leadiosa.resources import Resource
from reference.leadiosa.security import Caller
from reference.storage.database import Database
from reference.storage.prepared import rows_of
from reference.webhooks.outbox import Event, Outbox

T = TypeVar("T")
_ID_BYTES = 8
_LOCKED = (
    select(tables.workspaces)
    .where(tables.workspaces.c.tenant == bindparam("tenant"))
    .with_for_update()
)


def new_id(prefix: str) -> str:
    """Return an id that nothing has yet."""
    return f"{prefix}_{secrets.token_hex(_ID_BYTES)}"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one workspace, which is locked until it is done."""

    connection: Connection
    workspace: AnyRow
    at: int
    """When it is made, in microseconds since 1970."""

    @property
    def tenant(self) -> str:
        """The tenant whose workspace it is."""
        return str(self.workspace.tenant)

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the workspace's resource with this id."""
        return resource.find(self.connection, self.tenant, row_id)

    def get(self, resource: Resource, row_id: str) -> AnyRow:
        """Return the workspace's resource with this id; raise its error where there is none."""
        return resource.get(self.connection, self.tenant, row_id)

    def rows(self, on: List, parent_id: str) -> Sequence[AnyRow]:
        """Return all rows of a list."""
        wanted = select(on.table).where(on.rows(self.tenant, parent_id)).order_by(on.table.c.seq)
        return self.connection.execute(wanted).all()

    def insert(self, on: List, rows: Sequence[Mapping[str, object]]) -> None:
        """Put rows on their lists."""
        if rows:
            given = [{**row, "tenant": self.tenant} for row in rows]
            self.connection.execute(insert(on.table), given)
            self._end_cursors(on, (row[on.parent.column] if on.parent else "" for row in given))

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        if all(_is_same(getattr(row, name), value) for name, value in values.items()):
            return False
        self.replace(on, [row], {**values, "updated_at": self.at})
        return True

    def replace(self, on: List, rows: Sequence[AnyRow], values: Mapping[str, object]) -> None:
        """Give rows these values, without a trace of when."""
        self._each(on, rows, update(on.table).values(**values))

    def delete(self, on: List, rows: Sequence[AnyRow]) -> None:
        """Take rows off their lists."""
        self._each(on, rows, delete(on.table))

    def _each(self, on: List, rows: Sequence[AnyRow], statement: Update | Delete) -> None:
        if rows:
            of_row = statement.where(on.table.c.seq == bindparam("of"))
            self.connection.execute(of_row, [{"of": row.seq} for row in rows])
            parent = on.parent
            self._end_cursors(on, (getattr(row, parent.column) if parent else "" for row in rows))

    def _end_cursors(self, on: List, parent_ids: Iterable[Any]) -> None:
        for parent_id in dict.fromkeys(parent_ids):
            change_version(self.connection, self.tenant, on.name(parent_id))


def change_of(connection: Connection, tenant: str, at: int) -> Change:
    """Begin a change of a tenant's workspace, locking it.

    The lock puts the changes of a workspace into an order, also where the database would let them
    happen at once: nobody writes in a conversation while somebody else closes it.
    """
    (workspace,) = rows_of(connection, _LOCKED, {"tenant": tenant})
    return Change(connection, workspace, at)


Precondition = Callable[[AnyRow], None]
"""Raises what speaks against a write to a workspace."""


def require_open(workspace: AnyRow) -> None:
    """Raise WorkspaceClosed for a workspace that is closed."""
    if workspace.closed_at is not None:
        raise errors.WorkspaceClosed("This workspace is closed. Restore it first.")


def require_closed(workspace: AnyRow) -> None:
    """Raise WorkspaceActive for a workspace that is not."""
    if workspace.closed_at is None:
        raise errors.WorkspaceActive("This workspace is not closed.")


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What came of a write."""

    resource_id: str
    """The id of what was written, for the audit log."""
    answer: T
    events: Sequence[LeadiosaEvent] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Does the writes of the API."""

    database: Database
    clock: Clock
    outbox: Outbox

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry; where it raises, nothing is done."""
        caller, request_id = request.principal, request.request_id

        def do(connection: Connection) -> T:
            change = change_of(connection, caller.tenant, self.clock.microseconds())
            precondition(change.workspace)
            written = work(change)
            for event in written.events:
                body = event_body(event)
                kept = Event(new_id("evt"), API, caller.tenant, event.type_, body)
                self.outbox.put(connection, kept)
            entry = {
                "id": new_id("aud"),
                "action": action,
                "resource_id": written.resource_id,
                "token_id": caller.token_id,
                "request_id": request_id,
                "created_at": change.at,
            }
            change.insert(AUDIT, [entry])
            return written.answer

        return await self.database.write_rows(do)


def _is_same(kept: object, given: object) -> bool:
    """Whether two values are the same JSON: to Python, 1 is True."""
    return msgspec.json.encode(kept) == msgspec.json.encode(given)
