"""The operations on the workspace: its life (LEAD-19), and its subscription (LEAD-20)."""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, update

from generated.leadiosa.server import BillingSubscriptionHandler, WorkspaceHandler, models
from generated.leadiosa.server.runtime import Request, Timestamp
from reference.clock import Clock
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, require_closed
from reference.leadiosa.security import Caller
from reference.leadiosa.tables import workspaces
from reference.leadiosa.timestamps import timestamp
from reference.storage.database import Database
from reference.storage.prepared import rows_of

_OF_TENANT = select(workspaces).where(workspaces.c.tenant == bindparam("of_tenant"))


class Workspaces(WorkspaceHandler[Caller]):
    """The caller's workspace."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def get_workspace(self, request: Request[Caller]) -> models.Workspace:
        """Return the workspace."""
        return _workspace(await _read(self._database, request.principal.tenant))

    async def get_archive_status(self, request: Request[Caller]) -> models.ArchiveStatus:
        """Return whether the workspace is closed, and since when."""
        closed_at = (await _read(self._database, request.principal.tenant)).closed_at
        if closed_at is None:
            return models.ArchiveStatus(archived=False)
        return models.ArchiveStatus(archived=True, closed_at=timestamp(closed_at))

    async def close_workspace(self, request: Request[Caller]) -> models.Workspace:
        """Close the workspace."""

        def close(change: Change) -> Written[models.Workspace]:
            return _changed(change, closed_at=change.at)

        return await self._writer.write(request, "workspace.close", close)

    async def restore_workspace(self, request: Request[Caller]) -> models.Workspace:
        """Open the workspace again."""

        def restore(change: Change) -> Written[models.Workspace]:
            return _changed(change, closed_at=None)

        return await self._writer.write(request, "workspace.restore", restore, require_closed)


class Subscription(BillingSubscriptionHandler[Caller]):
    """What the caller's workspace pays for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get_subscription(self, request: Request[Caller]) -> models.Subscription:
        """Return the plan, the month that is being paid for, and the AI tokens used."""
        row = await _read(self._database, request.principal.tenant)
        return models.Subscription(
            plan=row.plan,
            billing_cycle=_month_of(self._clock.now()),
            ai_tokens=models.AiTokenUsage(included=row.ai_tokens_included, used=row.ai_tokens_used),
        )


def workspace_of(connection: Connection, tenant: str) -> AnyRow:
    """Return the row of a tenant's workspace."""
    (workspace,) = rows_of(connection, _OF_TENANT, {"of_tenant": tenant})
    return workspace


async def _read(database: Database, tenant: str) -> AnyRow:
    return await database.read(lambda connection: workspace_of(connection, tenant))


def _changed(change: Change, *, closed_at: int | None) -> Written[models.Workspace]:
    of_tenant = workspaces.c.tenant == change.tenant
    change.connection.execute(update(workspaces).where(of_tenant).values(closed_at=closed_at))
    row = workspace_of(change.connection, change.tenant)
    return Written(row.id, _workspace(row))


def _workspace(row: AnyRow) -> models.Workspace:
    return models.Workspace(
        id=row.id,
        name=row.name,
        status="active" if row.closed_at is None else "closed",
        created_at=timestamp(row.created_at),
    )


def _month_of(now: datetime) -> models.BillingCycle:
    start = datetime(now.year, now.month, 1, tzinfo=UTC)
    end = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return models.BillingCycle(
        interval="month", starts_at=Timestamp.of(start), ends_at=Timestamp.of(end)
    )
