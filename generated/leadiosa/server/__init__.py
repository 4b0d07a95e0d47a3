"""The server of Leadiosa: implement `Handlers` and `Security`, and call `create_app`.

Generated from the contract; change that instead.
"""

from . import errors, models
from .app import create_app
from .handlers import (
    AuditHandler,
    BillingSubscriptionHandler,
    ContactsHandler,
    ConversationMessagesHandler,
    ConversationNotesHandler,
    ConversationsHandler,
    Handlers,
    KnowledgeChunksHandler,
    KnowledgeHandler,
    OpenapiHandler,
    WebhooksHandler,
    WorkspaceHandler,
)
from .security import Security

__all__ = [
    "AuditHandler",
    "BillingSubscriptionHandler",
    "ContactsHandler",
    "ConversationMessagesHandler",
    "ConversationNotesHandler",
    "ConversationsHandler",
    "Handlers",
    "KnowledgeChunksHandler",
    "KnowledgeHandler",
    "OpenapiHandler",
    "Security",
    "WebhooksHandler",
    "WorkspaceHandler",
    "create_app",
    "errors",
    "models",
]
