"""The tables of HaleAI: contacts, leads and deals.

`seq` counts the rows of a table in the order in which they were made; it never changes, and no
answer shows it. Times are microseconds since 1970, UTC.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
    bindparam,
)

from reference.collection import Reading
from reference.storage.tables import metadata


class RowColumns(TypedColumns):
    """What the rows of every collection have."""

    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    tenant: Named[str]
    updated_at: Named[int] = Column(BigInteger)


class _Contacts(RowColumns):
    source: Named[str]


class _Leads(RowColumns):
    stage: Named[str]
    source: Named[str]


class _Deals(RowColumns):
    stage: Named[str]


contacts = Table("haleai_contacts", metadata, _Contacts)
leads = Table("haleai_leads", metadata, _Leads)
deals = Table("haleai_deals", metadata, _Deals)

for _table in (contacts, leads, deals):
    Index(f"{_table.name}_by_tenant", _table.c.tenant, _table.c.seq, _table.c.updated_at)


def reading(table: Table[Any]) -> Reading:
    """Return how a table is read: by tenant and its other columns, the newest rows first.

    `seq` never changes, so that an update moves no row, and rows made during a walk come before
    its first page (HALE-15).
    """
    columns = table.c
    equal = {name: columns[name] for name in ("tenant", "source", "stage") if name in columns}
    return Reading(
        table,
        conditions={name: column == bindparam(name) for name, column in equal.items()}
        | {
            "updated_since": columns.updated_at > bindparam("updated_since"),
            "position": columns.seq < bindparam("position"),
        },
        key=columns.seq,
        order=columns.seq.desc(),
    )
