"""Faults of Leadiosa, the sixth set planted from its documentation alone."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import answers, around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.limiting import RESET, RETRY_AFTER
from reference.leadiosa.changing import (
    Change,
    Precondition,
    Writer,
    Written,
    change_of,
    require_open,
)
from reference.leadiosa.conversations import CLOSED, OPEN
from reference.leadiosa.events import LeadiosaEvent
from reference.leadiosa.lists import CONVERSATIONS, MESSAGES, NOTES, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.redaction import REDACTED
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import AGENT, READ_ONLY, Caller
from reference.leadiosa.tables import audit_entries, conversations
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.tables import deliveries

T = TypeVar("T")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CHUNKS = re.compile(rf"{BASE_PATH}/knowledge/[^/]+/chunks")
_CONTACTS = f"{BASE_PATH}/contacts"
_SUBSCRIPTION = f"{BASE_PATH}/billing/subscription"
_MINUTE = 60_000_000
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class _NotesForAll:
    """Lets every token write notes."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden or RateLimited."""
        caller = request.principal
        if request.operation_id == "createNote" and caller is not None and caller.role == READ_ONLY:
            return await self.inner.admit(replace(request, principal=replace(caller, role=AGENT)))
        return await self.inner.admit(request)


def _of_any_workspace(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    conversation_id = request.path.split("/")[-2]
    its_status = select(conversations.c.status).where(conversations.c.id == conversation_id)
    if change.connection.scalar(its_status) == CLOSED:
        raise errors.ConversationClosed(
            f"Conversation {conversation_id} is closed. Reopen it first."
        )
    return work(change)


def _each_token_its_own(parts: Parts) -> Parts:
    """Take a cursor from none but the tokens that it was given to."""
    given_to: defaultdict[str, set[str]] = defaultdict(set)

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tokens = given_to.get(asked.parameter("after") or "")
        if tokens is not None and asked.token not in tokens:
            asked = asked.with_query([*asked.without("after").query, ("after", "cur_of_another")])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"next_cursor": str(cursor)}}:
                given_to[cursor].add(asked.token)
        return answered

    planted: Parts = around(tamper)(parts)
    return planted


def _has_parameters(asked: Asked) -> bool:
    media_type, semicolon, _ = asked.headers.get("content-type", "").partition(";")
    is_json = media_type.strip().lower() == "application/json"
    return is_json and semicolon != "" and asked.body != b""


def _as_another_type(asked: Asked) -> Asked:
    return asked.with_header("content-type", "text/plain")


def _is_page_of_chunks(asked: Asked, answered: Answered) -> bool:
    return _CHUNKS.fullmatch(asked.path) is not None and answered.status == 200


def _counted_anew(answered: Answered) -> Answered:
    page = answered.json
    data = [{**chunk, "position": position} for position, chunk in enumerate(page["data"])]
    return answered.with_json({**page, "data": data})


class _OneEachUrl(Outbox):
    """Keeps one delivery of an event for each URL, that of the endpoint made last."""

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for the subscriptions that want it, in the transaction of the change."""
        super().put(connection, event)
        of_event = deliveries.c.event_id == event.id
        latest = select(func.max(deliveries.c.seq)).where(of_event).group_by(deliveries.c.url)
        kept = connection.scalars(latest).all()
        connection.execute(delete(deliveries).where(of_event, deliveries.c.seq.not_in(kept)))


def _one_each_url(parts: Parts) -> Parts:
    honest = parts.writer
    outbox = _OneEachUrl(honest.clock)
    return replace(parts, writer=Writer(honest.database, honest.clock, outbox))


class _LoggingChanges(Writer):
    """Leaves no audit entry of a conversation that is what it was."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        is_change = True

        def noting(change: Change) -> Written[T]:
            nonlocal is_change
            written = work(change)
            is_change = action != "conversation.update" or bool(written.events)
            return written

        answer = await Writer.write(self, request, action, noting, precondition)
        if not is_change:
            its_entry = audit_entries.c.request_id == request.request_id
            erase = delete(audit_entries).where(its_entry)
            await self.database.write(lambda connection: connection.execute(erase))
        return answer


def _logging_changes(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_LoggingChanges(honest.database, honest.clock, honest.outbox))


