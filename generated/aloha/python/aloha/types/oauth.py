"""Types of the resource oauth."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset

GrantType: TypeAlias = Literal["authorization_code", "refresh_token"] | str
"""What is exchanged for an access token."""


class TokenRequest(Model, kw_only=True):
    """A code or a refresh token, and whose it is (RFC 6749 §4.1.3, §6)."""

    grant_type: GrantType

    client_id: str | Unset = UNSET
    """Your app. Needed, unless it comes by HTTP Basic."""

    client_secret: str | Unset = UNSET
    """Your app's secret, if it has one and does not send it by HTTP Basic."""

    code: str | Unset = UNSET
    """The code that came back to `redirect_uri`. Needed for `authorization_code`."""

    redirect_uri: str | Unset = UNSET
    """The `redirect_uri` of the authorization. Needed for `authorization_code`."""

    code_verifier: str | Unset = UNSET
    """What the `code_challenge` was made of (RFC 7636 §4.1). Needed for `authorization_code`."""

    refresh_token: str | Unset = UNSET
    """The newest refresh token. Needed for `refresh_token`."""

    scope: str | Unset = UNSET
    """With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6)."""


class Token(Model, kw_only=True):
    """Access, for a while (RFC 6749 §5.1)."""

    access_token: str
    """Goes into `Authorization`, as an API key does."""

    token_type: Literal["Bearer"] | str
    """Always `Bearer`."""

    expires_in: int
    """How many seconds the access token lives."""

    refresh_token: str
    """Gets the next access token, once."""

    scope: str
    """The scopes that were granted, separated by spaces."""


class OAuthError(Model, kw_only=True):
    """What the OAuth endpoints answer other than a success (RFC 6749 §5.2)."""

    error: str
    """For programs. One of the codes that the status lists."""

    error_description: str | Unset = UNSET
    """For people."""
