"""What Leadiosa does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from . import models
from .runtime import Request, Result

P = TypeVar("P")


class ConversationsHandler(ABC, Generic[P]):
    """Exchanges with a contact, from open to closed, and who takes care of them."""

    @abstractmethod
    async def list_conversations(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.ConversationPage]:
        """List conversations.

        Returns one page of your workspace's conversations, the newest first.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def create_conversation(
        self,
        request: Request[P],
        *,
        body: models.NewConversation,
    ) -> Result[models.Conversation]:
        """Start a conversation.

        Starts a conversation with a contact. It is open, and assigned to nobody unless you say
        so.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.UnknownContact: Your workspace has no contact with this `contact_id`.
            errors.UnknownAssignee: Your workspace has no member with this `assignee_id`.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_conversation(
        self,
        request: Request[P],
        conversation_id: str,
    ) -> Result[models.Conversation]:
        """Get a conversation.

        Returns the conversation with this id. The id of another workspace's conversation is
        answered exactly like one that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def update_conversation(
        self,
        request: Request[P],
        conversation_id: str,
        *,
        body: models.ConversationUpdate,
    ) -> Result[models.Conversation]:
        """Update a conversation.

        Changes the status of a conversation, or who takes care of it, or both.

        An open conversation becomes pending or closed, a pending one open or closed, and a
        closed one open again. Apart from that, a closed conversation cannot be changed: whatever
        else is asked of it is answered with 409. Where a request has both, the status changes
        first.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.ConversationClosed: A closed conversation can be reopened, and nothing else.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.UnknownAssignee: Your workspace has no member with this `assignee_id`.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class ConversationMessagesHandler(ABC, Generic[P]):
    """What is said in a conversation."""

    @abstractmethod
    async def list_messages(
        self,
        request: Request[P],
        conversation_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.MessagePage]:
        """List the messages of a conversation.

        Returns one page of a conversation's thread, the oldest message first. Notes are not in
        it.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def create_message(
        self,
        request: Request[P],
        conversation_id: str,
        *,
        body: models.NewMessage,
    ) -> Result[models.Message]:
        """Append a message to a conversation.

        Appends a message to a conversation's thread, where the contact sees it. It comes from
        your team unless you say that it came from the contact. A closed conversation takes none.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.ConversationClosed: A closed conversation can be reopened, and nothing else.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class ConversationNotesHandler(ABC, Generic[P]):
    """What your team writes beside a conversation. The contact never sees it."""

    @abstractmethod
    async def list_notes(
        self,
        request: Request[P],
        conversation_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.NotePage]:
        """List the notes on a conversation.

        Returns one page of a conversation's notes, the oldest first. They are internal: the
        contact never sees them, and no webhook tells of them.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def create_note(
        self,
        request: Request[P],
        conversation_id: str,
        *,
        body: models.NewNote,
    ) -> Result[models.Note]:
        """Add a note to a conversation.

        Adds a note to a conversation, for your team. The contact never sees it, and no webhook
        tells of it. A closed conversation takes notes, too.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ConversationNotFound: The id does not exist, or belongs to another workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class ContactsHandler(ABC, Generic[P]):
    """The people you talk with, their attributes, and their erasure."""

    @abstractmethod
    async def list_contacts(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.ContactPage]:
        """List contacts.

        Returns one page of your workspace's contacts, the newest first.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_contact(
        self,
        request: Request[P],
        contact_id: str,
    ) -> Result[models.Contact]:
        """Get a contact.

        Returns the contact with this id. The id of another workspace's contact is answered
        exactly like one that does not exist, or was erased: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.ContactNotFound: The id does not exist, was erased, or belongs to another
                workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def update_contact(
        self,
        request: Request[P],
        contact_id: str,
        *,
        body: models.ContactUpdate,
    ) -> Result[models.Contact]:
        """Update a contact.

        Changes what you know of a contact. What is left out stays as it is; `attributes` are
        replaced as a whole, so that leaving one out removes it.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ContactNotFound: The id does not exist, was erased, or belongs to another
                workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def delete_contact(
        self,
        request: Request[P],
        contact_id: str,
    ) -> Result[None]:
        """Erase a contact.

        Erases a contact and every personal datum of it, for good (GDPR, Article 17).
        Conversations stay, with the text of their messages and notes redacted.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ContactNotFound: The id does not exist, was erased, or belongs to another
                workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class KnowledgeHandler(ABC, Generic[P]):
    """The articles that answers are drawn from, and the chunks they are cut into."""

    @abstractmethod
    async def list_articles(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.ArticlePage]:
        """List articles.

        Returns one page of your knowledge base's articles, the newest first.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def create_article(
        self,
        request: Request[P],
        *,
        body: models.NewArticle,
    ) -> Result[models.Article]:
        """Add an article.

        Adds an article to the knowledge base by hand. It is cut into chunks, which answers are
        then drawn from.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_article(
        self,
        request: Request[P],
        article_id: str,
    ) -> Result[models.Article]:
        """Get an article.

        Returns the article with this id. The id of another workspace's article is answered
        exactly like one that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.ArticleNotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def update_article(
        self,
        request: Request[P],
        article_id: str,
        *,
        body: models.ArticleUpdate,
    ) -> Result[models.Article]:
        """Update an article.

        Changes an article. What is left out stays as it is; new content is cut into chunks anew.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ArticleNotFound: The id does not exist, or belongs to another workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def delete_article(
        self,
        request: Request[P],
        article_id: str,
    ) -> Result[None]:
        """Delete an article.

        Removes an article and its chunks from the knowledge base.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.ArticleNotFound: The id does not exist, or belongs to another workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class KnowledgeChunksHandler(ABC, Generic[P]):
    """The operations on knowledge_chunks."""

    @abstractmethod
    async def list_chunks(
        self,
        request: Request[P],
        article_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.ChunkPage]:
        """List the chunks of an article.

        Returns one page of the chunks that an article was cut into, in its own order.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.ArticleNotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class WebhooksHandler(ABC, Generic[P]):
    """The endpoints of yours that events are sent to."""

    @abstractmethod
    async def list_webhooks(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.WebhookPage]:
        """List webhook endpoints.

        Returns one page of your workspace's webhook endpoints, the newest first, without their
        secrets.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def create_webhook(
        self,
        request: Request[P],
        *,
        body: models.NewWebhook,
    ) -> Result[models.CreatedWebhook]:
        """Register a webhook endpoint.

        Registers an endpoint of yours for the events you name. The answer has the secret that
        deliveries are signed with, this once: keep it. An endpoint in a private or loopback
        network is answered with 422.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.PrivateTarget: The URL's host is in a private or loopback network.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def delete_webhook(
        self,
        request: Request[P],
        webhook_id: str,
    ) -> Result[None]:
        """Remove a webhook endpoint.

        Removes an endpoint. Nothing is sent to it any more, retries included.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is read-only.
            errors.WebhookNotFound: The id does not exist, or belongs to another workspace.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class AuditHandler(ABC, Generic[P]):
    """Who changed what, and when."""

    @abstractmethod
    async def list_audit_entries(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> Result[models.AuditEntryPage]:
        """List audit entries.

        Returns one page of your workspace's audit log, the newest entry first. Every write of
        this API leaves one entry; nobody can change or remove it.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API for this list.
            errors.CursorExpired: The data of the list has changed since the cursor was given.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class WorkspaceHandler(ABC, Generic[P]):
    """The life of the workspace. For owners only."""

    @abstractmethod
    async def get_workspace(
        self,
        request: Request[P],
    ) -> Result[models.Workspace]:
        """Get the workspace.

        Returns the workspace that the token belongs to. For owners only.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is not owner.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_archive_status(
        self,
        request: Request[P],
    ) -> Result[models.ArchiveStatus]:
        """Get the workspace's archive status.

        Tells whether the workspace is closed, and since when. For owners only.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is not owner.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def close_workspace(
        self,
        request: Request[P],
    ) -> Result[models.Workspace]:
        """Close the workspace.

        Closes the workspace. It can be read as before; until it is restored, every write is
        answered with 409, closing it again included. For owners only.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is not owner.
            errors.WorkspaceClosed: A closed workspace takes no writes.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def restore_workspace(
        self,
        request: Request[P],
    ) -> Result[models.Workspace]:
        """Restore the workspace.

        Opens a closed workspace again, with everything that was in it. For owners only.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.Forbidden: The token is valid, and its role is not owner.
            errors.WorkspaceActive: Only a closed workspace can be restored.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class BillingSubscriptionHandler(ABC, Generic[P]):
    """The operations on billing_subscription."""

    @abstractmethod
    async def get_subscription(
        self,
        request: Request[P],
    ) -> Result[models.Subscription]:
        """Get the subscription.

        Returns your workspace's plan, its billing cycle, and the AI tokens used in it.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid token came with the request.
            errors.RateLimited: The token sent more than 300 requests in a minute.
            errors.InternalError: Something went wrong on the server.
        """


class OpenapiHandler(ABC, Generic[P]):
    """This description of the API."""

    @abstractmethod
    async def get_openapi(
        self,
        request: Request[None],
    ) -> Result[models.OpenapiDocument]:
        """Get this description of the API.

        Returns the OpenAPI document that you are reading. No token is needed.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.InternalError: Something went wrong on the server.
        """


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    conversations: ConversationsHandler[P]
    conversation_messages: ConversationMessagesHandler[P]
    conversation_notes: ConversationNotesHandler[P]
    contacts: ContactsHandler[P]
    knowledge: KnowledgeHandler[P]
    knowledge_chunks: KnowledgeChunksHandler[P]
    webhooks: WebhooksHandler[P]
    audit: AuditHandler[P]
    workspace: WorkspaceHandler[P]
    billing_subscription: BillingSubscriptionHandler[P]
    openapi: OpenapiHandler[P]
