"""The operations on webhook endpoints (LEAD-17)."""

from collections.abc import Awaitable, Callable

from sqlalchemy import Connection

from generated.leadiosa.server import WebhooksHandler, errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, require_open
from reference.leadiosa.events import PROFILE
from reference.leadiosa.lists import API, WEBHOOKS
from reference.leadiosa.reading import Reader
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp
from reference.leadiosa.workspace import workspace_of
from reference.webhooks.subscriptions import Subscriptions
from reference.webhooks.targets import TargetError

CheckTarget = Callable[[str], Awaitable[None]]
"""Raises TargetError for a URL that nothing may be sent to."""


class Webhooks(WebhooksHandler[Caller]):
    """The webhook endpoints of the caller's workspace."""

    def __init__(
        self,
        reader: Reader,
        writer: Writer,
        subscriptions: Subscriptions,
        check_target: CheckTarget,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._subscriptions = subscriptions
        self._check_target = check_target

    async def list_webhooks(
        self, request: Request[Caller], *, limit: int = 25, after: str | None = None
    ) -> models.WebhookPage:
        """Return one page of endpoints, without their secrets."""
        rows, pagination = await self._reader.page(WEBHOOKS, request.principal.tenant, after, limit)
        return models.WebhookPage(data=[_webhook(row) for row in rows], pagination=pagination)

    async def create_webhook(
        self, request: Request[Caller], *, body: models.NewWebhook
    ) -> models.CreatedWebhook:
        """Register an endpoint; its secret is in this answer and in no other."""
        await self._require_open(request.principal.tenant)
        await self._require_target(body.url)

        def register(change: Change) -> Written[models.CreatedWebhook]:
            made = self._subscriptions.add(
                change.connection,
                api=API,
                tenant=change.tenant,
                url=body.url,
                secret=PROFILE.new_secret(),
                events=body.events,
            )
            answer = models.CreatedWebhook(
                id=made.id,
                url=made.url,
                events=body.events,
                secret=made.secret,
                created_at=timestamp(made.created_at),
            )
            return Written(made.id, answer)

        return await self._writer.write(request, "webhook.create", register)

    async def delete_webhook(self, request: Request[Caller], webhook_id: str) -> None:
        """Remove an endpoint, with all that still waits to be sent to it."""

        def remove(change: Change) -> Written[None]:
            missing = errors.WebhookNotFound(
                f"Webhook {webhook_id} does not belong to this workspace."
            )
            if not self._subscriptions.remove(change.connection, API, change.tenant, webhook_id):
                raise missing
            return Written(webhook_id, None)

        await self._writer.write(request, "webhook.delete", remove)

    async def _require_open(self, tenant: str) -> None:
        """Raise WorkspaceClosed before a target is asked about that could not be kept anyway."""

        def check(connection: Connection) -> None:
            require_open(workspace_of(connection, tenant))

        await self._reader.database.read(check)

    async def _require_target(self, url: str) -> None:
        try:
            await self._check_target(url)
        except TargetError as error:
            raise errors.PrivateTarget(f"The url cannot be sent to. {error}") from error


def _webhook(row: AnyRow) -> models.Webhook:
    return models.Webhook(
        id=row.id, url=row.url, events=row.events, created_at=timestamp(row.created_at)
    )
