"""Listing the rows that an API stores: what no answer of its own tells can be seen here."""

from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection, select

from reference.control.bodies import Body, TenantName
from reference.control.call import Answer, Call, Controlled, RefusedError

_MOST_ROWS = 1_000


class ListBody(Body):
    """`POST rows/list`: whose rows, and how many of the latest of them."""

    api: str
    tenant: TenantName
    collection: str
    limit: Annotated[int, Meta(ge=1, le=_MOST_ROWS)] = _MOST_ROWS


async def _list_rows(controlled: Controlled, body: ListBody) -> Answer:
    service = controlled.service(body.api)
    table = service.stored.get(body.collection)
    if table is None:
        names = ", ".join(service.stored) or "none"
        raise RefusedError(400, f"There is no {body.collection!r} to list here, only {names}.")
    shown = [column for column in table.c if column.name in {"id", "created_at", "data", "context"}]
    latest = (
        select(*shown)
        .where(table.c.tenant == body.tenant)
        .order_by(table.c.seq.desc())
        .limit(body.limit)
    )

    def read(connection: Connection) -> list[dict[str, object]]:
        return [row._asdict() for row in connection.execute(latest)]

    rows = await controlled.platform.database.read(read)
    return {"rows": [*reversed(rows)]}


def _applies(controlled: Controlled) -> bool:
    return any(service.stored for service in controlled.services.values())


CALLS = (Call("POST", "rows/list", ListBody, _list_rows, _applies),)
