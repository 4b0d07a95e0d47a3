"""The operations on messages: the thread of a conversation (LEAD-13)."""

from dataclasses import asdict

from generated.leadiosa.server import ConversationMessagesHandler, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, new_id
from reference.leadiosa.conversations import require_not_closed
from reference.leadiosa.events import message_created
from reference.leadiosa.lists import MESSAGES
from reference.leadiosa.reading import Reader
from reference.leadiosa.redaction import written
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp


class Messages(ConversationMessagesHandler[Caller]):
    """The messages of the conversations of the caller's workspace."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_messages(
        self,
        request: Request[Caller],
        conversation_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> models.MessagePage:
        """Return one page of a conversation's thread."""
        rows, pagination = await self._reader.page(
            MESSAGES, request.principal.tenant, after, limit, conversation_id
        )
        return models.MessagePage(data=[_message(row) for row in rows], pagination=pagination)

    async def create_message(
        self, request: Request[Caller], conversation_id: str, *, body: models.NewMessage
    ) -> models.Message:
        """Append a message to a conversation that is not closed."""

        def append(change: Change) -> Written[models.Message]:
            conversation = change.get(CONVERSATION, conversation_id)
            require_not_closed(conversation)
            text = written(change, conversation, body.body)
            made = models.Message(
                id=new_id("msg"),
                conversation_id=conversation_id,
                author=body.author,
                body=text.body,
                redacted=text.redacted or None,
                created_at=timestamp(change.at),
            )
            row = {
                "id": made.id,
                "conversation_id": conversation_id,
                "author": made.author,
                "created_at": change.at,
                **asdict(text),
            }
            change.insert(MESSAGES, [row])
            return Written(made.id, made, [message_created(made)])

        return await self._writer.write(request, "message.create", append)


def _message(row: AnyRow) -> models.Message:
    return models.Message(
        id=row.id,
        conversation_id=row.conversation_id,
        author=row.author,
        body=row.body,
        redacted=row.redacted or None,
        created_at=timestamp(row.created_at),
    )
