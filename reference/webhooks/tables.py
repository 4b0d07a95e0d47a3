"""The tables of webhooks. Times are microseconds since 1970, UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Named,
    Table,
    Text,
    TypedColumns,
)

from reference.storage.tables import metadata


class _Subscriptions(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    api: Named[str]
    tenant: Named[str]
    url: Named[str] = Column(Text)
    secret: Named[str] = Column(Text)
    events: Named[list[str]] = Column(JSON)
    anywhere: Named[bool] = Column(Boolean)
    created_at: Named[int] = Column(BigInteger)


class _Queues(TypedColumns):
    subscription: Named[str] = Column(primary_key=True)
    api: Named[str]
    lease: Named[str | None]
    leased_until: Named[int] = Column(BigInteger)
    served_at: Named[int] = Column(BigInteger)


class _Deliveries(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    event_id: Named[str]
    subscription: Named[str]
    api: Named[str]
    tenant: Named[str]
    event: Named[str]
    url: Named[str] = Column(Text)
    body: Named[bytes] = Column(LargeBinary)
    created_at: Named[int] = Column(BigInteger)
    state: Named[str]
    attempts: Named[int]
    next_at: Named[int | None] = Column(BigInteger, index=True)


class _Attempts(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    delivery: Named[int] = Column(index=True)
    at: Named[int] = Column(BigInteger)
    status: Named[int | None]
    error: Named[str | None] = Column(Text)


subscriptions = Table("webhook_subscriptions", metadata, _Subscriptions)
queues = Table("webhook_queues", metadata, _Queues)
"""What waits for a subscription is a queue, and one worker at a time is at it. Its lease is in real
time, and apart from the subscription, which is only read where events are put in."""
deliveries = Table("webhook_deliveries", metadata, _Deliveries)
"""`next_at`, on the clock, is when the next attempt is due; None where there will be none."""
attempts = Table("webhook_attempts", metadata, _Attempts)

Index("ix_webhook_deliveries_waiting", deliveries.c.subscription, deliveries.c.next_at)
Index("ix_webhook_subscriptions_tenant", subscriptions.c.api, subscriptions.c.tenant)
