"""What Aloha tells its subscribers: five events, put in the outbox with the change (ALOHA-12)."""

import msgspec
from sqlalchemy import Connection

from generated.aloha.server import models
from reference.aloha.ids import new_id
from reference.aloha.security import Workspace
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.profile import WebhookProfile
from reference.webhooks.signatures import aloha_headers, check_text_secret, new_text_secret

API = "aloha"
PROFILE = WebhookProfile(
    events=(
        "post.scheduled",
        "post.published",
        "post.failed",
        "reply.received",
        "matrix.completed",
    ),
    headers=aloha_headers,
    new_secret=new_text_secret,
    check_secret=check_text_secret,
)
_SECOND = 1_000_000

EventData = (
    models.PostEventData
    | models.PostFailedEventData
    | models.ReplyReceivedEventData
    | models.MatrixCompletedEventData
)


class Events:
    """Puts events in the outbox: those of live data, for test data goes nowhere (ALOHA-02)."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if workspace.mode == "test":
            return
        event_id = new_id("evt")
        body = {"id": event_id, "event": event, "created": at // _SECOND, "data": data}
        made = Event(event_id, API, workspace.tenant, event, msgspec.json.encode(body))
        self._outbox.put(connection, made)
