"""The tables of HaloAgents.

What callers name things by may be any text of any length, so that it is found by its fingerprint;
what they say is kept as JSON, which holds every character on every database. Times are
microseconds since 1970, UTC.
"""

import hashlib
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
)

from reference.storage.tables import metadata


class _Organizations(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    org_id: Named[str]
    fingerprint: Named[bytes] = Column(LargeBinary, unique=True)
    """Of the `org_id`."""
    agent_id: Named[str]
    agent_name: Named[str]
    agent_active: Named[bool]
    agent_pause: Named[float]
    agent_fails_after: Named[int]
    verifies_identity: Named[bool]
    identity_secret: Named[str]


class _Numbered(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    tenant: Named[str]


class _Named(_Numbered):
    """What callers name themselves; `data` is what is known of it, its name included."""

    fingerprint: Named[bytes] = Column(LargeBinary)
    data: Named[dict[str, Any]] = Column(JSON)


class _Users(_Named):
    context: Named[dict[str, Any]] = Column(JSON)


class _Companies(_Named):
    context: Named[dict[str, Any]] = Column(JSON)


class _Series(_Named):
    pass


class _Enrollments(_Numbered):
    series: Named[bytes] = Column(LargeBinary)
    user: Named[bytes] = Column(LargeBinary)
    data: Named[dict[str, Any]] = Column(JSON)


class _Tickets(_Numbered):
    id: Named[str] = Column(unique=True)
    created_at: Named[int] = Column(BigInteger)
    data: Named[dict[str, Any]] = Column(JSON)


class _Events(_Numbered):
    created_at: Named[int] = Column(BigInteger)
    data: Named[dict[str, Any]] = Column(JSON)


organizations = Table("haloagents_organizations", metadata, _Organizations)
users = Table("haloagents_users", metadata, _Users, UniqueConstraint("tenant", "fingerprint"))
companies = Table(
    "haloagents_companies", metadata, _Companies, UniqueConstraint("tenant", "fingerprint")
)
series = Table("haloagents_series", metadata, _Series, UniqueConstraint("tenant", "fingerprint"))
enrollments = Table(
    "haloagents_enrollments", metadata, _Enrollments, UniqueConstraint("tenant", "series", "user")
)
tickets = Table("haloagents_tickets", metadata, _Tickets)
events = Table("haloagents_events", metadata, _Events)

for _table in (tickets, events):
    Index(f"{_table.name}_by_tenant", _table.c.tenant, _table.c.seq)


def fingerprint(name: str) -> bytes:
    """Return the SHA-256 that something with this name is found by."""
    return hashlib.sha256(name.encode()).digest()
