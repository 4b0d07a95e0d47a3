"""OAuth 2.0 for asynchronous clients: signing in, and access tokens that renew themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar, cast

import httpx2

from .clock import Clock, SystemClock
from .oauth import (
    App,
    AuthorizationRequest,
    Provider,
    TokenRequest,
    Tokens,
    authorization_code,
    authorization_request,
    check_accepted,
    client_grant,
    code_exchange,
    listed,
    read_tokens,
    refreshing,
    renewed,
    revocation,
)
from .oauth_errors import SignInRequiredError
from .oauth_transport import post_async
from .sync_oauth import show
from .token_stores import AsyncTokenStore, MemoryTokenStore, TokenStore

T = TypeVar("T")


class AsyncTokenKeeper:
    """Gives the access token of the moment; however many tasks ask, it is renewed once.

    `renewal` makes the next tokens of those that there are. A task that is cancelled while it
    waits leaves the renewal running: a refresh token works once, and its answer must be kept.
    """

    def __init__(
        self,
        store: TokenStore | AsyncTokenStore,
        clock: Clock,
        renewal: Callable[[Tokens | None], Awaitable[Tokens]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._renewal = renewal
        self._tokens: Tokens | None = None
        self._running: asyncio.Task[Tokens] | None = None

    async def tokens(self) -> Tokens | None:
        """The tokens that there are."""
        if self._tokens is None:
            self._tokens = await _settled(self._store.load())
        return self._tokens

    async def token(self) -> str:
        """An access token that has not expired, as far as is known."""
        tokens = await self.tokens()
        if tokens is None or tokens.is_due(self._clock.time()):
            return await self.renew(tokens.access_token if tokens else "")
        return tokens.access_token

    async def renew(self, refused: str) -> str:
        """Another access token than `refused`; all who ask meanwhile get the same, or its error."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._renewed(refused))
            self._running.add_done_callback(_seen)
        return (await asyncio.shield(self._running)).access_token

    async def keep(self, tokens: Tokens) -> None:
        """Use these from now on."""
        self._tokens = tokens
        await _settled(self._store.save(tokens))

    async def forget(self) -> None:
        """Use none any more."""
        self._tokens = None
        await _settled(self._store.clear())

    async def _renewed(self, refused: str) -> Tokens:
        kept = await _settled(self._store.load())
        if kept and kept.access_token != refused and not kept.is_due(self._clock.time()):
            self._tokens = kept
            return kept
        tokens = await self._renewal(kept)
        if tokens is not kept:
            await self.keep(tokens)
        return tokens


class AsyncAuthorizationCode:
    """Signs a user in (authorization code with PKCE), and is the credential of a client then."""

    def __init__(
        self,
        provider: Provider,
        app: App,
        *,
        scopes: str | Sequence[str] = (),
        store: TokenStore | AsyncTokenStore | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._provider = provider
        self._app = app
        self._scopes = listed(scopes)
        self._http = http_client
        self._clock = clock or SystemClock()
        self._keeper = AsyncTokenKeeper(store or MemoryTokenStore(), self._clock, self._refreshed)
        self._spent = ""

    async def sign_in(
        self,
        *,
        redirect_uri: str = "http://127.0.0.1/callback",
        open_browser: Callable[[str], object] | None = None,
        timeout: float = 300.0,
    ) -> None:
        """Open the user's browser, and wait until it comes back to this machine (RFC 8252).

        Args:
            redirect_uri: On `127.0.0.1`, as registered; without a port, a free one is taken.
            open_browser: Opens a URL; else the standard browser is used.
            timeout: Seconds that the user has.

        Raises:
            AccessDeniedError: The user said no.
            StateMismatchError: Another browser came.
            SignInTimeoutError: None came in time.
            OAuthError: The authorization server refused.
        """
        from .loopback import Loopback  # noqa: PLC0415  a server that only this needs

        with Loopback(redirect_uri) as receiver:
            asked = self.start(receiver.redirect_uri)
            await _settled((open_browser or show)(asked.url))
            await self.finish(asked, await receiver.wait_async(timeout))

    def start(self, redirect_uri: str) -> AuthorizationRequest:
        """What to send the user's browser to, where your own server is what it comes back to.

        Keep the result in the user's session for `finish`.
        """
        return authorization_request(self._provider, self._app, redirect_uri, self._scopes)

    async def finish(self, asked: AuthorizationRequest, url: str) -> None:
        """Exchange the code in the `url` that the browser came back to. Raises `OAuthError`."""
        code = authorization_code(asked, url)
        request = code_exchange(self._provider, self._app, asked, code)
        await self._keeper.keep(await self._exchange(request))

    async def sign_out(self) -> None:
        """Give the grant back, where the API takes it back, and forget it. Raises `OAuthError`."""
        tokens = await self.tokens()
        await self._keeper.forget()
        if tokens is not None and self._provider.revocation_url:
            request = revocation(self._provider, self._app, tokens)
            check_accepted(request, *await post_async(self._http, request))

    async def tokens(self) -> Tokens | None:
        """What was granted, None where nobody has signed in."""
        return await self._keeper.tokens()

    async def __call__(self) -> str:
        """An access token, renewed where it was about to expire. Raises `SignInRequiredError`."""
        return await self._keeper.token()

    async def renew(self, refused: str) -> str:
        """Another access token than the one that was refused, where there can be one."""
        return await self._keeper.renew(refused)

    async def _refreshed(self, kept: Tokens | None) -> Tokens:
        if kept is None or (kept.refresh_token and kept.refresh_token == self._spent):
            raise SignInRequiredError("there is no grant that is good: the user has to sign in")
        if not kept.refresh_token:
            return kept
        try:
            new = await self._exchange(refreshing(self._provider, self._app, kept))
        except SignInRequiredError:
            self._spent = kept.refresh_token
            raise
        return renewed(kept, new)

    async def _exchange(self, request: TokenRequest) -> Tokens:
        status, content = await post_async(self._http, request)
        return read_tokens(request, status, content, self._clock.time())


class AsyncClientCredentialsGrant:
    """Is the credential of a client: tokens of the app's own, got with its secret."""

    def __init__(
        self,
        provider: Provider,
        app: App,
        *,
        scopes: str | Sequence[str] = (),
        store: TokenStore | AsyncTokenStore | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._request = client_grant(provider, app, listed(scopes))
        self._http = http_client
        self._clock = clock or SystemClock()
        self._keeper = AsyncTokenKeeper(store or MemoryTokenStore(), self._clock, self._granted)

    async def __call__(self) -> str:
        """An access token, renewed where it was about to expire. Raises `OAuthError`."""
        return await self._keeper.token()

    async def renew(self, refused: str) -> str:
        """Another access token than the one that was refused."""
        return await self._keeper.renew(refused)

    async def _granted(self, _: Tokens | None) -> Tokens:
        status, content = await post_async(self._http, self._request)
        return read_tokens(self._request, status, content, self._clock.time())


async def _settled(value: Awaitable[T] | T) -> T:
    if isinstance(value, Awaitable):
        return await cast("Awaitable[T]", value)
    return value


def _seen(task: asyncio.Task[Tokens]) -> None:
    """Take note of an error that nobody is left to be told of."""
    if not task.cancelled():
        task.exception()
