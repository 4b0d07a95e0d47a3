"""The tables of HaleAI: contacts, leads and deals.

`seq` counts the rows of a table in the order in which they were made; it never changes, and no
answer shows it. Times are microseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Named, Table, TypedColumns

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
