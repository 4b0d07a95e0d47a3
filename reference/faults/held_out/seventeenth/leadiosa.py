"""Faults of Leadiosa, planted from its documentation alone."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from generated.leadiosa.server import Security, errors, models
from generated.leadiosa.server.runtime import Request
from reference.clock import Clock
from reference.faults.composition import answers, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import API, MESSAGES
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.workspace import workspace_of
from reference.webhooks.tables import subscriptions

_PAGE = 25
_USUAL = str(_PAGE)
_REMEMBERED = 60_000_000


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _removing_anybodys(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    of_endpoint = (subscriptions.c.api == API) & (subscriptions.c.id == _named(request))
    owner = change.connection.scalar(select(subscriptions.c.tenant).where(of_endpoint))
    if owner is None:
        return work(change)
    return work(replace(change, workspace=workspace_of(change.connection, owner)))


def _of_one_limit(_parts: Parts) -> Tamper:
    """Take a cursor with the limit that it was given with, and with no other."""
    limits: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        limit, after = asked.parameter("limit") or _USUAL, asked.parameter("after")
        if after is not None and limits.get(after, limit) != limit:
            pairs = [(name, "cur_" if name == "after" else value) for name, value in asked.query]
            return await ask(asked.with_query(pairs))
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"next_cursor": str(following)}}:
                limits[following] = limit
        return answered

    return tamper


def _assigning_first(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    was_closed = before is not None and before.status == CLOSED
    if was_closed and before is not None and written.answer.assignee_id != before.assignee_id:
        raise errors.ConversationClosed(f"Conversation {before.id} is closed. Reopen it first.")
    return written


def _telling_of_the_last(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None:
        return written
    events = [
        msgspec.structs.replace(
            event, data=msgspec.structs.replace(event.data, assignee_id=before.assignee_id)
        )
        for event in written.events
        if isinstance(event, models.ConversationUpdatedEvent)
    ]
    return replace(written, events=events)


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    of_contact = (tables.conversations.c.tenant == change.tenant) & (
        tables.conversations.c.contact_id == _named(request)
    )
    with_contact = select(tables.conversations.c.id).where(of_contact)
    late = [
        row
        for conversation in change.connection.scalars(with_contact).all()
        for row in change.rows(MESSAGES, conversation)[_PAGE:]
    ]
    written = work(change)
    for row in late:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _logging_the_conversation(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    return replace(written, resource_id=written.answer.conversation_id)


def _is_subscription(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/billing/subscription" and answered.status == 200


def _to_the_last_millisecond(answered: Answered) -> Answered:
    subscription = answered.json
    cycle = subscription["billing_cycle"]
    end = datetime.fromisoformat(cycle["ends_at"]) - timedelta(milliseconds=1)
    ends_at = end.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return answered.with_json({**subscription, "billing_cycle": {**cycle, "ends_at": ends_at}})


@dataclass(frozen=True, slots=True)
class _Remembering(Security[Caller]):
    """Knows a token for a minute once it has looked it up."""

    inner: Security[Caller]
    clock: Clock
    known: dict[str, tuple[Caller, int]] = field(default_factory=dict)

    async def token(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose token it is."""
        now = self.clock.microseconds()
        caller, until = self.known.get(token, (None, 0))
        if caller is None or until <= now:
            caller = await self.inner.token(token, request)
            self.known[token] = (caller, now + _REMEMBERED)
        return caller


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="TEN-F3449",
        title="The webhook endpoint of another workspace can be removed",
        promises=("LEAD-17", "LEAD-08"),
        mistake="On DELETE, the endpoint is looked up by the id alone.",
        apply=reworking("webhook.delete", _removing_anybodys),
        held_out=17,
    ),
    Fault(
        id="PAG-F3450",
        title="With another limit than it was given with, a cursor is invalid",
        promises=("LEAD-09",),
        mistake="The whole query is sealed into the cursor, the limit included.",
        apply=around_with_parts(_of_one_limit),
        held_out=17,
    ),
    Fault(
        id="LIF-F3451",
        title="A closed conversation cannot be reopened and assigned in one request",
        promises=("LEAD-12", "LEAD-08"),
        mistake="The assignment is checked against the status that the conversation had.",
        apply=reworking("conversation.update", _assigning_first),
        held_out=17,
    ),
    Fault(
        id="WHK-F3452",
        title="conversation.updated names who took care of the conversation before",
        promises=("LEAD-17",),
        mistake="The event is made of the row that was read before the change.",
        apply=reworking("conversation.update", _telling_of_the_last),
        held_out=17,
    ),
    Fault(
        id="PRI-F3453",
        title="Erasure redacts the first 25 messages of each conversation",
        promises=("LEAD-14",),
        mistake="It reads the thread as a client does, and takes one page for the whole.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=17,
    ),
    Fault(
        id="SCH-F3454",
        title="The audit entry of a note has the id of the conversation",
        promises=("LEAD-18",),
        mistake="The id is taken from the path.",
        apply=reworking("note.create", _logging_the_conversation),
        held_out=17,
    ),
    Fault(
        id="SCH-F3455",
        title="A billing cycle ends a millisecond before the next one begins",
        promises=("LEAD-20",),
        mistake="The end of the month was taken for its last moment.",
        apply=answers(_is_subscription, _to_the_last_millisecond),
        held_out=17,
    ),
    Fault(
        id="ROT-F3456",
        title="A token that was used within a minute before works after it is rotated",
        promises=("LEAD-02",),
        mistake="Tokens are cached for a minute, and a rotation does not clear the cache.",
        apply=lambda parts: replace(
            parts, security=_Remembering(parts.security, parts.platform.clock)
        ),
        held_out=17,
    ),
)
