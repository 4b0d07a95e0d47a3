"""Clients: the apps of partners, what they may ask for, and how they prove who they are."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from sqlalchemy import Connection, insert, select

from reference.oauth.errors import OAuthError
from reference.oauth.opaque import digest
from reference.oauth.parameters import Parameters
from reference.oauth.tables import clients


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client; `secret` is the digest of its secret, None for a public client."""

    id: str
    tenant: str
    name: str
    redirect_uris: Sequence[str]
    scopes: Sequence[str]
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a client says that it is, and its secret where it sent one."""

    client_id: str
    secret: str | None


def add_client(connection: Connection, api: str, client: Client) -> None:
    """Keep a new client."""
    connection.execute(
        insert(clients).values(
            id=client.id,
            api=api,
            tenant=client.tenant,
            name=client.name,
            redirect_uris=list(client.redirect_uris),
            scopes=list(client.scopes),
            secret=client.secret,
        )
    )


def ensure_client(connection: Connection, api: str, client: Client) -> None:
    """Keep a client where there is none of its id."""
    if find_client(connection, api, client.id) is None:
        add_client(connection, api, client)


def find_client(connection: Connection, api: str, client_id: str) -> Client | None:
    """Return the client of this id, if there is one."""
    known = select(clients).where(clients.c.api == api, clients.c.id == client_id)
    row = connection.execute(known).first()
    if row is None:
        return None
    return Client(row.id, row.tenant, row.name, row.redirect_uris, row.scopes, row.secret)


def is_proved(client: Client, secret: str | None) -> bool:
    """Return whether a client is who it says: a secret is sent where it has one, and only there."""
    if client.secret is None or secret is None:
        return client.secret is None and secret is None
    return hmac.compare_digest(digest(secret), client.secret)


def read_credentials(parameters: Parameters, authorization: Sequence[str]) -> Credentials:
    """Return what a token request says of its client, in its body or its Authorization headers.

    Raises OAuthError: `invalid_client` for a header that is not HTTP Basic, `invalid_request`
    where nothing names a client, or where it is authenticated in two ways (RFC 6749 §2.3).
    """
    client_id, secret = parameters.get("client_id"), parameters.get("client_secret")
    if not authorization:
        if client_id is None:
            raise OAuthError("invalid_request", "The parameter client_id is missing.")
        return Credentials(client_id, secret)
    basic = _basic(authorization[0]) if len(authorization) == 1 else None
    if basic is None:
        raise OAuthError("invalid_client", "The Authorization header is not HTTP Basic.")
    if secret is not None:
        raise OAuthError("invalid_request", "The client is authenticated in two ways.")
    if client_id not in (None, basic.client_id):
        raise OAuthError("invalid_request", "The body and the header name different clients.")
    return basic


def _basic(header: str) -> Credentials | None:
    """Return the credentials of HTTP Basic, each form-encoded before (RFC 6749 §2.3.1)."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(token.strip(), validate=True).decode()
        name, colon, password = text.partition(":")
        client_id, secret = (unquote_plus(part, errors="strict") for part in (name, password))
    except ValueError:
        return None
    return Credentials(client_id, secret) if colon else None
