"""The webhooks of Leadiosa: what arrives, proved and typed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from ._runtime.unions import OpenUnion, Unknown
from ._runtime.webhooks import Signature
from ._runtime.webhooks import parse as _parse
from ._runtime.webhooks import sign as _sign
from ._runtime.webhooks import verify as _verify
from .types.webhooks import (
    ContactDeletedEvent,
    ConversationCreatedEvent,
    ConversationUpdatedEvent,
    MessageCreatedEvent,
)

if TYPE_CHECKING:
    WebhookEvent: TypeAlias = (
        ConversationCreatedEvent
        | ConversationUpdatedEvent
        | MessageCreatedEvent
        | ContactDeletedEvent
        | Unknown
    )
    """Any event; one that this version does not know is `Unknown`."""
else:

    class WebhookEvent(OpenUnion):
        """Decodes any event; one that this version does not know is `Unknown`."""

        variants = (
            ConversationCreatedEvent,
            ConversationUpdatedEvent,
            MessageCreatedEvent,
            ContactDeletedEvent,
        )
        tag = "type"
        mapping = {
            "conversation.created": ConversationCreatedEvent,
            "conversation.updated": ConversationUpdatedEvent,
            "message.created": MessageCreatedEvent,
            "contact.deleted": ContactDeletedEvent,
        }


_SIGNATURE = Signature(
    "webhook-signature",
    encoding="base64",
    prefix="v1,",
    delimiter=".",
    timestamp_header="webhook-timestamp",
    tolerance=300,
    secret_prefix="whsec_",
    key_encoding="base64",
    components=("message-id", "timestamp", "body"),
)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    *,
    secret: str | Iterable[str],
    now: float | None = None,
) -> WebhookEvent:
    """The event of a delivery, once it is proved to come from the API and to be fresh.

    Args:
        body: The body as it came, not decoded and encoded again.
        headers: The headers of the delivery.
        secret: The signing secret; several while one replaces another.
        now: The Unix time to judge its age by; else that of the clock.

    Raises:
        WebhookError: It is not signed with the secret, too old, or not as documented.
    """
    _verify(_SIGNATURE, body, headers, secret, now)
    return parse(body)


def sign(
    body: bytes, *, secret: str, message_id: str = "", timestamp: int | None = None
) -> dict[str, str]:
    """The headers that a delivery of `body` carries: for tests of what receives them.

    Raises:
        WebhookError: The secret cannot be used.
    """
    moment = int(time.time()) if timestamp is None else timestamp
    return _sign(_SIGNATURE, body, secret, message_id=message_id, timestamp=moment)


def parse(body: bytes) -> WebhookEvent:
    """The event in a body that is trusted already.

    Raises:
        WebhookError: The body is not as documented.
    """
    return cast(WebhookEvent, _parse(body, WebhookEvent))
