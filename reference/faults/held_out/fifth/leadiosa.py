"""Faults of Leadiosa, the fifth set planted from its documentation alone."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, insert, select

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.events import LeadiosaEvent
from reference.leadiosa.lists import ARTICLES, CONVERSATIONS, MESSAGES, NOTES, change_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONVERSATION
from reference.leadiosa.security import OWNER, Caller
from reference.leadiosa.tables import conversations, members
from reference.leadiosa.timestamps import timestamp
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

T = TypeVar("T")
_READING = {"GET", "HEAD"}
_FAILURES = 3
_DIGITS_AND_MORE = re.compile(r"(\d+)\D.*", re.DOTALL)


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _with_everybody(parts: Parts) -> Tamper:
    """Take the members of all workspaces for members of the caller's."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        assignee_id, tenant = asked.fields.get("assignee_id"), await tenant_of(parts, asked)
        is_assignment = asked.path.startswith(f"{BASE_PATH}/conversations")
        if is_assignment and isinstance(assignee_id, str) and tenant is not None:
            await database.write(lambda connection: _join(connection, tenant, assignee_id))
        return await ask(asked)

    return tamper


def _join(connection: Connection, tenant: str, member: str) -> None:
    of_member = select(members.c.tenant).where(members.c.id == member)
    tenants = connection.scalars(of_member).all()
    if tenants and tenant not in tenants:
        connection.execute(insert(members).values(tenant=tenant, id=member))