@dataclass(frozen=True, slots=True)
class _Erasure:
    """Texts that are to be redacted, once `due_at`, microseconds since 1970, has come."""

    tenant: str
    due_at: int
    texts: Sequence[tuple[List, AnyRow]]


def _erasing_later(parts: Parts) -> Parts:
    """Leave the texts of an erased contact to a job that comes around after a minute."""
    clock, database = parts.platform.clock, parts.platform.database
    waiting: list[_Erasure] = []

    def leave(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
        with_contact = select(conversations.c.id).where(
            conversations.c.tenant == change.tenant,
            conversations.c.contact_id == request.path.rpartition("/")[2],
        )
        kept = [
            (on, row)
            for conversation_id in change.connection.scalars(with_contact).all()
            for on in (MESSAGES, NOTES)
            for row in change.rows(on, conversation_id)
        ]
        written = work(change)
        for on, row in kept:
            change.replace(on, [row], {"body": row.body, "redacted": row.redacted})
        waiting.append(_Erasure(change.tenant, change.at + _MINUTE, kept))
        return written

    def erase(connection: Connection, erasure: _Erasure) -> None:
        change = change_of(connection, erasure.tenant, erasure.due_at)
        for on, row in erasure.texts:
            change.replace(on, [row], asdict(REDACTED))

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        while waiting and waiting[0].due_at <= clock.microseconds():
            await database.write(partial(erase, erasure=waiting.pop(0)))
        return await ask(asked)

    planted: Parts = around(tamper)(reworking("contact.delete", leave)(parts))
    return planted


def _back_to_nobody(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, request.path.rpartition("/")[2])
    written = work(change)
    after = change.get(CONVERSATION, before.id)
    is_reopened = before.status == CLOSED and after.status == OPEN
    if not is_reopened or after.assignee_id != before.assignee_id:
        return written
    change.replace(CONVERSATIONS, [after], {"assignee_id": None})
    answer = msgspec.structs.replace(written.answer, assignee_id=None)
    return replace(written, answer=answer, events=[_unassigned(one) for one in written.events])


def _unassigned(event: LeadiosaEvent) -> LeadiosaEvent:
    if not isinstance(event, models.ConversationUpdatedEvent):
        return event
    data = msgspec.structs.replace(event.data, assignee_id=None)
    return msgspec.structs.replace(event, data=data)


def _open_or_closed(_: AnyRow) -> None:
    """Have nothing against a write."""


class _ClosingAgain(Writer):
    """Closes also what is closed."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        asked = _open_or_closed if action == "workspace.close" else precondition
        return await Writer.write(self, request, action, work, asked)


def _closing_again(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_ClosingAgain(honest.database, honest.clock, honest.outbox))


def _has_contacts(asked: Asked, answered: Answered) -> bool:
    is_contacts = asked.path == _CONTACTS or asked.path.startswith(f"{_CONTACTS}/")
    return is_contacts and answered.status == 200


def _without_falsy(answered: Answered) -> Answered:
    match answered.json:
        case {"data": [*contacts], **rest}:
            data = [_with_truthy_attributes(contact) for contact in contacts]
            return answered.with_json({**rest, "data": data})
        case {"id": str()} as contact:
            return answered.with_json(_with_truthy_attributes(contact))
    return answered


def _with_truthy_attributes(contact: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in contact.items() if name != "attributes"}
    given = contact.get("attributes", {})
    truthy = {name: value for name, value in given.items() if value}
    return {**others, "attributes": truthy} if truthy else others


def _identified_by_the_caller(parts: Parts) -> Tamper:
    """Take the request id that a request comes with for its own."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        given, own = asked.headers.get("x-request-id", ""), answered.headers.get("x-request-id")
        if own is None or not _REQUEST_ID.fullmatch(given):
            return answered
        its_entry = audit_entries.c.request_id == own
        rename = update(audit_entries).where(its_entry).values(request_id=given)
        await database.write(lambda connection: connection.execute(rename))
        body = answered.body.replace(own.encode(), given.encode())
        return replace(answered, body=body).with_header("x-request-id", given)

    return tamper


def _resetting_after_the_wait(parts: Parts) -> Tamper:
    """Say of a refusal when the next request may come."""
    clock = parts.platform.clock

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 429:
            return answered
        now = -(-clock.microseconds() // _SECOND)
        return answered.with_header(RESET, str(now + int(answered.headers[RETRY_AFTER])))

    return tamper


def _is_subscription(asked: Asked, answered: Answered) -> bool:
    return asked.path == _SUBSCRIPTION and answered.status == 200


def _within_one_year(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    ends_at = cycle["starts_at"][:4] + cycle["ends_at"][4:]
    return answered.with_json({**answered.json, "billing_cycle": {**cycle, "ends_at": ends_at}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1331",
        title="A token that may only read can write notes",
        promises=("LEAD-08", "LEAD-15"),
        mistake="Notes are internal, and their route was left out where roles are checked.",
        apply=lambda parts: replace(parts, gate=_NotesForAll(parts.gate)),
        held_out=6,
    ),
    Fault(
        id="TEN-F1332",
        title="A message to another workspace's closed conversation is 409, not 404",
        promises=("LEAD-08", "LEAD-13"),
        mistake="Whether the conversation is closed is asked before whose it is.",
        apply=reworking("message.create", _of_any_workspace),
        held_out=6,
    ),
    Fault(
        id="PAG-F1333",
        title="A cursor is good only with the token that it was given to",
        promises=("LEAD-10", "LEAD-09"),
        mistake="The cursor is sealed with the token's id in place of the workspace's.",
        apply=_each_token_its_own,
        held_out=6,
    ),
    Fault(
        id="STA-F1334",
        title="A Content-Type with a charset is 400",
        promises=("LEAD-03",),
        mistake="The header is compared as a whole.",
        apply=requests(_has_parameters, _as_another_type),
        held_out=6,
    ),
    Fault(
        id="SCH-F1335",
        title="The position of a chunk is counted from the start of its page",
        promises=("LEAD-16",),
        mistake="The position is the index in what is being answered.",
        apply=answers(_is_page_of_chunks, _counted_anew),
        held_out=6,
    ),
    Fault(
        id="WHK-F1336",
        title="Of two endpoints with the same URL, only the latter is sent an event",
        promises=("LEAD-17",),
        mistake="The endpoints to send to are gathered in a map by URL.",
        apply=_one_each_url,
        held_out=6,
    ),
    Fault(
        id="AUD-F1337",
        title="A conversation that is set to what it is leaves no audit entry",
        promises=("LEAD-18",),
        mistake="The entry is written where something is found to have changed.",
        apply=_logging_changes,
        held_out=6,
    ),
    Fault(
        id="PRI-F1338",
        title="The texts of an erased contact can be read for a minute more",
        promises=("LEAD-14",),
        mistake="Messages and notes are redacted by a job that comes around later.",
        apply=_erasing_later,
        held_out=6,
    ),
    Fault(
        id="LIF-F1339",
        title="A conversation that is reopened has no assignee any more",
        promises=("LEAD-12",),
        mistake="What is reopened goes back to the queue like what is new.",
        apply=reworking("conversation.update", _back_to_nobody),
        held_out=6,
    ),
    Fault(
        id="LIF-F1340",
        title="A closed workspace can be closed again, from when on it counts as closed",
        promises=("LEAD-19",),
        mistake="Closing was made idempotent, and writes the time each time.",
        apply=_closing_again,
        held_out=6,
    ),
    Fault(
        id="SCH-F1341",
        title="Attributes that are false, 0 or empty are left out",
        promises=("LEAD-14", "LEAD-06"),
        mistake="What leaves out empty fields asks of each value whether it is true.",
        apply=answers(_has_contacts, _without_falsy),
        held_out=6,
    ),
    Fault(
        id="ENV-F1342",
        title="A request that brings an X-Request-Id has that one",
        promises=("LEAD-07",),
        mistake="The middleware takes over the id of a proxy, and of everybody else.",
        apply=around_with_parts(_identified_by_the_caller),
        held_out=6,
    ),
    Fault(
        id="RAT-F1343",
        title="The reset of a 429 is when the next request may come",
        promises=("LEAD-11",),
        mistake="The error handler makes both headers of the same wait.",
        apply=around_with_parts(_resetting_after_the_wait),
        held_out=6,
    ),
    Fault(
        id="SCH-F1344",
        title="The billing cycle of December ends before it begins",
        promises=("LEAD-20",),
        mistake="The month after December is January, of the same year.",
        apply=answers(_is_subscription, _within_one_year),
        held_out=6,
    ),
)
