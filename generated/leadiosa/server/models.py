"""The data of Leadiosa: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from .runtime import Timestamp


class Conversation(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An exchange with a contact."""

    id: str
    """Identifies the conversation."""
    contact_id: str
    status: ConversationStatus
    assignee_id: str | None = None
    created_at: Timestamp
    """When it was created."""
    updated_at: Timestamp
    """When it last changed."""


class NewConversation(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A conversation to start."""

    contact_id: str
    assignee_id: str | None = None


class ConversationUpdate(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What to change of a conversation. At least one field."""

    status: ConversationStatus | None = None
    assignee_id: str | None = None


ConversationStatus: TypeAlias = Literal["open", "pending", "closed"]
"""Where a conversation stands."""


class ConversationPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of conversations."""

    data: list[Conversation]
    """The conversations of this page."""
    pagination: Pagination


class Message(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What was said in a conversation, and by whom."""

    id: str
    """Identifies the message."""
    conversation_id: str
    author: MessageAuthor
    body: str
    """The text; `[redacted]` once the contact is erased."""
    redacted: bool | None = None
    created_at: Timestamp
    """When it was created."""


class NewMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A message to append."""

    author: MessageAuthor = "agent"
    body: str
    """The text."""


MessageAuthor: TypeAlias = Literal["contact", "agent"]
"""Whose message it is, the contact's or your team's."""


class MessagePage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of messages."""

    data: list[Message]
    """The messages of this page."""
    pagination: Pagination


class Note(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What your team wrote beside a conversation."""

    id: str
    """Identifies the note."""
    conversation_id: str
    body: str
    """The text; `[redacted]` once the contact is erased."""
    redacted: bool | None = None
    created_at: Timestamp
    """When it was created."""


class NewNote(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A note to add."""

    body: str
    """The text."""


class NotePage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of notes."""

    data: list[Note]
    """The notes of this page."""
    pagination: Pagination


class Contact(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Somebody you talk with."""

    id: str
    """Identifies the contact."""
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    attributes: ContactAttributes | None = None
    created_at: Timestamp
    """When it was created."""
    updated_at: Timestamp
    """When it last changed."""


class ContactUpdate(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What to change of a contact. At least one field."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    attributes: ContactAttributes | None = None


ContactAttributes: TypeAlias = dict[str, str | float | bool]
"""Whatever else you know of the contact, under names of your own."""


class ContactPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of contacts."""

    data: list[Contact]
    """The contacts of this page."""
    pagination: Pagination


class Article(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An article of the knowledge base."""

    id: str
    """Identifies the article."""
    title: str
    content: str
    created_at: Timestamp
    """When it was created."""
    updated_at: Timestamp
    """When it last changed."""


class NewArticle(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An article to add."""

    title: str
    content: str


class ArticleUpdate(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What to change of an article. At least one field."""

    title: str | None = None
    content: str | None = None


class ArticlePage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of articles."""

    data: list[Article]
    """The articles of this page."""
    pagination: Pagination


class Chunk(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A piece of an article, small enough to draw an answer from."""

    id: str
    """Identifies the chunk."""
    article_id: str
    """The article it was cut from."""
    position: int
    """Where it stands in the article, counted from 0."""
    content: str
    """The piece's text."""


class ChunkPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of chunks."""

    data: list[Chunk]
    """The chunks of this page."""
    pagination: Pagination


class Webhook(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An endpoint of yours, and what is sent to it."""

    id: str
    """Identifies the endpoint."""
    url: str
    events: WebhookEvents
    created_at: Timestamp
    """When it was created."""


class NewWebhook(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An endpoint to register."""

    url: str
    events: WebhookEvents


class CreatedWebhook(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An endpoint as registered, with the secret that is shown this once."""

    id: str
    """Identifies the endpoint."""
    url: str
    events: WebhookEvents
    secret: str
    """Signs the deliveries. It is never shown again."""
    created_at: Timestamp
    """When it was created."""


EventType: TypeAlias = Literal[
    "conversation.created", "conversation.updated", "message.created", "contact.deleted"
]
"""What an event is about."""

WebhookEvents: TypeAlias = list[EventType]
"""Which events are sent there."""


class WebhookPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of webhook endpoints."""

    data: list[Webhook]
    """The webhook endpoints of this page."""
    pagination: Pagination


class AuditEntry(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One write, and who made it."""

    id: str
    """Identifies the entry."""
    action: AuditAction
    resource_id: str
    """The `id` of what was written."""
    token_id: str
    """The token that was used, by a name that is not the token itself."""
    request_id: str
    """The `X-Request-Id` of the request."""
    created_at: Timestamp
    """When it was created."""


AuditAction: TypeAlias = Literal[
    "conversation.create",
    "conversation.update",
    "message.create",
    "note.create",
    "contact.update",
    "contact.delete",
    "article.create",
    "article.update",
    "article.delete",
    "webhook.create",
    "webhook.delete",
    "workspace.close",
    "workspace.restore",
]
"""What was done."""


class AuditEntryPage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of audit entries."""

    data: list[AuditEntry]
    """The audit entries of this page."""
    pagination: Pagination


class Workspace(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The workspace that a token belongs to."""

    id: str
    """Identifies the workspace."""
    name: str
    """What the workspace is called."""
    status: WorkspaceStatus
    created_at: Timestamp
    """When it was created."""


WorkspaceStatus: TypeAlias = Literal["active", "closed"]
"""Whether the workspace is in use."""


class ArchiveStatus(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Whether the workspace is closed."""

    archived: bool
    """Whether it is closed."""
    closed_at: Timestamp | None = None
    """Since when, if it is."""


class Subscription(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a workspace pays for."""

    plan: str
    """The plan's name."""
    billing_cycle: BillingCycle
    ai_tokens: AiTokenUsage


class BillingCycle(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The time that is being paid for."""

    interval: BillingInterval
    starts_at: Timestamp
    """When this cycle began."""
    ends_at: Timestamp
    """When the next one begins."""


BillingInterval: TypeAlias = Literal["month", "year"]
"""How long a cycle is."""


class AiTokenUsage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The AI tokens of this cycle."""

    included: int
    """How many the plan includes."""
    used: int
    """How many are used."""


class OpenapiDocument(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An OpenAPI document, of which this says the least."""

    openapi: str
    """The version of OpenAPI."""
    info: dict[str, Any]
    """The title, version and description of the API."""
    paths: dict[str, Any]
    """What can be asked of the API."""


class ConversationCreatedEvent(
    Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"
):
    """A conversation was started."""

    type_: Literal["conversation.created"]
    """The event's type."""
    timestamp: Timestamp
    """When it happened."""
    data: ConversationCreatedEventData


class ConversationUpdatedEvent(
    Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"
):
    """A conversation was updated."""

    type_: Literal["conversation.updated"]
    """The event's type."""
    timestamp: Timestamp
    """When it happened."""
    data: ConversationUpdatedEventData


class MessageCreatedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A message was appended."""

    type_: Literal["message.created"]
    """The event's type."""
    timestamp: Timestamp
    """When it happened."""
    data: MessageCreatedEventData


class ContactDeletedEvent(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """A contact was erased."""

    type_: Literal["contact.deleted"]
    """The event's type."""
    timestamp: Timestamp
    """When it happened."""
    data: ContactDeletedEventData


class ConversationCreatedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The conversation, and whom it is with."""

    conversation_id: str
    contact_id: str


class ConversationUpdatedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The conversation, and where it stands now."""

    conversation_id: str
    status: ConversationStatus
    assignee_id: str | None = None


class MessageCreatedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The message, and the conversation that it is in."""

    conversation_id: str
    message_id: str
    """The message."""
    author: MessageAuthor


class ContactDeletedEventData(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The contact that was erased."""

    contact_id: str


class Pagination(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Whether there is more, and how to get it."""

    has_more: bool
    """Whether another page follows."""
    next_cursor: str | None = None
    """The `after` of the next page. Absent on the last one."""


class Error(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What every answer other than a success looks like."""

    error: ErrorDetail


class ErrorDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What went wrong."""

    code: str
    """For programs. One of the codes that the status lists."""
    message: str
    """For people. It names the field that is wrong, where one is."""
    request_id: str
    """The `X-Request-Id` of this answer."""
