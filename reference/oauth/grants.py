"""Grants in the database: codes that are redeemed once, and the tokens that come of them.

Every function works in the transaction that it is given, with digests only. Transactions are
serializable: of two that present the same code or token at once, one sees what the other did.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, true, update

from reference.oauth import pkce
from reference.oauth.scopes import Scopes, require
from reference.oauth.tables import access_tokens, clients, codes, grants, refresh_tokens

CODE_LIFETIME = timedelta(minutes=10)
ACCESS_LIFETIME = timedelta(hours=1)
GRANT_LIFETIME = timedelta(days=90)
"""How long a grant is good for that nobody refreshes (RFC 9700 §4.14.2)."""

_MICROSECOND = timedelta(microseconds=1)
_SWEPT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Code:
    """What a user granted to a client, until the client fetches it."""

    digest: bytes
    client: str
    tenant: str
    redirect_uri: str
    challenge: str
    scopes: Scopes


@dataclass(frozen=True, slots=True)
class PresentedCode:
    """A code as a client presents it."""

    digest: bytes
    client: str
    redirect_uri: str
    verifier: str


@dataclass(frozen=True, slots=True)
class PresentedRefreshToken:
    """A refresh token as a client presents it, and the scopes it asks for, None for all."""

    digest: bytes
    client: str
    scopes: Scopes | None


@dataclass(frozen=True, slots=True)
class FreshTokens:
    """What is to be kept of a pair of tokens, once it is clear that there shall be one."""

    grant_id: str
    access_id: str
    access: bytes
    refresh: bytes


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token gives access to."""

    token_id: str
    client: str
    tenant: str
    scopes: Scopes


def keep_code(connection: Connection, api: str, code: Code, now: int) -> None:
    """Keep a code until it is redeemed."""
    connection.execute(
        insert(codes).values(
            digest=code.digest,
            api=api,
            client=code.client,
            tenant=code.tenant,
            redirect_uri=code.redirect_uri,
            challenge=code.challenge,
            scopes=list(code.scopes),
            expires_at=now + CODE_LIFETIME // _MICROSECOND,
        )
    )


def redeem_code(
    connection: Connection, api: str, presented: PresentedCode, fresh: FreshTokens, now: int
) -> Scopes | None:
    """Make a grant of a code; return its scopes, or None where the code is not good (any more).

    A code that its client presents again revokes the grant that came of it (RFC 6749 §4.1.2).
    """
    row = connection.execute(
        select(codes).where(codes.c.api == api, codes.c.digest == presented.digest)
    ).first()
    if row is None:
        _revoke_grant_of(connection, api, presented)
        return None
    if (
        row.expires_at <= now
        or row.client != presented.client
        or row.redirect_uri != presented.redirect_uri
        or not pkce.proves(presented.verifier, row.challenge)
    ):
        return None
    connection.execute(delete(codes).where(codes.c.digest == presented.digest))
    connection.execute(
        insert(grants).values(
            id=fresh.grant_id,
            code=presented.digest,
            api=api,
            client=row.client,
            tenant=row.tenant,
            scopes=row.scopes,
            expires_at=now + GRANT_LIFETIME // _MICROSECOND,
        )
    )
    _keep_tokens(connection, fresh.grant_id, fresh, tuple(row.scopes), now)
    return tuple(row.scopes)


def rotate_refresh_token(
    connection: Connection, api: str, presented: PresentedRefreshToken, fresh: FreshTokens, now: int
) -> Scopes | None:
    """Spend a refresh token on new tokens; return their scopes, or None where it is not good.

    One that is spent already revokes its whole family (RFC 9700 §4.14.2). Raises OAuthError
    where more is asked for than was granted.
    """
    by_digest = refresh_tokens.c.digest == presented.digest
    row = connection.execute(
        select(refresh_tokens.c.spent, grants.c.id, grants.c.scopes)
        .join(grants, grants.c.id == refresh_tokens.c.grant_id)
        .where(
            by_digest,
            grants.c.api == api,
            grants.c.client == presented.client,
            grants.c.expires_at > now,
        )
    ).first()
    if row is None:
        return None
    if row.spent:
        _revoke(connection, row.id)
        return None
    granted = tuple(row.scopes)
    scopes = granted if presented.scopes is None else presented.scopes
    require(scopes, granted)
    connection.execute(update(refresh_tokens).where(by_digest).values(spent=true()))
    expires_at = now + GRANT_LIFETIME // _MICROSECOND
    connection.execute(update(grants).where(grants.c.id == row.id).values(expires_at=expires_at))
    _keep_tokens(connection, row.id, fresh, scopes, now)
    return scopes


def find_access(connection: Connection, api: str, digest: bytes, now: int) -> Access | None:
    """Return what an access token gives access to, None where it is not good (any more)."""
    row = connection.execute(
        select(
            access_tokens.c.digest,
            access_tokens.c.id,
            access_tokens.c.scopes,
            grants.c.client,
            grants.c.tenant,
        )
        .join(grants, grants.c.id == access_tokens.c.grant_id)
        .where(
            access_tokens.c.digest == digest,
            access_tokens.c.expires_at > now,
            grants.c.api == api,
        )
    ).first()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    return Access(row.id, row.client, row.tenant, tuple(row.scopes))


def sweep(connection: Connection, now: int) -> None:
    """Remove what has expired, some of it where there is much, none that another process is at."""
    for table in (codes, access_tokens):
        expired = select(table.c.digest).where(table.c.expires_at <= now).limit(_SWEPT_AT_ONCE)
        if found := connection.scalars(expired.with_for_update(skip_locked=True)).all():
            connection.execute(delete(table).where(table.c.digest.in_(found)))
    ended = select(grants.c.id).where(grants.c.expires_at <= now).limit(_SWEPT_AT_ONCE)
    for grant_id in connection.scalars(ended.with_for_update(skip_locked=True)).all():
        _revoke(connection, grant_id)


def forget_all(connection: Connection, api: str) -> None:
    """Remove every client of an API, with all that users granted to them."""
    for grant_id in connection.scalars(select(grants.c.id).where(grants.c.api == api)).all():
        _revoke(connection, grant_id)
    for table in (codes, clients):
        connection.execute(delete(table).where(table.c.api == api))


def _keep_tokens(
    connection: Connection, grant_id: str, fresh: FreshTokens, scopes: Scopes, now: int
) -> None:
    connection.execute(
        insert(access_tokens).values(
            digest=fresh.access,
            id=fresh.access_id,
            grant_id=grant_id,
            scopes=list(scopes),
            expires_at=now + ACCESS_LIFETIME // _MICROSECOND,
        )
    )
    connection.execute(
        insert(refresh_tokens).values(digest=fresh.refresh, grant_id=grant_id, spent=False)
    )


def _revoke_grant_of(connection: Connection, api: str, presented: PresentedCode) -> None:
    """Revoke what came of a code, where the client that it was given to presents it again."""
    used = select(grants.c.id).where(
        grants.c.api == api,
        grants.c.code == presented.digest,
        grants.c.client == presented.client,
    )
    grant_id = connection.scalar(used)
    if grant_id is not None:
        _revoke(connection, grant_id)


def _revoke(connection: Connection, grant_id: str) -> None:
    """Remove a grant with all of its tokens."""
    for table in (access_tokens, refresh_tokens):
        connection.execute(delete(table).where(table.c.grant_id == grant_id))
    connection.execute(delete(grants).where(grants.c.id == grant_id))
