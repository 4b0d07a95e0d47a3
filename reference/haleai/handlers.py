"""The operations of HaleAI: its lists and details."""

from datetime import datetime

from generated.haleai.server import (
    ContactsHandler,
    DealsHandler,
    LeadsHandler,
    errors,
    models,
)
from generated.haleai.server.runtime import Request
from reference.clock import instant
from reference.collection import AnyRow, Collection
from reference.haleai.paging import Pager, selection
from reference.haleai.security import Caller


class Contacts(ContactsHandler[Caller]):
    """The contacts of the caller's tenant."""

    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    async def list_contacts(
        self,
        request: Request[Caller],
        *,
        limit: int = 50,
        cursor: str | None = None,
        source: str | None = None,
        updated_since: datetime | None = None,
    ) -> models.ContactPage:
        """Return one page of contacts (HALE-11)."""
        selected = selection(request.principal.tenant, source=source, updated_since=updated_since)
        rows, pagination = await self._pager.page(selected, cursor, limit)
        return models.ContactPage(data=[_contact(row) for row in rows], pagination=pagination)

    async def get_contact(self, request: Request[Caller], contact_id: str) -> models.ContactDetail:
        """Return one contact (HALE-14)."""
        row = await _find(self._pager.collection, request.principal.tenant, contact_id)
        return models.ContactDetail(data=_contact(row))


class Leads(LeadsHandler[Caller]):
    """The leads of the caller's tenant."""

    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    async def list_leads(
        self,
        request: Request[Caller],
        *,
        limit: int = 50,
        cursor: str | None = None,
        stage: models.LeadStage | None = None,
        source: str | None = None,
        updated_since: datetime | None = None,
    ) -> models.LeadPage:
        """Return one page of leads (HALE-12)."""
        selected = selection(
            request.principal.tenant, stage=stage, source=source, updated_since=updated_since
        )
        rows, pagination = await self._pager.page(selected, cursor, limit)
        return models.LeadPage(data=[_lead(row) for row in rows], pagination=pagination)

    async def get_lead(self, request: Request[Caller], lead_id: str) -> models.LeadDetail:
        """Return one lead (HALE-14)."""
        row = await _find(self._pager.collection, request.principal.tenant, lead_id)
        return models.LeadDetail(data=_lead(row))


class Deals(DealsHandler[Caller]):
    """The deals of the caller's tenant."""

    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    async def list_deals(
        self,
        request: Request[Caller],
        *,
        limit: int = 50,
        cursor: str | None = None,
        stage: models.DealStage | None = None,
        updated_since: datetime | None = None,
    ) -> models.DealPage:
        """Return one page of deals (HALE-13)."""
        selected = selection(request.principal.tenant, stage=stage, updated_since=updated_since)
        rows, pagination = await self._pager.page(selected, cursor, limit)
        return models.DealPage(data=[_deal(row) for row in rows], pagination=pagination)

    async def get_deal(self, request: Request[Caller], deal_id: str) -> models.DealDetail:
        """Return one deal (HALE-14)."""
        row = await _find(self._pager.collection, request.principal.tenant, deal_id)
        return models.DealDetail(data=_deal(row))


async def _find(collection: Collection, tenant: str, row_id: str) -> AnyRow:
    """Return a row of the tenant; another tenant's is as absent as one of nobody (HALE-04)."""
    row = await collection.find(tenant, row_id)
    if row is None:
        raise errors.NotFound("There is nothing with this id.")
    return row


def _contact(row: AnyRow) -> models.Contact:
    return models.Contact(id=row.id, source=row.source, updated_at=instant(row.updated_at))


def _lead(row: AnyRow) -> models.Lead:
    return models.Lead(
        id=row.id, stage=row.stage, source=row.source, updated_at=instant(row.updated_at)
    )


def _deal(row: AnyRow) -> models.Deal:
    return models.Deal(id=row.id, stage=row.stage, updated_at=instant(row.updated_at))
