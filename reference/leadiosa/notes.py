"""The operations on notes, which stay inside the team (LEAD-15)."""

from dataclasses import asdict

from generated.leadiosa.server import ConversationNotesHandler, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written, new_id
from reference.leadiosa.lists import NOTES
from reference.leadiosa.reading import Reader
from reference.leadiosa.redaction import written
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp


class Notes(ConversationNotesHandler[Caller]):
    """The notes on the conversations of the caller's workspace."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_notes(
        self,
        request: Request[Caller],
        conversation_id: str,
        *,
        limit: int = 25,
        after: str | None = None,
    ) -> models.NotePage:
        """Return one page of the notes on a conversation."""
        rows, pagination = await self._reader.page(
            NOTES, request.principal.tenant, after, limit, conversation_id
        )
        return models.NotePage(data=[_note(row) for row in rows], pagination=pagination)

    async def create_note(
        self, request: Request[Caller], conversation_id: str, *, body: models.NewNote
    ) -> models.Note:
        """Add a note to a conversation, open or closed; no event tells of it."""

        def add(change: Change) -> Written[models.Note]:
            conversation = change.get(CONVERSATION, conversation_id)
            text = written(change, conversation, body.body)
            made = models.Note(
                id=new_id("note"),
                conversation_id=conversation_id,
                body=text.body,
                redacted=text.redacted or None,
                created_at=timestamp(change.at),
            )
            row = {
                "id": made.id,
                "conversation_id": conversation_id,
                "created_at": change.at,
                **asdict(text),
            }
            change.insert(NOTES, [row])
            return Written(made.id, made)

        return await self._writer.write(request, "note.create", add)


def _note(row: AnyRow) -> models.Note:
    return models.Note(
        id=row.id,
        conversation_id=row.conversation_id,
        body=row.body,
        redacted=row.redacted or None,
        created_at=timestamp(row.created_at),
    )
