"""What the webhooks carry."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from .._runtime.values import UNSET, Model, Unset
from .shared import ConversationStatus, MessageAuthor


class ConversationCreatedEvent(Model, kw_only=True, rename={"type_": "type"}):
    """A conversation was started."""

    type_: Literal["conversation.created"] | str
    """The event's type."""

    timestamp: dt.datetime
    """When it happened."""

    data: ConversationCreatedEventData


class ConversationUpdatedEvent(Model, kw_only=True, rename={"type_": "type"}):
    """A conversation was updated."""

    type_: Literal["conversation.updated"] | str
    """The event's type."""

    timestamp: dt.datetime
    """When it happened."""

    data: ConversationUpdatedEventData


class MessageCreatedEvent(Model, kw_only=True, rename={"type_": "type"}):
    """A message was appended."""

    type_: Literal["message.created"] | str
    """The event's type."""

    timestamp: dt.datetime
    """When it happened."""

    data: MessageCreatedEventData


class ContactDeletedEvent(Model, kw_only=True, rename={"type_": "type"}):
    """A contact was erased."""

    type_: Literal["contact.deleted"] | str
    """The event's type."""

    timestamp: dt.datetime
    """When it happened."""

    data: ContactDeletedEventData


class ConversationCreatedEventData(Model, kw_only=True):
    """The conversation, and whom it is with."""

    conversation_id: str
    """The conversation it belongs to."""

    contact_id: str
    """The contact it is about."""


class ConversationUpdatedEventData(Model, kw_only=True):
    """The conversation, and where it stands now."""

    conversation_id: str
    """The conversation it belongs to."""

    status: ConversationStatus

    assignee_id: str | Unset = UNSET
    """The member of the workspace who takes care of it. Absent where nobody does."""


class MessageCreatedEventData(Model, kw_only=True):
    """The message, and the conversation that it is in."""

    conversation_id: str
    """The conversation it belongs to."""

    message_id: str
    """The message."""

    author: MessageAuthor


class ContactDeletedEventData(Model, kw_only=True):
    """The contact that was erased."""

    contact_id: str
    """The contact it is about."""
