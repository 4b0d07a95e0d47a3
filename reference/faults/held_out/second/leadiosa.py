"""Faults of Leadiosa, the second set planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, select, update

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.faults.composition import answers
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import (
    Change,
    Precondition,
    Writer,
    Written,
    change_of,
    new_id,
    require_open,
)
from reference.leadiosa.lists import AUDIT, CHUNKS, CONVERSATIONS, MESSAGES
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp

T = TypeVar("T")
_PAGE = 25


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _erasing_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    with_contact = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == _named(request)
    )
    ids = change.connection.scalars(with_contact).all()
    later = [row for conversation in ids for row in change.rows(MESSAGES, conversation)[_PAGE:]]
    written = work(change)
    for row in later:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


class _LoggingConflicts(Writer):
    """Leaves an entry of the changes that a closed conversation does not take."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        try:
            return await Writer.write(self, request, action, work, precondition)
        except errors.ConversationClosed:
            if action == "conversation.update":
                await self.database.write_rows(lambda connection: self._log(connection, request))
            raise

    def _log(self, connection: Connection, request: Request[Caller]) -> None:
        now = self.clock.microseconds()
        entry = {
            "id": new_id("aud"),
            "action": "conversation.update",
            "resource_id": _named(request),
            "token_id": request.principal.token_id,
            "request_id": request.request_id,
            "created_at": now,
        }
        change_of(connection, request.principal.tenant, now).insert(AUDIT, [entry])


def _logging_conflicts(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _LoggingConflicts(honest.database, honest.clock, honest.outbox)
    return replace(parts, writer=writer)


def _touching(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    row = change.get(CONVERSATION, written.resource_id)
    change.replace(CONVERSATIONS, [row], {"updated_at": change.at})
    answer = msgspec.structs.replace(written.answer, updated_at=timestamp(change.at))
    return replace(written, answer=answer)


def _closing_as_before(parts: Parts) -> Parts:
    """Keep when a workspace was closed for the first time."""
    first: dict[str, int] = {}

    def close(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
        written = work(change)
        closed_at = first.setdefault(change.tenant, change.at)
        of_tenant = tables.workspaces.c.tenant == change.tenant
        statement = update(tables.workspaces).where(of_tenant).values(closed_at=closed_at)
        change.connection.execute(statement)
        return written

    return reworking("workspace.close", close)(parts)


def _counting_from_one(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is not None and before.content != written.answer.content:
        for row in reversed(change.rows(CHUNKS, written.resource_id)):
            change.replace(CHUNKS, [row], {"position": row.position + 1})
    return written


def _subscription(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/billing/subscription" and answered.status == 200


def _in_the_same_year(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    year = cycle["starts_at"][:4]
    cycle = {**cycle, "ends_at": year + cycle["ends_at"][4:]}
    return answered.with_json({**answered.json, "billing_cycle": cycle})


def _by_an_agent(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    events = [
        msgspec.structs.replace(event, data=msgspec.structs.replace(event.data, author="agent"))
        if isinstance(event, models.MessageCreatedEvent)
        else event
        for event in written.events
    ]
    return replace(written, events=events)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F961",
        title="Erasure reaches the first 25 messages of a conversation",
        promises=("LEAD-14",),
        mistake="The messages are read like anybody reads them: a page.",
        apply=reworking("contact.delete", _erasing_a_page),
        held_out=2,
    ),
    Fault(
        id="AUD-F962",
        title="A change that a closed conversation does not take leaves an audit entry",
        promises=("LEAD-18",),
        mistake="The entry is written in a transaction of its own.",
        apply=_logging_conflicts,
        held_out=2,
    ),
    Fault(
        id="LIF-F963",
        title="The same status again gives a conversation another updated_at",
        promises=("LEAD-12",),
        mistake="The column is set by every UPDATE.",
        apply=reworking("conversation.update", _touching),
        held_out=2,
    ),
    Fault(
        id="STA-F964",
        title="A workspace that is closed again says that it was closed when it first was",
        promises=("LEAD-19",),
        mistake="To restore leaves the column as it is, and to close fills it where it is empty.",
        apply=_closing_as_before,
        held_out=2,
    ),
    Fault(
        id="SCH-F965",
        title="The chunks of content that was changed are counted from 1",
        promises=("LEAD-16",),
        mistake="Two loops cut articles; the second one counts otherwise.",
        apply=reworking("article.update", _counting_from_one),
        held_out=2,
    ),
    Fault(
        id="HDR-F966",
        title="A 204 has no X-Request-Id",
        promises=("LEAD-07",),
        mistake="The header is added where the body is written.",
        apply=answers(
            lambda _, answered: answered.status == 204,
            lambda answered: answered.without_header("x-request-id"),
        ),
        held_out=2,
    ),
    Fault(
        id="SCH-F967",
        title="In December the billing cycle ends before it begins",
        promises=("LEAD-20",),
        mistake="The month is put forward, and the year is not.",
        apply=answers(_subscription, _in_the_same_year),
        held_out=2,
    ),
    Fault(
        id="WHK-F968",
        title="message.created says that an agent wrote, also where the contact did",
        promises=("LEAD-17",),
        mistake="The default of the request stands where its value belongs.",
        apply=reworking("message.create", _by_an_agent),
        held_out=2,
    ),
)
