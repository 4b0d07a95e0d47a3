"""The client of Aloha."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from ._configuration import ACCESS_TOKEN, API_KEY, BUCKET, configuration
from ._runtime.clock import Clock
from ._runtime.configuration import MAX_RESPONSE_BYTES
from ._runtime.credentials import Secret, SigningSecret, gather, one_of
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Pace
from ._runtime.retries import RetryPolicy
from ._runtime.sync_client import SyncClient
from ._runtime.transport import Transport

if TYPE_CHECKING:
    from .oauth import OAuth
    from .resources.analytics import Analytics
    from .resources.inbox import Inbox
    from .resources.matrix import Matrix
    from .resources.oauth import Oauth
    from .resources.posts import Posts
    from .resources.voice import Voice
    from .webhooks import Webhooks


class Aloha(SyncClient):
    """A client of Aloha.

    Args:
        api_key: An API key, made in Settings → Developer. It belongs to one workspace and may do
            everything there. A test key sees test data, and publishes nothing. A key that is
            rotated works for 24 hours more. The secret, or a function that gives it. Else
            `ALOHA_KEY` of the environment.
        access_token: For partner apps: an access token that a user granted (authorization code
            with PKCE, S256). What a token may do is in its scopes; too little is answered with
            403. The secret, or a function that gives it.
        auth: Gets such tokens by itself, instead: see `aloha.oauth`.
        webhook_secret: What webhooks are signed with; several while one replaces another. Else
            `ALOHA_WEBHOOK_SECRET` of the environment.
        base_url: Where the API is; else `ALOHA_BASE_URL`, else production.
        timeout: Seconds that a call may take, 60 where nothing is said; None is for ever.
        max_retries: How often a call is tried again at most, 2 where nothing is said.
        retries: When and after how long it is tried again.
        headers: Headers that every request carries.
        hooks: Functions of yours, called before requests, after answers, before retries.
        paced: Wait before a request rather than exceed the rate limit.
        max_response_bytes: The largest answer to read, decompressed; 64 MiB else.
        http_client: An httpx2 client of your own, which is then yours to close.
        transport: What sends requests instead of httpx2, which is then yours to close.
        clock: Tells the time and waits; for tests.
    """

    def __init__(
        self,
        *,
        api_key: Secret | None = None,
        access_token: Secret | None = None,
        auth: OAuth | None = None,
        webhook_secret: SigningSecret | None = None,
        base_url: str | None = None,
        timeout: Timeout = 60.0,
        max_retries: int | None = None,
        retries: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        hooks: Hooks | None = None,
        paced: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        http_client: httpx2.Client | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        credentials = gather(
            "Aloha", {API_KEY: api_key, ACCESS_TOKEN: one_of(access_token, auth)}, required=False
        )
        super().__init__(
            configuration(
                credentials,
                webhook_secret,
                base_url,
                timeout,
                max_retries,
                retries,
                headers,
                hooks,
                max_response_bytes,
            ),
            http_client=http_client,
            transport=transport,
            pace=Pace(BUCKET) if paced else None,
            clock=clock,
        )

    @cached_property
    def posts(self) -> Posts:
        """What you publish, per channel, now or later."""
        from .resources.posts import Posts

        return Posts(self._caller)

    @cached_property
    def analytics(self) -> Analytics:
        """How your posts did, as a file."""
        from .resources.analytics import Analytics

        return Analytics(self._caller)

    @cached_property
    def inbox(self) -> Inbox:
        """What people write to you, from all channels in one place."""
        from .resources.inbox import Inbox

        return Inbox(self._caller)

    @cached_property
    def matrix(self) -> Matrix:
        """The matrices of your workspace, run by hand."""
        from .resources.matrix import Matrix

        return Matrix(self._caller)

    @cached_property
    def voice(self) -> Voice:
        """The model that writes the way you do."""
        from .resources.voice import Voice

        return Voice(self._caller)

    @cached_property
    def oauth(self) -> Oauth:
        """How a partner app gets a token from a user (authorization code with PKCE)."""
        from .resources.oauth import Oauth

        return Oauth(self._caller)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Proves what arrives, and types it."""
        from .webhooks import Webhooks

        return Webhooks(self._caller)
