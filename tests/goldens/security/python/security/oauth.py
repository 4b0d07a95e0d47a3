"""OAuth 2.0 of Security: how an app gets its tokens, and keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import httpx2

from ._runtime.async_oauth import AsyncAuthorizationCode
from ._runtime.clock import Clock
from ._runtime.configuration import setting
from ._runtime.oauth import App, AuthorizationRequest, Provider, Tokens
from ._runtime.oauth_errors import (
    AccessDeniedError,
    OAuthError,
    SignInRequiredError,
    SignInTimeoutError,
    StateMismatchError,
)
from ._runtime.sync_oauth import AuthorizationCode
from ._runtime.token_stores import AsyncTokenStore, FileTokenStore, MemoryTokenStore, TokenStore

__all__ = [
    "AccessDeniedError",
    "AsyncOAuth",
    "AsyncTokenStore",
    "AuthorizationRequest",
    "FileTokenStore",
    "MemoryTokenStore",
    "OAuth",
    "OAuthError",
    "Scope",
    "SignInRequiredError",
    "SignInTimeoutError",
    "StateMismatchError",
    "TokenStore",
    "Tokens",
]

_BASE_URL = "https://safe.example/v1"
_OAUTH = Provider("https://safe.example/token", authorization_url="https://safe.example/authorize")

Scope: TypeAlias = Literal["read", "write"] | str
"""What an app may ask for.

- `read`: Look into it.
- `write`: Put into it.
"""


class OAuth(AuthorizationCode):
    """Signs a user in, and is the credential of a client then: `Security(auth=…)`.

    Args:
        client_id: Your app, as it is registered.
        client_secret: Its secret; none for an app that cannot keep one.
        scopes: What to ask for; what the server gives by itself where nothing is said.
        store: Where tokens are kept; in memory where nothing is said.
        base_url: Where the API is; else `SECURITY_BASE_URL`, else production.
        http_client: An httpx2 client of your own for its requests.
        clock: Tells the time; for tests.
    """

    def __init__(
        self,
        client_id: str,
        *,
        client_secret: str | None = None,
        scopes: str | Sequence[Scope] = (),
        store: TokenStore | None = None,
        base_url: str | None = None,
        http_client: httpx2.Client | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            _OAUTH.below(setting(base_url, "SECURITY_BASE_URL", _BASE_URL)),
            App(client_id, client_secret),
            scopes=scopes,
            store=store,
            http_client=http_client,
            clock=clock,
        )


class AsyncOAuth(AsyncAuthorizationCode):
    """Signs a user in, and is the credential of a client then: `AsyncSecurity(auth=…)`.

    Args:
        client_id: Your app, as it is registered.
        client_secret: Its secret; none for an app that cannot keep one.
        scopes: What to ask for; what the server gives by itself where nothing is said.
        store: Where tokens are kept; in memory where nothing is said.
        base_url: Where the API is; else `SECURITY_BASE_URL`, else production.
        http_client: An httpx2 client of your own for its requests.
        clock: Tells the time; for tests.
    """

    def __init__(
        self,
        client_id: str,
        *,
        client_secret: str | None = None,
        scopes: str | Sequence[Scope] = (),
        store: TokenStore | AsyncTokenStore | None = None,
        base_url: str | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            _OAUTH.below(setting(base_url, "SECURITY_BASE_URL", _BASE_URL)),
            App(client_id, client_secret),
            scopes=scopes,
            store=store,
            http_client=http_client,
            clock=clock,
        )
