"""How a partner app gets a token from a user (authorization code with PKCE)."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation, Query
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.oauth import GrantType, Token

_AUTHORIZE = Operation[str](
    "GET",
    "/oauth/authorize",
    parameters=(
        Query("response_type"),
        Query("client_id"),
        Query("redirect_uri"),
        Query("code_challenge"),
        Query("code_challenge_method"),
        Query("scope"),
        Query("state"),
    ),
    returns=str,
    media="text/html",
    security=(),
)
_TOKEN = Operation[Token](
    "POST",
    "/oauth/token",
    body=Body(
        media="application/x-www-form-urlencoded",
        members={
            "grant_type": "grant_type",
            "client_id": "client_id",
            "client_secret": "client_secret",
            "code": "code",
            "redirect_uri": "redirect_uri",
            "code_verifier": "code_verifier",
            "refresh_token": "refresh_token",
            "scope": "scope",
        },
    ),
    returns=Token,
    security=(),
)


class Oauth:
    """How a partner app gets a token from a user (authorization code with PKCE)."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> OauthWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return OauthWithRawResponse(self)

    def authorize(
        self,
        *,
        response_type: Literal["code"] | str,
        client_id: str,
        redirect_uri: str,
        code_challenge: str,
        code_challenge_method: Literal["S256"] | str,
        scope: str | None = None,
        state: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Ask a user for access.

        Where your app sends the user's browser to ask for access (RFC 6749 §4.1.1, RFC 7636
        §4.3). The user signs in, sees what your app asks for and decides. The browser then comes
        back to `redirect_uri`, with `code` and your `state` where the user agreed, with `error`
        and your `state` where not.

        A request whose client is unknown, or whose `redirect_uri` is not registered for it to
        the letter, is answered with 400 and goes nowhere; only the port of `http://127.0.0.1`
        and `http://[::1]` may be any. Whatever else is wrong is told to the `redirect_uri`:
        `invalid_request` (no PKCE, or another method than S256), `unsupported_response_type`,
        `invalid_scope`, `access_denied`, `server_error`.

        Args:
            response_type: What you want back. Always `code`.
            client_id: Your app.
            redirect_uri: Where the browser comes back to. One of those registered for your app.
            code_challenge: The SHA-256 of your code verifier, base64url without padding (RFC
                7636 §4.2).
            code_challenge_method: How the challenge was made. Always `S256`.
            scope: The scopes you ask for, separated by spaces.
            state: Comes back unchanged. Bind it to the browser's session, against forgery.

        Returns:
            The page on which the user signs in and decides.

        Raises:
            BadRequestError: The client is unknown or its redirect URI not registered. Nobody is
                redirected.
            PermissionDeniedError: The request came over plain HTTP.
            InternalServerError: The request was fine, and the server failed.

        Example:
            oauth = client.oauth.authorize(
                response_type="code",
                client_id="app_01HWM9J4RB6TYE",
                redirect_uri="https://partner.example/callback",
                code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                code_challenge_method="S256",
                scope="read write",
                state="af0ifjsldkj",
            )
        """
        return self._caller.execute(
            _AUTHORIZE,
            {
                "response_type": response_type,
                "client_id": client_id,
                "redirect_uri": redirect_uri,
                "code_challenge": code_challenge,
                "code_challenge_method": code_challenge_method,
                "scope": scope,
                "state": state,
            },
            options,
        )

    def token(
        self,
        *,
        grant_type: GrantType,
        client_id: str | Unset = UNSET,
        client_secret: str | Unset = UNSET,
        code: str | Unset = UNSET,
        redirect_uri: str | Unset = UNSET,
        code_verifier: str | Unset = UNSET,
        refresh_token: str | Unset = UNSET,
        scope: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Token:
        """Get an access token.

        Exchanges the `code` that came back to your `redirect_uri`, or a refresh token, for an
        access token (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5).

        A code works once, and only for the client, with the `redirect_uri` and the code verifier
        that it was asked with; to try it again revokes what it gave. A refresh token works once,
        too: the answer has the next one.

        An app that has a client secret sends it in the body, or with `client_id` by HTTP Basic
        (RFC 6749 §2.3.1). An app that cannot keep a secret sends `client_id` alone.

        Args:
            grant_type: As the API documents it.
            client_id: Your app. Needed, unless it comes by HTTP Basic.
            client_secret: Your app's secret, if it has one and does not send it by HTTP Basic.
            code: The code that came back to `redirect_uri`. Needed for `authorization_code`.
            redirect_uri: The `redirect_uri` of the authorization. Needed for
                `authorization_code`.
            code_verifier: What the `code_challenge` was made of (RFC 7636 §4.1). Needed for
                `authorization_code`.
            refresh_token: The newest refresh token. Needed for `refresh_token`.
            scope: With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6).

        Returns:
            The access token, and the refresh token that comes after it.

        Raises:
            BadRequestError: The token request cannot be granted.
            InvalidRequestError: A parameter is missing, repeated or malformed.
            InvalidGrantError: The code or refresh token is unknown, used or expired, or was
                given to another client, for another redirect URI or for another code verifier.
            UnauthorizedClientError: The client may not use this grant type.
            UnsupportedGrantTypeError: The grant type is neither of the two.
            InvalidScopeError: More was asked for than was granted.
            AuthenticationError: The client is unknown, or its secret is wrong.
            PermissionDeniedError: The request came over plain HTTP.
            InternalServerError: The request was fine, and the server failed.

        Example:
            oauth = client.oauth.token(
                grant_type="authorization_code",
                client_id="app_01HWM9J4RB6TYE",
                code="aoc_9fK2xTq7LmZ4",
                redirect_uri="https://partner.example/callback",
                code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            )
        """
        return self._caller.execute(
            _TOKEN,
            {
                "grant_type": grant_type,
                "client_id": client_id,
                "client_secret": client_secret,
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
                "refresh_token": refresh_token,
                "scope": scope,
            },
            options,
        )


class OauthWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Oauth) -> None:
        self.authorize = raw(resource.authorize, _AUTHORIZE)
        self.token = raw(resource.token, _TOKEN)


class AsyncOauth:
    """How a partner app gets a token from a user (authorization code with PKCE)."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncOauthWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncOauthWithRawResponse(self)

    async def authorize(
        self,
        *,
        response_type: Literal["code"] | str,
        client_id: str,
        redirect_uri: str,
        code_challenge: str,
        code_challenge_method: Literal["S256"] | str,
        scope: str | None = None,
        state: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Ask a user for access.

        Where your app sends the user's browser to ask for access (RFC 6749 §4.1.1, RFC 7636
        §4.3). The user signs in, sees what your app asks for and decides. The browser then comes
        back to `redirect_uri`, with `code` and your `state` where the user agreed, with `error`
        and your `state` where not.

        A request whose client is unknown, or whose `redirect_uri` is not registered for it to
        the letter, is answered with 400 and goes nowhere; only the port of `http://127.0.0.1`
        and `http://[::1]` may be any. Whatever else is wrong is told to the `redirect_uri`:
        `invalid_request` (no PKCE, or another method than S256), `unsupported_response_type`,
        `invalid_scope`, `access_denied`, `server_error`.

        Args:
            response_type: What you want back. Always `code`.
            client_id: Your app.
            redirect_uri: Where the browser comes back to. One of those registered for your app.
            code_challenge: The SHA-256 of your code verifier, base64url without padding (RFC
                7636 §4.2).
            code_challenge_method: How the challenge was made. Always `S256`.
            scope: The scopes you ask for, separated by spaces.
            state: Comes back unchanged. Bind it to the browser's session, against forgery.

        Returns:
            The page on which the user signs in and decides.

        Raises:
            BadRequestError: The client is unknown or its redirect URI not registered. Nobody is
                redirected.
            PermissionDeniedError: The request came over plain HTTP.
            InternalServerError: The request was fine, and the server failed.

        Example:
            oauth = await client.oauth.authorize(
                response_type="code",
                client_id="app_01HWM9J4RB6TYE",
                redirect_uri="https://partner.example/callback",
                code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                code_challenge_method="S256",
                scope="read write",
                state="af0ifjsldkj",
            )
        """
        return await self._caller.execute(
            _AUTHORIZE,
            {
                "response_type": response_type,
                "client_id": client_id,
                "redirect_uri": redirect_uri,
                "code_challenge": code_challenge,
                "code_challenge_method": code_challenge_method,
                "scope": scope,
                "state": state,
            },
            options,
        )

    async def token(
        self,
        *,
        grant_type: GrantType,
        client_id: str | Unset = UNSET,
        client_secret: str | Unset = UNSET,
        code: str | Unset = UNSET,
        redirect_uri: str | Unset = UNSET,
        code_verifier: str | Unset = UNSET,
        refresh_token: str | Unset = UNSET,
        scope: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Token:
        """Get an access token.

        Exchanges the `code` that came back to your `redirect_uri`, or a refresh token, for an
        access token (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5).

        A code works once, and only for the client, with the `redirect_uri` and the code verifier
        that it was asked with; to try it again revokes what it gave. A refresh token works once,
        too: the answer has the next one.

        An app that has a client secret sends it in the body, or with `client_id` by HTTP Basic
        (RFC 6749 §2.3.1). An app that cannot keep a secret sends `client_id` alone.

        Args:
            grant_type: As the API documents it.
            client_id: Your app. Needed, unless it comes by HTTP Basic.
            client_secret: Your app's secret, if it has one and does not send it by HTTP Basic.
            code: The code that came back to `redirect_uri`. Needed for `authorization_code`.
            redirect_uri: The `redirect_uri` of the authorization. Needed for
                `authorization_code`.
            code_verifier: What the `code_challenge` was made of (RFC 7636 §4.1). Needed for
                `authorization_code`.
            refresh_token: The newest refresh token. Needed for `refresh_token`.
            scope: With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6).

        Returns:
            The access token, and the refresh token that comes after it.

        Raises:
            BadRequestError: The token request cannot be granted.
            InvalidRequestError: A parameter is missing, repeated or malformed.
            InvalidGrantError: The code or refresh token is unknown, used or expired, or was
                given to another client, for another redirect URI or for another code verifier.
            UnauthorizedClientError: The client may not use this grant type.
            UnsupportedGrantTypeError: The grant type is neither of the two.
            InvalidScopeError: More was asked for than was granted.
            AuthenticationError: The client is unknown, or its secret is wrong.
            PermissionDeniedError: The request came over plain HTTP.
            InternalServerError: The request was fine, and the server failed.

        Example:
            oauth = await client.oauth.token(
                grant_type="authorization_code",
                client_id="app_01HWM9J4RB6TYE",
                code="aoc_9fK2xTq7LmZ4",
                redirect_uri="https://partner.example/callback",
                code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            )
        """
        return await self._caller.execute(
            _TOKEN,
            {
                "grant_type": grant_type,
                "client_id": client_id,
                "client_secret": client_secret,
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
                "refresh_token": refresh_token,
                "scope": scope,
            },
            options,
        )


class AsyncOauthWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncOauth) -> None:
        self.authorize = raw_async(resource.authorize, _AUTHORIZE)
        self.token = raw_async(resource.token, _TOKEN)
