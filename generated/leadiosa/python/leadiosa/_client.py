"""The client of Leadiosa."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from ._configuration import BUCKET, TOKEN, configuration
from ._runtime.clock import Clock
from ._runtime.configuration import MAX_RESPONSE_BYTES
from ._runtime.credentials import Secret, SigningSecret, gather
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Pace
from ._runtime.retries import RetryPolicy
from ._runtime.sync_client import SyncClient
from ._runtime.transport import Transport

if TYPE_CHECKING:
    from .resources.audit import Audit
    from .resources.billing import Billing
    from .resources.contacts import Contacts
    from .resources.conversations import Conversations
    from .resources.knowledge import Knowledge
    from .resources.openapi import Openapi
    from .resources.workspace import WorkspaceResource
    from .webhooks import Webhooks


class Leadiosa(SyncClient):
    """A client of Leadiosa.

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
        token: Secret | None = None,
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
        credentials = gather("Leadiosa", {TOKEN: token}, required=False)
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
    def conversations(self) -> Conversations:
        """Exchanges with a contact, from open to closed, and who takes care of them."""
        from .resources.conversations import Conversations

        return Conversations(self._caller)

    @cached_property
    def contacts(self) -> Contacts:
        """The people you talk with, their attributes, and their erasure."""
        from .resources.contacts import Contacts

        return Contacts(self._caller)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The articles that answers are drawn from, and the chunks they are cut into."""
        from .resources.knowledge import Knowledge

        return Knowledge(self._caller)

    @cached_property
    def audit(self) -> Audit:
        """Who changed what, and when."""
        from .resources.audit import Audit

        return Audit(self._caller)

    @cached_property
    def workspace(self) -> WorkspaceResource:
        """The life of the workspace. For owners only."""
        from .resources.workspace import WorkspaceResource

        return WorkspaceResource(self._caller)

    @cached_property
    def billing(self) -> Billing:
        """What your workspace pays for."""
        from .resources.billing import Billing

        return Billing(self._caller)

    @cached_property
    def openapi(self) -> Openapi:
        """This description of the API."""
        from .resources.openapi import Openapi

        return Openapi(self._caller)

    @cached_property
    def webhooks(self) -> Webhooks:
        """The endpoints of yours that events are sent to. Proves what arrives, and types it."""
        from .webhooks import Webhooks

        return Webhooks(self._caller)
