"""What an organization's callers put down: users, companies, enrollments, tickets, events.

Each function works in the transaction that it is given.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from reference.haloagents.tables import (
    companies,
    enrollments,
    events,
    fingerprint,
    series,
    tickets,
    users,
)

Data = Mapping[str, Any]
_TICKET_BYTES = 9


class UnknownRecordError(LookupError):
    """There is no such series, or no such user; the message is one sentence."""


def identify_user(connection: Connection, tenant: str, user: Data, context: Data | None) -> Data:
    """Create a user, or merge into the one that is there; return it as it is now."""
    return _merge(connection, users, tenant, user, context, name="user_id")


def identify_company(
    connection: Connection, tenant: str, company: Data, context: Data | None
) -> Data:
    """Create a company, or merge into the one that is there; return it as it is now."""
    return _merge(connection, companies, tenant, company, context, name="company_id")


def _merge(
    connection: Connection,
    table: Table[Any],
    tenant: str,
    sent: Data,
    context: Data | None,
    *,
    name: str,
) -> Data:
    key = fingerprint(sent[name])
    is_it = and_(table.c.tenant == tenant, table.c.fingerprint == key)
    known = connection.execute(select(table.c.data, table.c.context).where(is_it)).first()
    before: Data = {} if known is None else known.data
    traits = {**before.get("traits", {}), **sent.get("traits", {})}
    values = {
        "data": {**before, **sent, "traits": traits},
        "context": context if context is not None else {} if known is None else known.context,
    }
    if known is None:
        connection.execute(insert(table).values(tenant=tenant, fingerprint=key, **values))
    else:
        connection.execute(update(table).where(is_it).values(**values))
    return values["data"]


def set_enrollment(
    connection: Connection, tenant: str, series_id: str, user_id: str, *, enrolled: bool
) -> None:
    """Enroll a user in a series, or remove them; raise UnknownRecordError."""
    names = {"series": fingerprint(series_id), "user": fingerprint(user_id)}
    for table, key, kind in ((series, "series", "series"), (users, "user", "user")):
        is_it = and_(table.c.tenant == tenant, table.c.fingerprint == names[key])
        if connection.scalar(select(table.c.seq).where(is_it)) is None:
            raise UnknownRecordError(f"There is no {kind} with this {kind}_id.")
    columns = enrollments.c
    is_it = and_(
        columns.tenant == tenant,
        columns.series == names["series"],
        columns.user == names["user"],
    )
    is_enrolled = connection.scalar(select(columns.seq).where(is_it)) is not None
    if enrolled and not is_enrolled:
        data = {"series_id": series_id, "user_id": user_id}
        connection.execute(insert(enrollments).values(tenant=tenant, data=data, **names))
    elif not enrolled:
        connection.execute(delete(enrollments).where(is_it))


def create_ticket(connection: Connection, tenant: str, ticket: Data, at: int) -> str:
    """Keep a ticket; return its id."""
    ticket_id = f"tkt_{secrets.token_urlsafe(_TICKET_BYTES)}"
    connection.execute(
        insert(tickets).values(id=ticket_id, tenant=tenant, created_at=at, data=ticket)
    )
    return ticket_id


def add_events(connection: Connection, tenant: str, batch: Sequence[Data], at: int) -> None:
    """Keep events."""
    rows = [{"tenant": tenant, "created_at": at, "data": event} for event in batch]
    connection.execute(insert(events), rows)
