"""What became of deliveries, as the control plane tells it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from reference.clock import instant
from reference.webhooks.tables import attempts, deliveries

_SHOWN = 1_000


def journal(
    connection: Connection, *, api: str | None, tenant: str | None
) -> Sequence[Mapping[str, object]]:
    """Return the latest 1,000 deliveries, of all or of one API or tenant, the oldest first."""
    wanted = [
        column == value
        for column, value in ((deliveries.c.api, api), (deliveries.c.tenant, tenant))
        if value is not None
    ]
    latest = select(deliveries).where(*wanted).order_by(deliveries.c.seq.desc()).limit(_SHOWN)
    rows = connection.execute(latest).all()[::-1]
    made: dict[int, list[Mapping[str, object]]] = {row.seq: [] for row in rows}
    kept = select(attempts).where(attempts.c.delivery.in_(made)).order_by(attempts.c.seq)
    for attempt in connection.execute(kept):
        error = {} if attempt.error is None else {"error": attempt.error}
        made[attempt.delivery].append(
            {"at": instant(attempt.at), "status": attempt.status, **error}
        )
    return [
        {
            "id": row.id,
            "event_id": row.event_id,
            "event": row.event,
            "api": row.api,
            "tenant": row.tenant,
            "subscription": row.subscription,
            "url": row.url,
            "state": row.state,
            "attempts": made[row.seq],
            **({} if row.next_at is None else {"next_at": instant(row.next_at)}),
        }
        for row in rows
    ]
