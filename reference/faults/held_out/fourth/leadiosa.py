"""Faults of Leadiosa, the fourth set planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import everywhere
from reference.faults.exchange import Answered
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED, PENDING
from reference.leadiosa.lists import MESSAGES
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import AGENT, READ_ONLY, Caller
from reference.leadiosa.tables import conversations

T = TypeVar("T")
_WHOLE_SECOND = re.compile(rb'(?<=")(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z(?=")')


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


class _DeletingSoftly(Writer):
    """Logs that an article was updated where it was deleted."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        logged: models.AuditAction = "article.update" if action == "article.delete" else action
        return await Writer.write(self, request, logged, work, precondition)


def _deleting_softly(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_DeletingSoftly(honest.database, honest.clock, honest.outbox))


def _opened_before_closed(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    if (before.status, written.answer.status) == (PENDING, CLOSED):
        raise errors.ConversationClosed(f"Conversation {before.id} is pending. Open it first.")
    return written


def _keeping_answers(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    of_contact = (conversations.c.tenant == change.tenant) & (
        conversations.c.contact_id == _named(request)
    )
    with_contact = change.connection.scalars(select(conversations.c.id).where(of_contact)).all()
    said = [
        row
        for conversation_id in with_contact
        for row in change.rows(MESSAGES, conversation_id)
        if row.author == "agent"
    ]
    written = work(change)
    for row in said:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _untold_where_assigned(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    return written if written.answer.assignee_id is None else replace(written, events=())


def _as_isoformat(answered: Answered) -> Answered:
    return replace(answered, body=_WHOLE_SECOND.sub(rb"\1Z", answered.body))


@dataclass(frozen=True, slots=True)
class _NotesForAll:
    """Lets every token write notes."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden or RateLimited."""
        caller = request.principal
        is_note = request.operation_id == "createNote"
        if is_note and caller is not None and caller.role == READ_ONLY:
            return await self.inner.admit(replace(request, principal=replace(caller, role=AGENT)))
        return await self.inner.admit(request)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUD-F1161",
        title="The audit log says that an article was updated where it was deleted",
        promises=("LEAD-18",),
        mistake="To delete is to update the column that says so, and the log sees the update.",
        apply=_deleting_softly,
        held_out=4,
    ),
    Fault(
        id="LIF-F1162",
        title="A pending conversation cannot be closed",
        promises=("LEAD-12",),
        mistake="The table of transitions has only one way out of pending.",
        apply=reworking("conversation.update", _opened_before_closed),
        held_out=4,
    ),
    Fault(
        id="PRI-F1163",
        title="Erasure leaves what agents wrote to the contact",
        promises=("LEAD-14",),
        mistake="A contact's messages are taken to be those that it wrote.",
        apply=reworking("contact.delete", _keeping_answers),
        held_out=4,
    ),
    Fault(
        id="WHK-F1164",
        title="Nobody is told of a conversation that is assigned from the start",
        promises=("LEAD-17",),
        mistake="The branch that assigns returns before the event is made.",
        apply=reworking("conversation.create", _untold_where_assigned),
        held_out=4,
    ),
    Fault(
        id="SCH-F1165",
        title="A time on a whole second has no milliseconds",
        promises=("LEAD-04",),
        mistake="Python's isoformat, which leaves out a fraction that is zero.",
        apply=everywhere(_as_isoformat),
        held_out=4,
    ),
    Fault(
        id="AUT-F1166",
        title="A read-only token may write notes",
        promises=("LEAD-08",),
        mistake="Notes were not on the list of what is written, because contacts never see them.",
        apply=lambda parts: replace(parts, gate=_NotesForAll(parts.gate)),
        held_out=4,
    ),
)
