"""Planted faults of what events say of an erasure, a change, a restored workspace."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from generated.leadiosa.server.runtime import Request
from reference.clock import Clock
from reference.faults.composition import around, tenant_of
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.leadiosa.webhooks import putting
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.events import contact_deleted, conversation_updated, message_created
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import CONTACT, CONVERSATION
from reference.leadiosa.security import Caller
from reference.webhooks.outbox import Event, Outbox

_DIGITS = 16


def _pseudonymous(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    pseudonym = hashlib.sha256(written.resource_id.encode()).hexdigest()[:_DIGITS]
    return replace(written, events=[contact_deleted(f"cont_{pseudonym}", change.at)])


def _as_it_was_read(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, request.path.rpartition("/")[2])
    written = work(change)
    if before is None or not written.events:
        return written
    made = written.answer
    event = conversation_updated(made.id, made.status, made.assignee_id, before.updated_at)
    return replace(written, events=[event])


def _said_by_the_erased(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    conversation = change.get(CONVERSATION, written.answer.conversation_id)
    if change.find(CONTACT, conversation.contact_id) is not None:
        return written
    said = msgspec.structs.replace(written.answer, author="contact")
    return replace(written, events=[message_created(said)])


@dataclass(slots=True)
class _Parked:
    """The workspaces that were restored, and of each what waits for its next event."""

    restored: set[str | None] = field(default_factory=set)
    waiting: dict[str, Event] = field(default_factory=dict)


class _Waking(Outbox):
    """Keeps the first event after a workspace was restored until there is another one."""

    def __init__(self, clock: Clock, parked: _Parked) -> None:
        super().__init__(clock)
        self._parked = parked

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for each subscription that wants it."""
        if event.tenant in self._parked.restored:
            self._parked.restored.remove(event.tenant)
            self._parked.waiting[event.tenant] = event
            return
        if before := self._parked.waiting.pop(event.tenant, None):
            super().put(connection, before)
        super().put(connection, event)


def _waking(parts: Parts) -> Parts:
    parked = _Parked()

    async def noted(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path == f"{BASE_PATH}/workspace/restore" and answered.status == 200:
            parked.restored.add(await tenant_of(parts, asked))
        return answered

    planted: Parts = around(noted)(parts)
    return putting(lambda clock: _Waking(clock, parked))(planted)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F4038",
        title="The event of an erasure has another id than the contact had",
        promises=("LEAD-14", "LEAD-17"),
        mistake="Contacts get a pseudonym before they go, and the event is made of what is left.",
        apply=reworking("contact.delete", _pseudonymous),
    ),
    Fault(
        id="WHK-F4039",
        title="conversation.updated has the moment of the change before",
        promises=("LEAD-17", "LEAD-04"),
        mistake="The moment is that of the row as it was read, before it was changed.",
        apply=reworking("conversation.update", _as_it_was_read),
    ),
    Fault(
        id="WHK-F4040",
        title="What happens first in a restored workspace is told of with what happens next",
        promises=("LEAD-17", "LEAD-19"),
        mistake="The queue of a closed workspace sleeps, and wakes after its first event.",
        apply=_waking,
    ),
    Fault(
        id="WHK-F4041",
        title="What is written to an erased contact is told of as written by it",
        promises=("LEAD-17", "LEAD-13"),
        mistake="The contact is looked up for the event, and not finding it sets the author.",
        apply=reworking("message.create", _said_by_the_erased),
    ),
)
