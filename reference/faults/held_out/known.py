"""What an organization of HaloAgents already has, looked up before a request is answered."""

from typing import Any

from sqlalchemy import Table, and_, select

from reference.faults.composition import tenant_of
from reference.faults.exchange import Asked
from reference.haloagents.parts import Parts
from reference.haloagents.tables import fingerprint


async def known_data(parts: Parts, asked: Asked, table: Table[Any], name: str) -> Any:
    """Return what a caller's organization has of the thing that a body names; None for nothing."""
    tenant, named = await tenant_of(parts, asked), asked.fields.get(name)
    if tenant is None or not isinstance(named, str):
        return None
    is_it = and_(table.c.tenant == tenant, table.c.fingerprint == fingerprint(named))
    return await parts.platform.database.read(
        lambda connection: connection.scalar(select(table.c.data).where(is_it))
    )
