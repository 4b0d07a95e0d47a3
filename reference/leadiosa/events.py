"""The events that webhooks tell of: ids, a status and an author, and nothing personal (LEAD-17)."""

from typing import get_args

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime.answers import encode_json
from reference.leadiosa.timestamps import timestamp
from reference.webhooks.profile import WebhookProfile
from reference.webhooks.signatures import (
    check_standard_secret,
    new_standard_secret,
    standard_headers,
)

LeadiosaEvent = (
    models.ConversationCreatedEvent
    | models.ConversationUpdatedEvent
    | models.MessageCreatedEvent
    | models.ContactDeletedEvent
)

PROFILE = WebhookProfile(
    events=get_args(models.EventType),
    headers=standard_headers,
    new_secret=new_standard_secret,
    check_secret=check_standard_secret,
)


def conversation_created(conversation_id: str, contact_id: str, at: int) -> LeadiosaEvent:
    """Return the event of a conversation that was started."""
    return models.ConversationCreatedEvent(
        type_="conversation.created",
        timestamp=timestamp(at),
        data=models.ConversationCreatedEventData(
            conversation_id=conversation_id, contact_id=contact_id
        ),
    )


def conversation_updated(
    conversation_id: str, status: models.ConversationStatus, assignee_id: str | None, at: int
) -> LeadiosaEvent:
    """Return the event of a conversation with another status or assignee."""
    return models.ConversationUpdatedEvent(
        type_="conversation.updated",
        timestamp=timestamp(at),
        data=models.ConversationUpdatedEventData(
            conversation_id=conversation_id, status=status, assignee_id=assignee_id
        ),
    )


def message_created(message: models.Message) -> LeadiosaEvent:
    """Return the event of a message that was appended."""
    return models.MessageCreatedEvent(
        type_="message.created",
        timestamp=message.created_at,
        data=models.MessageCreatedEventData(
            conversation_id=message.conversation_id, message_id=message.id, author=message.author
        ),
    )


def contact_deleted(contact_id: str, at: int) -> LeadiosaEvent:
    """Return the event of a contact that was erased."""
    return models.ContactDeletedEvent(
        type_="contact.deleted",
        timestamp=timestamp(at),
        data=models.ContactDeletedEventData(contact_id=contact_id),
    )


def event_body(event: LeadiosaEvent) -> bytes:
    """Return what is sent of an event, on every attempt the same."""
    return encode_json(event)
