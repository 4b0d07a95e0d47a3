"""The operations on conversations: their life, and who takes care of them (LEAD-12)."""

from generated.leadiosa.server import ConversationsHandler, errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, new_id
from reference.leadiosa.events import conversation_created, conversation_updated
from reference.leadiosa.lists import CONVERSATIONS
from reference.leadiosa.reading import Reader
from reference.leadiosa.resources import CONTACT, CONVERSATION, MEMBER
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp

OPEN, PENDING, CLOSED = "open", "pending", "closed"


class Conversations(ConversationsHandler[Caller]):
    """The conversations of the caller's workspace."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_conversations(
        self, request: Request[Caller], *, limit: int = 25, after: str | None = None
    ) -> models.ConversationPage:
        """Return one page of conversations."""
        tenant = request.principal.tenant
        rows, pagination = await self._reader.page(CONVERSATIONS, tenant, after, limit)
        data = [_conversation(row) for row in rows]
        return models.ConversationPage(data=data, pagination=pagination)

    async def get_conversation(
        self, request: Request[Caller], conversation_id: str
    ) -> models.Conversation:
        """Return one conversation."""
        tenant = request.principal.tenant
        return _conversation(await self._reader.get(CONVERSATION, tenant, conversation_id))

    async def create_conversation(
        self, request: Request[Caller], *, body: models.NewConversation
    ) -> models.Conversation:
        """Start a conversation with a contact."""

        def start(change: Change) -> Written[models.Conversation]:
            if change.find(CONTACT, body.contact_id) is None:
                raise errors.UnknownContact(
                    f"There is no contact with the contact_id {body.contact_id}."
                )
            _require_member(change, body.assignee_id)
            conversation_id = new_id("conv")
            row = {
                "id": conversation_id,
                "contact_id": body.contact_id,
                "status": OPEN,
                "assignee_id": body.assignee_id,
                "created_at": change.at,
                "updated_at": change.at,
            }
            change.insert(CONVERSATIONS, [row])
            made = _conversation(change.get(CONVERSATION, conversation_id))
            event = conversation_created(conversation_id, body.contact_id, change.at)
            return Written(conversation_id, made, [event])

        return await self._writer.write(request, "conversation.create", start)

    async def update_conversation(
        self, request: Request[Caller], conversation_id: str, *, body: models.ConversationUpdate
    ) -> models.Conversation:
        """Change the status of a conversation, and then who takes care of it."""

        def change_it(change: Change) -> Written[models.Conversation]:
            before = change.get(CONVERSATION, conversation_id)
            status = body.status or before.status
            _require_possible(before, body, status)
            _require_member(change, body.assignee_id)
            assignee_id = body.assignee_id or before.assignee_id
            is_changed = change.update(
                CONVERSATIONS, before, {"status": status, "assignee_id": assignee_id}
            )
            after = _conversation(change.get(CONVERSATION, conversation_id))
            event = conversation_updated(conversation_id, status, assignee_id, change.at)
            return Written(conversation_id, after, [event] if is_changed else ())

        return await self._writer.write(request, "conversation.update", change_it)


def require_not_closed(conversation: AnyRow) -> None:
    """Raise ConversationClosed for a conversation that is closed."""
    if conversation.status == CLOSED:
        raise _closed(conversation)


def _require_possible(before: AnyRow, body: models.ConversationUpdate, status: str) -> None:
    """Raise ConversationClosed for what a closed conversation does not take.

    That is to become pending, and to be assigned, where the same request has not opened it.
    """
    if before.status == CLOSED and status == PENDING:
        raise _closed(before)
    if status == CLOSED and body.assignee_id is not None:
        raise _closed(before)


def _closed(conversation: AnyRow) -> errors.ConversationClosed:
    return errors.ConversationClosed(f"Conversation {conversation.id} is closed. Reopen it first.")


def _require_member(change: Change, assignee_id: str | None) -> None:
    if assignee_id is not None and change.find(MEMBER, assignee_id) is None:
        raise errors.UnknownAssignee(f"There is no member with the assignee_id {assignee_id}.")


def _conversation(row: AnyRow) -> models.Conversation:
    return models.Conversation(
        id=row.id,
        contact_id=row.contact_id,
        status=row.status,
        assignee_id=row.assignee_id,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
    )