def _touching_its_conversation(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    change_version(change.connection, change.tenant, CONVERSATIONS.name(""))
    return written


def _has_more_than_digits(asked: Asked) -> bool:
    return _DIGITS_AND_MORE.fullmatch(asked.parameter("limit") or "") is not None


def _digits_only(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _DIGITS_AND_MORE.sub(r"\1", value) if name == "limit" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _WritesCostTwo:
    """Spends two requests on a write."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend requests; raise Forbidden or RateLimited."""
        if request.principal is not None and request.method not in _READING:
            await self.inner.admit(request)
        return await self.inner.admit(request)


def _is_delete_of_nothing(asked: Asked, answered: Answered) -> bool:
    return asked.method == "DELETE" and answered.code == "article_not_found"


def _as_deleted(answered: Answered) -> Answered:
    return replace(answered.with_status(204).without_header("content-type"), body=b"")


def _by_its_conversation(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    return replace(written, resource_id=written.answer.conversation_id)


def _with_what_changed(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    if written.answer.assignee_id != before.assignee_id:
        return written
    return replace(written, events=[_unassigned(event) for event in written.events])


def _unassigned(event: LeadiosaEvent) -> LeadiosaEvent:
    if not isinstance(event, models.ConversationUpdatedEvent):
        return event
    data = msgspec.structs.replace(event.data, assignee_id=None)
    return msgspec.structs.replace(event, data=data)


def _switching_off(parts: Parts) -> Parts:
    """Attempt nothing more where three attempts in a row have failed."""
    failures: Counter[str] = Counter()

    def around(deliver: Deliver) -> Deliver:
        async def counted(attempt: Attempt) -> Outcome:
            if failures[attempt.url] >= _FAILURES:
                return Outcome(None, "The endpoint was switched off after three failures.")
            outcome = await deliver(attempt)
            failures[attempt.url] = 0 if outcome.delivered else failures[attempt.url] + 1
            return outcome

        return counted

    return attempts(around)(parts)


def _passing_over_closed(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    closed = select(conversations.c.id).where(
        conversations.c.tenant == change.tenant,
        conversations.c.contact_id == _named(request),
        conversations.c.status == CLOSED,
    )
    kept = [
        (texts, row)
        for conversation_id in change.connection.scalars(closed).all()
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation_id)
    ]
    written = work(change)
    for texts, row in kept:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _any_workspace(_: AnyRow) -> None:
    """Have nothing against a write."""


class _DeletingAnyway(Writer):
    """Deletes also what a closed workspace has."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        asked = _any_workspace if request.method == "DELETE" else precondition
        return await Writer.write(self, request, action, work, asked)


def _deleting_anyway(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_DeletingAnyway(honest.database, honest.clock, honest.outbox))


def _untouched_by_a_title(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(ARTICLE, _named(request))
    written = work(change)
    after = change.get(ARTICLE, before.id)
    if after.content != before.content:
        return written
    change.replace(ARTICLES, [after], {"updated_at": before.updated_at})
    since = timestamp(before.updated_at)
    return replace(written, answer=msgspec.structs.replace(written.answer, updated_at=since))


@dataclass(frozen=True, slots=True)
class _BillingForOwners:
    """Shows the subscription to owners only."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden or RateLimited."""
        headers = await self.inner.admit(request)
        caller = request.principal
        is_billing = request.operation_id == "getSubscription"
        if is_billing and caller is not None and caller.role != OWNER:
            raise errors.Forbidden("Only an owner of the workspace may do this.", headers)
        return headers


def _is_subscription(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/billing/subscription" and answered.status == 200


def _ending_within(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    last = datetime.fromisoformat(cycle["ends_at"]) - timedelta(milliseconds=1)
    ends_at = last.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return answered.with_json({**answered.json, "billing_cycle": {**cycle, "ends_at": ends_at}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="TEN-F1231",
        title="A member of another workspace can be assigned",
        promises=("LEAD-12", "LEAD-08"),
        mistake="Whether a user exists is asked, and not of which workspace.",
        apply=around_with_parts(_with_everybody),
        held_out=5,
    ),
    Fault(
        id="PAG-F1232",
        title="A message ends the cursors of the list of conversations",
        promises=("LEAD-10",),
        mistake="To append a message touches its conversation, and with it the list.",
        apply=reworking("message.create", _touching_its_conversation),
        held_out=5,
    ),
    Fault(
        id="LIM-F1233",
        title="A limit is read up to the first character that is no digit",
        promises=("LEAD-09", "LEAD-08"),
        mistake="JavaScript's parseInt.",
        apply=requests(_has_more_than_digits, _digits_only),
        held_out=5,
    ),
    Fault(
        id="RAT-F1234",
        title="A write spends two requests",
        promises=("LEAD-11",),
        mistake="Writes were given a weight, because they cost more.",
        apply=lambda parts: replace(parts, gate=_WritesCostTwo(parts.gate)),
        held_out=5,
    ),
    Fault(
        id="STA-F1235",
        title="To delete an article that is not there is 204",
        promises=("LEAD-08", "LEAD-16"),
        mistake="The statement that deletes does not say how many rows there were.",
        apply=answers(_is_delete_of_nothing, _as_deleted),
        held_out=5,
    ),
    Fault(
        id="AUD-F1236",
        title="The audit entry of a note names the conversation, not the note",
        promises=("LEAD-18",),
        mistake="The log takes the id that stands in the path.",
        apply=reworking("note.create", _by_its_conversation),
        held_out=5,
    ),
    Fault(
        id="WHK-F1237",
        title="An event of another status does not have the assignee",
        promises=("LEAD-17",),
        mistake="The event is made of what changed.",
        apply=reworking("conversation.update", _with_what_changed),
        held_out=5,
    ),
    Fault(
        id="WHK-F1238",
        title="An endpoint that failed three times in a row is sent nothing any more",
        promises=("LEAD-17",),
        mistake="A circuit breaker, which nothing closes again.",
        apply=_switching_off,
        held_out=5,
    ),
    Fault(
        id="PRI-F1239",
        title="Erasure passes over conversations that are closed",
        promises=("LEAD-14",),
        mistake="The query for a contact's conversations is that of the inbox.",
        apply=reworking("contact.delete", _passing_over_closed),
        held_out=5,
    ),
    Fault(
        id="LIF-F1240",
        title="A closed workspace takes deletions",
        promises=("LEAD-19",),
        mistake="The check is in what parses the bodies of writes, and a DELETE has none.",
        apply=_deleting_anyway,
        held_out=5,
    ),
    Fault(
        id="STA-F1241",
        title="Another title does not change an article's updated_at",
        promises=("LEAD-16",),
        mistake="The time is set where the content is cut into chunks anew.",
        apply=reworking("article.update", _untouched_by_a_title),
        held_out=5,
    ),
    Fault(
        id="AUT-F1242",
        title="Only an owner's token may read the subscription",
        promises=("LEAD-20",),
        mistake="Billing was taken for a part of the workspace, which is for owners.",
        apply=lambda parts: replace(parts, gate=_BillingForOwners(parts.gate)),
        held_out=5,
    ),
    Fault(
        id="ENV-F1243",
        title="An answer without a body has no X-Request-Id",
        promises=("LEAD-07",),
        mistake="The header is set by what writes JSON.",
        apply=answers(
            lambda _, answered: answered.body == b"",
            lambda answered: answered.without_header("x-request-id"),
        ),
        held_out=5,
    ),
    Fault(
        id="SCH-F1244",
        title="A billing cycle ends a millisecond before the next one begins",
        promises=("LEAD-20",),
        mistake="The end of the month is its last moment, as the invoice prints it.",
        apply=answers(_is_subscription, _ending_within),
        held_out=5,
    ),
)
