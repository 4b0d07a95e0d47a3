"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import msgspec
from sqlalchemy import func, select, update

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.composition import answers, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written, new_id
from reference.leadiosa.events import LeadiosaEvent, conversation_updated
from reference.leadiosa.lists import CHUNKS, MESSAGES, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONVERSATION
from reference.leadiosa.security import Caller

_AT_ONCE = 25
_IN_A_PATH = "/:@!$&'()*+,;=~-._"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _telling_who_it_was(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None or before.status == written.answer.status:
        return written
    events = [_with_assignee(event, before.assignee_id) for event in written.events]
    return replace(written, events=events)


def _with_assignee(event: LeadiosaEvent, assignee_id: str | None) -> LeadiosaEvent:
    if not isinstance(event, models.ConversationUpdatedEvent):
        return event
    data = msgspec.structs.replace(event.data, assignee_id=assignee_id)
    return msgspec.structs.replace(event, data=data)


class _Underneath(Change):
    """A change that replaces rows without ending the cursors of their lists."""

    def replace(self, on: List, rows: Sequence[AnyRow], values: Mapping[str, object]) -> None:
        """Give rows these values, without a trace of when."""
        for row in rows:
            of_row = on.table.c.seq == row.seq
            self.connection.execute(update(on.table).where(of_row).values(**values))


def _redacting_underneath(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_Underneath(change.connection, change.workspace, change.at))


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = (columns.tenant == change.tenant) & (columns.contact_id == _named(request))
    ids = change.connection.scalars(select(columns.id).where(of_contact)).all()
    later = [row for conversation in ids for row in change.rows(MESSAGES, conversation)[_AT_ONCE:]]
    written = work(change)
    for row in later:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _closed_before_forbidden(parts: Parts) -> Tamper:
    """Say of a closed workspace that it is closed, to whoever may only read too."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_life = asked.path.startswith(f"{BASE_PATH}/workspace")
        if answered.code != "forbidden" or is_life:
            return answered
        columns = tables.workspaces.c
        of_tenant = columns.tenant == await tenant_of(parts, asked)
        closed = select(columns.closed_at).where(of_tenant)
        at = await parts.platform.database.read(lambda connection: connection.scalar(closed))
        if at is None:
            return answered
        message = "This workspace is closed. Restore it first."
        error = {**answered.json["error"], "code": "workspace_closed", "message": message}
        return answered.with_status(409).with_json({"error": error})

    return tamper


def _is_redirected(_: Asked, answered: Answered) -> bool:
    return answered.status == 308


def _to_the_decoded_path(answered: Answered) -> Answered:
    path, mark, query = answered.headers["location"].partition("?")
    decoded = quote(unquote_to_bytes(path), safe=_IN_A_PATH)
    return answered.with_header("location", f"{decoded}{mark}{query}")


def _cutting_always(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is None or before.title == written.answer.title:
        return written
    rows = change.rows(CHUNKS, written.resource_id)
    change.delete(CHUNKS, rows)
    anew = [
        {
            "id": new_id("chunk"),
            "article_id": row.article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in rows
    ]
    change.insert(CHUNKS, anew)
    return written


def _telling_of_notes(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    row = change.get(CONVERSATION, written.answer.conversation_id)
    if row.assignee_id is None:
        return written
    event = conversation_updated(row.id, row.status, row.assignee_id, change.at)
    return replace(written, events=[event])


def _closing_as_at_first(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    logged = tables.audit_entries.c
    first = select(func.min(logged.created_at)).where(
        logged.tenant == change.tenant, logged.action == "workspace.close"
    )
    closed_at = change.connection.scalar(first)
    if closed_at is not None:
        of_tenant = tables.workspaces.c.tenant == change.tenant
        earlier = update(tables.workspaces).where(of_tenant).values(closed_at=closed_at)
        change.connection.execute(earlier)
    return written


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F3749",
        title="Where the status changes too, conversation.updated has the assignee from before",
        promises=("LEAD-17", "LEAD-12"),
        mistake="The event is made between the two changes.",
        apply=reworking("conversation.update", _telling_who_it_was),
        held_out=19,
    ),
    Fault(
        id="PAG-F3750",
        title="Cursors of messages and of notes outlive the erasure of their contact",
        promises=("LEAD-10", "LEAD-14"),
        mistake="The redaction is a statement of its own, past what ends cursors.",
        apply=reworking("contact.delete", _redacting_underneath),
        held_out=19,
    ),
    Fault(
        id="PRI-F3751",
        title="Erasure redacts the first 25 messages of a conversation",
        promises=("LEAD-14",),
        mistake="The messages are read with the query of the list, and its limit.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=19,
    ),
    Fault(
        id="AUT-F3752",
        title="In a closed workspace, a write with a read-only token is 409 and not 403",
        promises=("LEAD-08",),
        mistake="The state of the workspace is looked at first.",
        apply=around_with_parts(_closed_before_forbidden),
        held_out=19,
    ),
    Fault(
        id="TLS-F3753",
        title="The redirect to HTTPS makes a slash of an encoded one",
        promises=("LEAD-01",),
        mistake="The location is built from the decoded path.",
        apply=answers(_is_redirected, _to_the_decoded_path),
        held_out=19,
    ),
    Fault(
        id="LIF-F3754",
        title="An article's new title gives its chunks new ids, and ends their cursors",
        promises=("LEAD-05", "LEAD-10", "LEAD-16"),
        mistake="Every change of an article is ingested anew.",
        apply=reworking("article.update", _cutting_always),
        held_out=19,
    ),
    Fault(
        id="WHK-F3755",
        title="A note on an assigned conversation is told as conversation.updated",
        promises=("LEAD-15",),
        mistake="The assignee was to hear of it.",
        apply=reworking("note.create", _telling_of_notes),
        held_out=19,
    ),
    Fault(
        id="LIF-F3756",
        title="Closed again, a workspace says that it was closed when it was for the first time",
        promises=("LEAD-19",),
        mistake="The time is taken from the log, and from its first entry.",
        apply=reworking("workspace.close", _closing_as_at_first),
        held_out=19,
    ),
)
