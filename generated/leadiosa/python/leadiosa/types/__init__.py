"""The types of everything that is sent and answered, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .audit import AuditAction, AuditEntry, AuditEntryPage
    from .billing import AiTokenUsage, BillingCycle, BillingInterval, Subscription
    from .contacts import Contact, ContactPage, ContactUpdate
    from .conversations import (
        Conversation,
        ConversationPage,
        ConversationUpdate,
        Message,
        MessagePage,
        NewConversation,
        NewMessage,
        NewNote,
        Note,
        NotePage,
    )
    from .knowledge import Article, ArticlePage, ArticleUpdate, Chunk, ChunkPage, NewArticle
    from .openapi import OpenapiDocument
    from .shared import ConversationStatus, Error, ErrorDetail, MessageAuthor, Pagination
    from .webhook_events import (
        ContactDeletedEvent,
        ContactDeletedEventData,
        ConversationCreatedEvent,
        ConversationCreatedEventData,
        ConversationUpdatedEvent,
        ConversationUpdatedEventData,
        MessageCreatedEvent,
        MessageCreatedEventData,
    )
    from .webhooks import CreatedWebhook, EventType, NewWebhook, Webhook, WebhookPage
    from .workspace import ArchiveStatus, Workspace, WorkspaceStatus

__all__ = [
    "AiTokenUsage",
    "ArchiveStatus",
    "Article",
    "ArticlePage",
    "ArticleUpdate",
    "AuditAction",
    "AuditEntry",
    "AuditEntryPage",
    "BillingCycle",
    "BillingInterval",
    "Chunk",
    "ChunkPage",
    "Contact",
    "ContactDeletedEvent",
    "ContactDeletedEventData",
    "ContactPage",
    "ContactUpdate",
    "Conversation",
    "ConversationCreatedEvent",
    "ConversationCreatedEventData",
    "ConversationPage",
    "ConversationStatus",
    "ConversationUpdate",
    "ConversationUpdatedEvent",
    "ConversationUpdatedEventData",
    "CreatedWebhook",
    "Error",
    "ErrorDetail",
    "EventType",
    "Message",
    "MessageAuthor",
    "MessageCreatedEvent",
    "MessageCreatedEventData",
    "MessagePage",
    "NewArticle",
    "NewConversation",
    "NewMessage",
    "NewNote",
    "NewWebhook",
    "Note",
    "NotePage",
    "OpenapiDocument",
    "Pagination",
    "Subscription",
    "Webhook",
    "WebhookPage",
    "Workspace",
    "WorkspaceStatus",
]

_MODULES = {
    "AiTokenUsage": "billing",
    "ArchiveStatus": "workspace",
    "Article": "knowledge",
    "ArticlePage": "knowledge",
    "ArticleUpdate": "knowledge",
    "AuditAction": "audit",
    "AuditEntry": "audit",
    "AuditEntryPage": "audit",
    "BillingCycle": "billing",
    "BillingInterval": "billing",
    "Chunk": "knowledge",
    "ChunkPage": "knowledge",
    "Contact": "contacts",
    "ContactDeletedEvent": "webhook_events",
    "ContactDeletedEventData": "webhook_events",
    "ContactPage": "contacts",
    "ContactUpdate": "contacts",
    "Conversation": "conversations",
    "ConversationCreatedEvent": "webhook_events",
    "ConversationCreatedEventData": "webhook_events",
    "ConversationPage": "conversations",
    "ConversationStatus": "shared",
    "ConversationUpdate": "conversations",
    "ConversationUpdatedEvent": "webhook_events",
    "ConversationUpdatedEventData": "webhook_events",
    "CreatedWebhook": "webhooks",
    "Error": "shared",
    "ErrorDetail": "shared",
    "EventType": "webhooks",
    "Message": "conversations",
    "MessageAuthor": "shared",
    "MessageCreatedEvent": "webhook_events",
    "MessageCreatedEventData": "webhook_events",
    "MessagePage": "conversations",
    "NewArticle": "knowledge",
    "NewConversation": "conversations",
    "NewMessage": "conversations",
    "NewNote": "conversations",
    "NewWebhook": "webhooks",
    "Note": "conversations",
    "NotePage": "conversations",
    "OpenapiDocument": "openapi",
    "Pagination": "shared",
    "Subscription": "billing",
    "Webhook": "webhooks",
    "WebhookPage": "webhooks",
    "Workspace": "workspace",
    "WorkspaceStatus": "workspace",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{_MODULES[name]}", __name__)
        value = getattr(module, name, module)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
