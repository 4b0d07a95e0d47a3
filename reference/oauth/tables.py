"""The tables of OAuth. Times are microseconds since 1970, UTC.

Secrets, codes and tokens are kept as digests only. Unused codes have a row; the grant that came of
a used one keeps its digest. A token is good as long as its grant is there.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    Named,
    Table,
    TypedColumns,
)

from reference.storage.tables import metadata


class _Clients(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    api: Named[str]
    tenant: Named[str]
    name: Named[str]
    redirect_uris: Named[list[str]] = Column(JSON)
    scopes: Named[list[str]] = Column(JSON)
    secret: Named[bytes | None] = Column(LargeBinary)


class _Codes(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    api: Named[str]
    client: Named[str]
    tenant: Named[str]
    redirect_uri: Named[str]
    challenge: Named[str]
    scopes: Named[list[str]] = Column(JSON)
    expires_at: Named[int] = Column(BigInteger, index=True)


class _Grants(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    code: Named[bytes] = Column(LargeBinary, unique=True)
    api: Named[str]
    client: Named[str]
    tenant: Named[str]
    scopes: Named[list[str]] = Column(JSON)
    expires_at: Named[int] = Column(BigInteger, index=True)


class _AccessTokens(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    id: Named[str] = Column(unique=True)
    grant_id: Named[str] = Column(index=True)
    scopes: Named[list[str]] = Column(JSON)
    expires_at: Named[int] = Column(BigInteger, index=True)


class _RefreshTokens(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    grant_id: Named[str] = Column(index=True)
    spent: Named[bool] = Column(Boolean)


clients = Table("oauth_clients", metadata, _Clients)
codes = Table("oauth_codes", metadata, _Codes)
grants = Table("oauth_grants", metadata, _Grants)
access_tokens = Table("oauth_access_tokens", metadata, _AccessTokens)
refresh_tokens = Table("oauth_refresh_tokens", metadata, _RefreshTokens)
