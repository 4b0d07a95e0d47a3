"""The tables that all APIs share. Times are microseconds since 1970, UTC."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, MetaData, Named, Table, TypedColumns

metadata = MetaData()


class _Settings(TypedColumns):
    name: Named[str] = Column(primary_key=True)
    value: Named[bytes] = Column(LargeBinary)


class _Tenants(TypedColumns):
    api: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(primary_key=True)


class _ApiKeys(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    digest: Named[bytes] = Column(LargeBinary, unique=True)
    api: Named[str]
    tenant: Named[str]
    attributes: Named[dict[str, object]] = Column(JSON)
    expires_at: Named[int | None] = Column(BigInteger)


settings = Table("settings", metadata, _Settings)
tenants = Table("tenants", metadata, _Tenants)
api_keys = Table("api_keys", metadata, _ApiKeys)
