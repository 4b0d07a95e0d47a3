"""OAuth 2.0 for synchronous clients: signing in, and access tokens that renew themselves."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from concurrent.futures import Future

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
from .oauth_transport import post
from .token_stores import MemoryTokenStore, TokenStore


class TokenKeeper:
    """Gives the access token of the moment; however many threads ask, it is renewed once.

    `renewal` makes the next tokens of those that there are.
    """

    def __init__(
        self, store: TokenStore, clock: Clock, renewal: Callable[[Tokens | None], Tokens]
    ) -> None:
        self._store = store
        self._clock = clock
        self._renewal = renewal
        self._tokens: Tokens | None = None
        self._lock = threading.Lock()
        self._running: Future[Tokens] | None = None

    def tokens(self) -> Tokens | None:
        """The tokens that there are."""
        if self._tokens is None:
            self._tokens = self._store.load()
        return self._tokens

    def token(self) -> str:
        """An access token that has not expired, as far as is known."""
        tokens = self.tokens()
        if tokens is None or tokens.is_due(self._clock.time()):
            return self.renew(tokens.access_token if tokens else "")
        return tokens.access_token

    def renew(self, refused: str) -> str:
        """Another access token than `refused`; all who ask meanwhile get the same, or its error."""
        with self._lock:
            running, ours = self._running, self._running is None
            if running is None:
                running = self._running = Future()
        if ours:
            try:
                running.set_result(self._renewed(refused))
            except BaseException as error:
                running.set_exception(error)
            finally:
                self._running = None
        return running.result().access_token

    def keep(self, tokens: Tokens) -> None:
        """Use these from now on."""
        self._tokens = tokens
        self._store.save(tokens)

    def forget(self) -> None:
        """Use none any more."""
        self._tokens = None
        self._store.clear()

    def _renewed(self, refused: str) -> Tokens:
        kept = self._store.load()
        if kept and kept.access_token != refused and not kept.is_due(self._clock.time()):
            self._tokens = kept
            return kept
        tokens = self._renewal(kept)
        if tokens is not kept:
            self.keep(tokens)
        return tokens


class AuthorizationCode:
    """Signs a user in (authorization code with PKCE), and is the credential of a client then."""

    def __init__(
        self,
        provider: Provider,
        app: App,
        *,
        scopes: str | Sequence[str] = (),
        store: TokenStore | None = None,
        http_client: httpx2.Client | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._provider = provider
        self._app = app
        self._scopes = listed(scopes)
        self._http = http_client
        self._clock = clock or SystemClock()
        self._keeper = TokenKeeper(store or MemoryTokenStore(), self._clock, self._refreshed)
        self._spent = ""

    def sign_in(
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
            (open_browser or show)(asked.url)
            self.finish(asked, receiver.wait(timeout))

    def start(self, redirect_uri: str) -> AuthorizationRequest:
        """What to send the user's browser to, where your own server is what it comes back to.

        Keep the result in the user's session for `finish`.
        """
        return authorization_request(self._provider, self._app, redirect_uri, self._scopes)

    def finish(self, asked: AuthorizationRequest, url: str) -> None:
        """Exchange the code in the `url` that the browser came back to. Raises `OAuthError`."""
        code = authorization_code(asked, url)
        self._keeper.keep(self._exchange(code_exchange(self._provider, self._app, asked, code)))

    def sign_out(self) -> None:
        """Give the grant back, where the API takes it back, and forget it. Raises `OAuthError`."""
        tokens = self.tokens()
        self._keeper.forget()
        if tokens is not None and self._provider.revocation_url:
            request = revocation(self._provider, self._app, tokens)
            check_accepted(request, *post(self._http, request))

    def tokens(self) -> Tokens | None:
        """What was granted, None where nobody has signed in."""
        return self._keeper.tokens()

    def __call__(self) -> str:
        """An access token, renewed where it was about to expire. Raises `SignInRequiredError`."""
        return self._keeper.token()

    def renew(self, refused: str) -> str:
        """Another access token than the one that was refused, where there can be one."""
        return self._keeper.renew(refused)

    def _refreshed(self, kept: Tokens | None) -> Tokens:
        if kept is None or (kept.refresh_token and kept.refresh_token == self._spent):
            raise SignInRequiredError("there is no grant that is good: the user has to sign in")
        if not kept.refresh_token:
            return kept
        try:
            return renewed(kept, self._exchange(refreshing(self._provider, self._app, kept)))
        except SignInRequiredError:
            self._spent = kept.refresh_token
            raise

    def _exchange(self, request: TokenRequest) -> Tokens:
        status, content = post(self._http, request)
        return read_tokens(request, status, content, self._clock.time())


class ClientCredentialsGrant:
    """Is the credential of a client: tokens of the app's own, got with its secret."""

    def __init__(
        self,
        provider: Provider,
        app: App,
        *,
        scopes: str | Sequence[str] = (),
        store: TokenStore | None = None,
        http_client: httpx2.Client | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._request = client_grant(provider, app, listed(scopes))
        self._http = http_client
        self._clock = clock or SystemClock()
        self._keeper = TokenKeeper(store or MemoryTokenStore(), self._clock, self._granted)

    def __call__(self) -> str:
        """An access token, renewed where it was about to expire. Raises `OAuthError`."""
        return self._keeper.token()

    def renew(self, refused: str) -> str:
        """Another access token than the one that was refused."""
        return self._keeper.renew(refused)

    def _granted(self, _: Tokens | None) -> Tokens:
        status, content = post(self._http, self._request)
        return read_tokens(self._request, status, content, self._clock.time())


def show(url: str) -> None:
    """Open the browser, or ask the user to."""
    if not webbrowser.open(url):
        print(f"Open this page in your browser: {url}", file=sys.stderr)
