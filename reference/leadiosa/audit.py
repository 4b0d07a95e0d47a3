"""The audit log, which can only be read (LEAD-18)."""

from generated.leadiosa.server import AuditHandler, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.lists import AUDIT
from reference.leadiosa.reading import Reader
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp


class Audit(AuditHandler[Caller]):
    """The audit log of the caller's workspace."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def list_audit_entries(
        self, request: Request[Caller], *, limit: int = 25, after: str | None = None
    ) -> models.AuditEntryPage:
        """Return one page of entries."""
        rows, pagination = await self._reader.page(AUDIT, request.principal.tenant, after, limit)
        return models.AuditEntryPage(data=[_entry(row) for row in rows], pagination=pagination)


def _entry(row: AnyRow) -> models.AuditEntry:
    return models.AuditEntry(
        id=row.id,
        action=row.action,
        resource_id=row.resource_id,
        token_id=row.token_id,
        request_id=row.request_id,
        created_at=timestamp(row.created_at),
    )
