"""The tables that all APIs share. Times are microseconds since 1970, UTC."""

from decimal import Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    Named,
    Numeric,
    Table,
    TypedColumns,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_by_%(column_0_N_name)s",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "fk": "%(table_name)s_of_%(referred_table_name)s",
    }
)
"""Names for constraints and indexes: revisions change by name what both databases name alike."""


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


class _TokenBuckets(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    """SHA-256 of the bucket's name."""
    full_at: Named[Decimal] = Column(Numeric(40, 0))
    """Nanoseconds since 1970: more than 64 bits hold, once the clock was put forward far enough."""


settings = Table("settings", metadata, _Settings)
tenants = Table("tenants", metadata, _Tenants)
api_keys = Table("api_keys", metadata, _ApiKeys)
token_buckets = Table("token_buckets", metadata, _TokenBuckets)
