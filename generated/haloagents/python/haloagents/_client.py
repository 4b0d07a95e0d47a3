"""The client of HaloAgents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from ._configuration import API_KEY, configuration
from ._runtime.clock import Clock
from ._runtime.configuration import MAX_RESPONSE_BYTES
from ._runtime.credentials import Secret, gather
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Pace
from ._runtime.retries import RetryPolicy
from ._runtime.sync_client import SyncClient
from ._runtime.transport import Transport

if TYPE_CHECKING:
    from .resources.chat import Chat
    from .resources.companies import Companies
    from .resources.config import ConfigResource
    from .resources.events import Events
    from .resources.series import Series
    from .resources.tickets import Tickets
    from .resources.users import Users


class HaloAgents(SyncClient):
    """A client of HaloAgents.

    Args:
        api_key: The publishable widget key, the one in the snippet under Setup → Install. It
            names your organization and is made to be public; it is not a server-only secret. The
            secret, or a function that gives it. Else `HALOAGENTS_API_KEY` of the environment.
        base_url: Where the API is; else `HALOAGENTS_BASE_URL`, else production.
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
        credentials = gather("HaloAgents", {API_KEY: api_key}, required=False)
        super().__init__(
            configuration(
                credentials,
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
            pace=Pace(None) if paced else None,
            clock=clock,
        )

    @cached_property
    def chat(self) -> Chat:
        """Messages to the active agent, and its replies."""
        from .resources.chat import Chat

        return Chat(self._caller)

    @cached_property
    def tickets(self) -> Tickets:
        """Support tickets."""
        from .resources.tickets import Tickets

        return Tickets(self._caller)

    @cached_property
    def events(self) -> Events:
        """What people do on your site or in your product."""
        from .resources.events import Events

        return Events(self._caller)

    @cached_property
    def users(self) -> Users:
        """The end users that you know."""
        from .resources.users import Users

        return Users(self._caller)

    @cached_property
    def companies(self) -> Companies:
        """The companies that your end users belong to."""
        from .resources.companies import Companies

        return Companies(self._caller)

    @cached_property
    def series(self) -> Series:
        """Series of emails, and who gets them."""
        from .resources.series import Series

        return Series(self._caller)

    @cached_property
    def config(self) -> ConfigResource:
        """What a widget needs to know before it starts."""
        from .resources.config import ConfigResource

        return ConfigResource(self._caller)
