"""Planted faults of changes that are taken for none, or that reach less than they should."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Rework, Work, reworking
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.events import conversation_updated
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.lists import (
    ARTICLES,
    CHUNKS,
    CONVERSATIONS,
    MESSAGES,
    NOTES,
    List,
    change_version,
)
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import ARTICLE, CONTACT, CONVERSATION
from reference.leadiosa.security import AGENT, Caller
from reference.leadiosa.tables import audit_entries, conversations, list_versions, messages


def _named(request: Request[Caller]) -> str:
    """Return the id that a path ends with."""
    return request.path.rpartition("/")[2]


def _folded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).casefold()


class _CaseBlind(Change):
    """A change that takes texts for the same where they differ in case only."""

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        if all(_folded(getattr(row, name)) == _folded(value) for name, value in values.items()):
            return False
        return Change.update(self, on, row, values)


def _blind_to_case(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_CaseBlind(change.connection, change.workspace, change.at))


def _cut_before(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(ARTICLE, _named(request))
    written = work(change)
    if before.content.casefold() == written.answer.content.casefold():
        change.delete(CHUNKS, change.rows(CHUNKS, before.id))
        change.insert(CHUNKS, chunks_of(before.id, before.content))
    return written


def _ending_articles(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    change_version(change.connection, change.tenant, ARTICLES.name(""))
    return written


def _unseen_of_agents(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    kept = (list_versions.c.tenant == change.tenant) & (
        list_versions.c.list == CONVERSATIONS.name("")
    )
    before = change.connection.scalar(select(list_versions.c.version).where(kept))
    written = work(change)
    if request.principal.role == AGENT and before is not None:
        change.connection.execute(update(list_versions).where(kept).values(version=before))
    return written


def _sparing_notes(
    spared: Callable[[Change, Sequence[str]], Sequence[str]],
) -> Rework:
    """Erase, and leave the notes on some of the contact's conversations."""

    def rework(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
        of_contact = conversations.c.contact_id == _named(request)
        ids = change.connection.scalars(select(conversations.c.id).where(of_contact)).all()
        rows = [row for id_ in spared(change, ids) for row in change.rows(NOTES, id_)]
        written = work(change)
        for row in rows:
            change.replace(NOTES, [row], {"body": row.body, "redacted": row.redacted})
        return written

    return rework


def _of_a_later_erasure(change: Change, ids: Sequence[str]) -> Sequence[str]:
    erasures = select(audit_entries.c.id).where(
        audit_entries.c.tenant == change.tenant, audit_entries.c.action == "contact.delete"
    )
    return ids if change.connection.scalar(erasures.limit(1)) else ()


def _without_messages(change: Change, ids: Sequence[str]) -> Sequence[str]:
    return [id_ for id_ in ids if not change.rows(MESSAGES, id_)]


def _unmarked(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    made = messages.c.id == written.resource_id
    change.connection.execute(update(messages).where(made).values(redacted=False))
    return written


def _is_erased(change: Change, contact_id: str) -> bool:
    return change.find(CONTACT, contact_id) is None


def _kept_by_whom_it_was(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    is_moved = written.answer.assignee_id != before.assignee_id
    if is_moved and _is_erased(change, before.contact_id):
        raise errors.UnknownAssignee("Nobody can be the assignee_id where nobody is.")
    return written


def _told_of_nobody(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    return replace(written, events=()) if _is_erased(change, written.answer.contact_id) else written


def _closed_when_started(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    made = written.answer
    if not written.events or made.status != "closed":
        return written
    event = conversation_updated(made.id, made.status, made.assignee_id, before.created_at)
    return replace(written, events=[event])


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F3944",
        title="To restore a workspace ends the cursors of its articles",
        promises=("LEAD-10",),
        mistake="The knowledge base is indexed anew.",
        apply=reworking("workspace.restore", _ending_articles),
    ),
    Fault(
        id="PAG-F3945",
        title="A cursor of conversations outlives what an agent changes",
        promises=("LEAD-10",),
        mistake="Agents work in another process, which does not tell of its writes.",
        apply=reworking("conversation.update", _unseen_of_agents),
    ),
    Fault(
        id="PRI-F3946",
        title="The second erasure of a workspace leaves the notes",
        promises=("LEAD-14",),
        mistake="The job that redacts notes is made once.",
        apply=reworking("contact.delete", _sparing_notes(_of_a_later_erasure)),
    ),
    Fault(
        id="PRI-F3947",
        title="Erasure passes over the notes on conversations without a message",
        promises=("LEAD-14",),
        mistake="Conversations are found by their messages.",
        apply=reworking("contact.delete", _sparing_notes(_without_messages)),
    ),
    Fault(
        id="PRI-F3957",
        title="A message that is written after an erasure is not said to be redacted in its list",
        promises=("LEAD-14",),
        mistake="The mark is in the answer, and not in the row.",
        apply=reworking("message.create", _unmarked),
    ),
    Fault(
        id="SCH-F3950",
        title="What differs in case only from what a contact has is not taken",
        promises=("LEAD-14",),
        mistake="Whether anything changes is asked of texts in lower case.",
        apply=reworking("contact.update", _blind_to_case),
    ),
    Fault(
        id="LIF-F3953",
        title="An article's chunks stay where its new content differs in case only",
        promises=("LEAD-16",),
        mistake="The index has no case, and so nothing was to be done.",
        apply=reworking("article.update", _cut_before),
    ),
    Fault(
        id="LIF-F3956",
        title="A conversation whose contact is erased cannot be handed to anybody else",
        promises=("LEAD-12", "LEAD-14"),
        mistake="Who is assigned is checked against the contact.",
        apply=reworking("conversation.update", _kept_by_whom_it_was),
    ),
    Fault(
        id="WHK-F3954",
        title="The event of a conversation that is closed has the moment of its start",
        promises=("LEAD-17",),
        mistake="The moment is that of the row.",
        apply=reworking("conversation.update", _closed_when_started),
    ),
    Fault(
        id="WHK-F3955",
        title="Nobody is told of a change of a conversation whose contact is erased",
        promises=("LEAD-17", "LEAD-12"),
        mistake="Events are joined with contacts.",
        apply=reworking("conversation.update", _told_of_nobody),
    ),
)
