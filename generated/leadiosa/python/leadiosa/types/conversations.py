"""Types of the resource conversations."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import UNSET, Model, Unset
from .shared import ConversationStatus, MessageAuthor, Pagination


class Conversation(Model, kw_only=True):
    """An exchange with a contact."""

    id: str
    """Identifies the conversation."""

    contact_id: str
    """The contact it is about."""

    status: ConversationStatus

    assignee_id: str | Unset = UNSET
    """The member of the workspace who takes care of it. Absent where nobody does."""

    created_at: dt.datetime
    """When it was created."""

    updated_at: dt.datetime
    """When it last changed."""


class NewConversation(Model, kw_only=True):
    """A conversation to start."""

    contact_id: str
    """The contact it is about."""

    assignee_id: str | Unset = UNSET
    """The member of the workspace who takes care of it. Absent where nobody does."""


class ConversationUpdate(Model, kw_only=True):
    """What to change of a conversation. At least one field."""

    status: ConversationStatus | Unset = UNSET

    assignee_id: str | Unset = UNSET
    """The member of the workspace who takes care of it. Absent where nobody does."""


class ConversationPage(Model, kw_only=True):
    """One page of conversations."""

    data: list[Conversation]
    """The conversations of this page."""

    pagination: Pagination


class Message(Model, kw_only=True):
    """What was said in a conversation, and by whom."""

    id: str
    """Identifies the message."""

    conversation_id: str
    """The conversation it belongs to."""

    author: MessageAuthor

    body: str
    """The text; `[redacted]` once the contact is erased."""

    redacted: bool | Unset = UNSET
    """True once the text is redacted, because the contact was erased; else absent."""

    created_at: dt.datetime
    """When it was created."""


class NewMessage(Model, kw_only=True):
    """A message to append."""

    author: MessageAuthor | Unset = UNSET

    body: str
    """The text."""


class MessagePage(Model, kw_only=True):
    """One page of messages."""

    data: list[Message]
    """The messages of this page."""

    pagination: Pagination


class Note(Model, kw_only=True):
    """What your team wrote beside a conversation."""

    id: str
    """Identifies the note."""

    conversation_id: str
    """The conversation it belongs to."""

    body: str
    """The text; `[redacted]` once the contact is erased."""

    redacted: bool | Unset = UNSET
    """True once the text is redacted, because the contact was erased; else absent."""

    created_at: dt.datetime
    """When it was created."""


class NewNote(Model, kw_only=True):
    """A note to add."""

    body: str
    """The text."""


class NotePage(Model, kw_only=True):
    """One page of notes."""

    data: list[Note]
    """The notes of this page."""

    pagination: Pagination
