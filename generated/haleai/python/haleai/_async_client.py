"""The client of HaleAI, for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from ._configuration import API_KEY, BUCKET, configuration
from ._runtime.async_client import AsyncClient
from ._runtime.clock import Clock
from ._runtime.configuration import MAX_RESPONSE_BYTES
from ._runtime.credentials import AsyncSecret, gather
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Pace
from ._runtime.retries import RetryPolicy
from ._runtime.transport import AsyncTransport

if TYPE_CHECKING:
    from .resources.contacts import AsyncContacts
    from .resources.deals import AsyncDeals
    from .resources.leads import AsyncLeads


class AsyncHaleAI(AsyncClient):
    """A client of HaleAI, for asyncio.

    Args:
        api_key: An API key, made in Settings → API keys. It is shown once, at creation: keep it
            in a password manager. Only a hash of it is stored, so that it can never be read
            back. The secret, or a function that gives it. Else `HALEAI_API_KEY` of the
            environment.
        base_url: Where the API is; else `HALEAI_BASE_URL`, else production.
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
        api_key: AsyncSecret | None = None,
        base_url: str | None = None,
        timeout: Timeout = 60.0,
        max_retries: int | None = None,
        retries: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        hooks: Hooks | None = None,
        paced: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        http_client: httpx2.AsyncClient | None = None,
        transport: AsyncTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        credentials = gather("AsyncHaleAI", {API_KEY: api_key}, required=True)
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
            pace=Pace(BUCKET) if paced else None,
            clock=clock,
        )

    @cached_property
    def contacts(self) -> AsyncContacts:
        """The people your team knows."""
        from .resources.contacts import AsyncContacts

        return AsyncContacts(self._caller)

    @cached_property
    def leads(self) -> AsyncLeads:
        """Prospects, by stage, on their way to a deal."""
        from .resources.leads import AsyncLeads

        return AsyncLeads(self._caller)

    @cached_property
    def deals(self) -> AsyncDeals:
        """Transactions, by stage, from opportunity to closing."""
        from .resources.deals import AsyncDeals

        return AsyncDeals(self._caller)
