"""The tables of webhooks. Times are microseconds since 1970, UTC."""

from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, Named, Table, TypedColumns

from reference.storage.tables import metadata


class _Subscriptions(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    api: Named[str]
    tenant: Named[str]
    url: Named[str]
    secret: Named[str]
    events: Named[list[str]] = Column(JSON)
    created_at: Named[int] = Column(BigInteger)


class _Deliveries(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    event_id: Named[str]
    subscription: Named[str] = Column(index=True)
    api: Named[str]
    tenant: Named[str]
    event: Named[str]
    body: Named[bytes] = Column(LargeBinary)
    created_at: Named[int] = Column(BigInteger)


subscriptions = Table("webhook_subscriptions", metadata, _Subscriptions)
deliveries = Table("webhook_deliveries", metadata, _Deliveries)
