"""The webhooks of Leadiosa: what arrives, proved and typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias, cast

from ._runtime.credentials import SigningSecret
from ._runtime.unions import OpenUnion, Unknown
from ._runtime.webhooks import Headers, Signature, one_secret
from ._runtime.webhooks import parse as _parse
from ._runtime.webhooks import sign as _sign
from ._runtime.webhooks import verify as _verify
from .resources.webhooks import AsyncWebhooks as _AsyncWebhooks
from .resources.webhooks import Webhooks as _Webhooks
from .types.webhook_events import (
    ContactDeletedEvent,
    ConversationCreatedEvent,
    ConversationUpdatedEvent,
    MessageCreatedEvent,
)

UnknownEvent: TypeAlias = Unknown
"""An event that this version does not know; `value` is its body as plain JSON."""

if TYPE_CHECKING:
    WebhookEvent: TypeAlias = (
        ConversationCreatedEvent
        | ConversationUpdatedEvent
        | MessageCreatedEvent
        | ContactDeletedEvent
        | UnknownEvent
    )
    """Any event."""
else:

    class WebhookEvent(OpenUnion):
        """Decodes any event; one that this version does not know is an `UnknownEvent`."""

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
_WAYS = (
    "pass secret=… to this call or webhook_secret=… to the client, or set LEADIOSA_WEBHOOK_SECRET"
)


def verify(
    body: bytes,
    headers: Headers,
    *,
    secret: SigningSecret,
    now: float | None = None,
) -> WebhookEvent:
    """The event of a delivery, once it is proved to come from the API and to be fresh.

    Args:
        body: The body as it came, not decoded and encoded again.
        headers: The headers of the delivery: a mapping or pairs, names in any case.
        secret: The signing secret; several while one replaces another.
        now: The Unix time to judge its age by; else that of the clock.

    Raises:
        WebhookError: It is not signed with the secret, too old, or not as documented.
        ArgumentError: The secret cannot be used.
    """
    _verify(_SIGNATURE, body, headers, secret, now)
    return parse(body)


def sign(
    body: bytes,
    *,
    secret: SigningSecret,
    message_id: str = "msg_test",
    timestamp: int | None = None,
) -> dict[str, str]:
    """The headers that a delivery of `body` carries: for tests of what receives them.

    Raises:
        ArgumentError: The secret cannot be used.
    """
    moment = int(time.time()) if timestamp is None else timestamp
    return _sign(_SIGNATURE, body, secret, message_id=message_id, timestamp=moment)


def parse(body: bytes) -> WebhookEvent:
    """The event in a body that is trusted already.

    Raises:
        WebhookError: The body is not as documented.
    """
    return cast(WebhookEvent, _parse(body, WebhookEvent))


class Webhooks(_Webhooks):
    """What `client.webhooks` is: deliveries are proved with the secret of the client."""

    def verify(
        self,
        body: bytes,
        headers: Headers,
        *,
        secret: SigningSecret | None = None,
        now: float | None = None,
    ) -> WebhookEvent:
        """The event of a delivery, once it is proved to come from the API and to be fresh.

        Args:
            body: The body as it came, not decoded and encoded again.
            headers: The headers of the delivery: a mapping or pairs, names in any case.
            secret: The signing secret, or several; else the client's own.
            now: The Unix time to judge its age by; else that of the clock.

        Raises:
            WebhookError: It is not signed with the secret, too old, or not as documented.
            MissingCredentialsError: There is no secret, here or on the client.
            ArgumentError: The secret cannot be used.
        """
        return verify(body, headers, secret=self._secret(secret), now=now)

    def sign(
        self,
        body: bytes,
        *,
        secret: SigningSecret | None = None,
        message_id: str = "msg_test",
        timestamp: int | None = None,
    ) -> dict[str, str]:
        """The headers that a delivery of `body` carries: for tests of what receives them.

        Raises:
            MissingCredentialsError: There is no secret, here or on the client.
            ArgumentError: The secret cannot be used.
        """
        key = self._secret(secret)
        return sign(body, secret=key, message_id=message_id, timestamp=timestamp)

    def _secret(self, given: SigningSecret | None) -> SigningSecret:
        return one_secret(given, self._caller.configuration.webhook_secrets, _WAYS)


class AsyncWebhooks(_AsyncWebhooks):
    """What `client.webhooks` is: deliveries are proved with the secret of the client."""

    def verify(
        self,
        body: bytes,
        headers: Headers,
        *,
        secret: SigningSecret | None = None,
        now: float | None = None,
    ) -> WebhookEvent:
        """The event of a delivery, once it is proved to come from the API and to be fresh.

        Args:
            body: The body as it came, not decoded and encoded again.
            headers: The headers of the delivery: a mapping or pairs, names in any case.
            secret: The signing secret, or several; else the client's own.
            now: The Unix time to judge its age by; else that of the clock.

        Raises:
            WebhookError: It is not signed with the secret, too old, or not as documented.
            MissingCredentialsError: There is no secret, here or on the client.
            ArgumentError: The secret cannot be used.
        """
        return verify(body, headers, secret=self._secret(secret), now=now)

    def sign(
        self,
        body: bytes,
        *,
        secret: SigningSecret | None = None,
        message_id: str = "msg_test",
        timestamp: int | None = None,
    ) -> dict[str, str]:
        """The headers that a delivery of `body` carries: for tests of what receives them.

        Raises:
            MissingCredentialsError: There is no secret, here or on the client.
            ArgumentError: The secret cannot be used.
        """
        key = self._secret(secret)
        return sign(body, secret=key, message_id=message_id, timestamp=timestamp)

    def _secret(self, given: SigningSecret | None) -> SigningSecret:
        return one_secret(given, self._caller.configuration.webhook_secrets, _WAYS)
