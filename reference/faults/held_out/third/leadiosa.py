"""Faults of Leadiosa, the third set planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.faults.composition import answers, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import (
    Change,
    Precondition,
    Writer,
    Written,
    change_of,
    require_open,
)
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import AUDIT, CHUNKS
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONTACT, CONVERSATION, Resource
from reference.leadiosa.security import Caller

T = TypeVar("T")
_UPDATED: Mapping[models.AuditAction, Resource] = {
    "conversation.update": CONVERSATION,
    "contact.update": CONTACT,
    "article.update": ARTICLE,
}


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


class _LoggingDifferences(Writer):
    """Leaves no entry of an update that changes nothing."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        updated = _UPDATED.get(action)
        if updated is None:
            return await Writer.write(self, request, action, work, precondition)
        differs = True

        def watched(change: Change) -> Written[T]:
            nonlocal differs
            before = change.find(updated, _named(request))
            written = work(change)
            differs = change.find(updated, _named(request)) != before
            return written

        answer = await Writer.write(self, request, action, watched, precondition)
        if not differs:
            await self.database.write_rows(lambda connection: self._unlog(connection, request))
        return answer

    def _unlog(self, connection: Connection, request: Request[Caller]) -> None:
        change = change_of(connection, request.principal.tenant, self.clock.microseconds())
        entries = change.rows(AUDIT, "")
        change.delete(AUDIT, [row for row in entries if row.request_id == request.request_id])


def _logging_differences(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _LoggingDifferences(honest.database, honest.clock, honest.outbox)
    return replace(parts, writer=writer)


def _telling_what_changed(_parts: Parts) -> Tamper:
    """Show with each change of a contact what it was changed to, for as long as there is a log."""
    changes: dict[str, object] = {}

    def detailed(entry: dict[str, Any]) -> dict[str, Any]:
        found = changes.get(entry["request_id"])
        return entry if found is None else {**entry, "changes": found}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200:
            return answered
        if asked.method == "PATCH" and asked.path.startswith(f"{BASE_PATH}/contacts/"):
            changes[answered.headers["x-request-id"]] = asked.fields
        if asked.path != f"{BASE_PATH}/audit":
            return answered
        page = answered.json
        return answered.with_json({**page, "data": [detailed(entry) for entry in page["data"]]})

    return tamper


def _assigning_first(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    if before.status == CLOSED and before.assignee_id != written.answer.assignee_id:
        raise errors.ConversationClosed(f"Conversation {before.id} is closed. Reopen it first.")
    return written


def _telling_of_before(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    events = [
        msgspec.structs.replace(
            event, data=msgspec.structs.replace(event.data, status=before.status)
        )
        if isinstance(event, models.ConversationUpdatedEvent)
        else event
        for event in written.events
    ]
    return replace(written, events=events)


def _cutting_anew(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is not None and before.content == written.answer.content:
        of_article = {"article_id": written.resource_id}
        change.replace(CHUNKS, change.rows(CHUNKS, written.resource_id), of_article)
    return written


def _is_redirect(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 308


def _without_query(answered: Answered) -> Answered:
    return answered.with_header("location", answered.headers["location"].partition("?")[0])


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUD-F1061",
        title="An update that changes nothing leaves no audit entry",
        promises=("LEAD-18",),
        mistake="The log is made of the differences between rows.",
        apply=_logging_differences,
        held_out=3,
    ),
    Fault(
        id="PRI-F1062",
        title="The audit log shows what contacts were changed to, also of those that were erased",
        promises=("LEAD-14",),
        mistake="Auditors asked for details, and nobody thought of erasure.",
        apply=around_with_parts(_telling_what_changed),
        held_out=3,
    ),
    Fault(
        id="LIF-F1063",
        title="A closed conversation cannot be opened and assigned in one request",
        promises=("LEAD-12", "LEAD-08"),
        mistake="The assignee is checked against the status that was, before the new one is set.",
        apply=reworking("conversation.update", _assigning_first),
        held_out=3,
    ),
    Fault(
        id="WHK-F1064",
        title="conversation.updated has the status that the conversation had before",
        promises=("LEAD-17",),
        mistake="The event is made of the row that was read first.",
        apply=reworking("conversation.update", _telling_of_before),
        held_out=3,
    ),
    Fault(
        id="PAG-F1065",
        title="A new title ends the cursors of an article's chunks",
        promises=("LEAD-10",),
        mistake="Every update cuts the chunks anew.",
        apply=reworking("article.update", _cutting_anew),
        held_out=3,
    ),
    Fault(
        id="HDR-F1066",
        title="The redirect to HTTPS loses the query",
        promises=("LEAD-01",),
        mistake="The address is put together from host and path.",
        apply=answers(_is_redirect, _without_query),
        held_out=3,
    ),
)
