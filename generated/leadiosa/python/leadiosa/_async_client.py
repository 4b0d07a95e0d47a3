"""The client of Leadiosa, for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from ._configuration import BUCKET, TOKEN, configuration
from ._runtime.async_client import AsyncClient
from ._runtime.clock import Clock
from ._runtime.configuration import MAX_RESPONSE_BYTES
from ._runtime.credentials import AsyncSecret, SigningSecret, gather
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Pace
from ._runtime.retries import RetryPolicy
from ._runtime.transport import AsyncTransport

if TYPE_CHECKING:
    from .resources.audit import AsyncAudit
    from .resources.billing import AsyncBilling
    from .resources.contacts import AsyncContacts
    from .resources.conversations import AsyncConversations
    from .resources.knowledge import AsyncKnowledge
    from .resources.openapi import AsyncOpenapi
    from .resources.workspace import AsyncWorkspaceResource
    from .webhooks import AsyncWebhooks


class AsyncLeadiosa(AsyncClient):
    """A client of Leadiosa, for asyncio.

    Args:
        token: A token, made in Settings → API → Tokens. It belongs to one workspace. A token
            that is rotated is invalid at once. The secret, or a function that gives it. Else
            `LEADIOSA_TOKEN` of the environment.
        webhook_secret: What webhooks are signed with; several while one replaces another. Else
            `LEADIOSA_WEBHOOK_SECRET` of the environment.
        base_url: Where the API is; else `LEADIOSA_BASE_URL`, else production.
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
        token: AsyncSecret | None = None,
        webhook_secret: SigningSecret | None = None,
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
        credentials = gather("AsyncLeadiosa", {TOKEN: token}, required=False)
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
    def conversations(self) -> AsyncConversations:
        """Exchanges with a contact, from open to closed, and who takes care of them."""
        from .resources.conversations import AsyncConversations

        return AsyncConversations(self._caller)

    @cached_property
    def contacts(self) -> AsyncContacts:
        """The people you talk with, their attributes, and their erasure."""
        from .resources.contacts import AsyncContacts

        return AsyncContacts(self._caller)

    @cached_property
    def knowledge(self) -> AsyncKnowledge:
        """The articles that answers are drawn from, and the chunks they are cut into."""
        from .resources.knowledge import AsyncKnowledge

        return AsyncKnowledge(self._caller)

    @cached_property
    def audit(self) -> AsyncAudit:
        """Who changed what, and when."""
        from .resources.audit import AsyncAudit

        return AsyncAudit(self._caller)

    @cached_property
    def workspace(self) -> AsyncWorkspaceResource:
        """The life of the workspace. For owners only."""
        from .resources.workspace import AsyncWorkspaceResource

        return AsyncWorkspaceResource(self._caller)

    @cached_property
    def billing(self) -> AsyncBilling:
        """What your workspace pays for."""
        from .resources.billing import AsyncBilling

        return AsyncBilling(self._caller)

    @cached_property
    def openapi(self) -> AsyncOpenapi:
        """This description of the API."""
        from .resources.openapi import AsyncOpenapi

        return AsyncOpenapi(self._caller)

    @cached_property
    def webhooks(self) -> AsyncWebhooks:
        """The endpoints of yours that events are sent to. Proves what arrives, and types it."""
        from .webhooks import AsyncWebhooks

        return AsyncWebhooks(self._caller)
