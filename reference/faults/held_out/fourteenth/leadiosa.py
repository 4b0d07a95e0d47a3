"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import delete, select
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.cursors import Cursors
from reference.cursors import Scope as OfList
from reference.faults.composition import answers, around_with_parts, tenant_of
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.cursors import ListCursors
from reference.leadiosa.lists import MESSAGES, NOTES
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import CONTACT, CONVERSATION
from reference.leadiosa.security import Caller
from reference.transport_security import came_in_the_clear
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

T = TypeVar("T")
_PAGE = 25
_LARGEST_PAGE = "100"


@dataclass(frozen=True, slots=True)
class _Decoded:
    """ASGI middleware: what came in the clear is known by its decoded path only."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_clear = scope["type"] == "http" and came_in_the_clear(scope)
        await self.app({**scope, "raw_path": None} if is_clear else scope, receive, send)


def _redirecting_decoded(parts: Parts) -> Parts:
    honest = parts.require_tls
    return replace(parts, require_tls=lambda app: _Decoded(honest(app)))


def _page_of_100(asked: Asked, answered: Answered) -> bool:
    return answered.status == 200 and asked.parameter("limit") == _LARGEST_PAGE


def _last(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "pagination": {"has_more": False}})


@dataclass(frozen=True, slots=True)
class _OfAKind:
    """Cursors that fit each list of their kind, whatever it belongs to."""

    inner: Cursors

    def mint(self, position: int, scope: OfList) -> str:
        """Return the cursor of a position in the list of `scope`."""
        return self.inner.mint(position, _kind(scope))

    def read(self, cursor: str, scope: OfList) -> int:
        """Return the position of a cursor; raise UnknownCursorError where it is none of `scope`."""
        return self.inner.read(cursor, _kind(scope))


def _kind(scope: OfList) -> OfList:
    return {**scope, "list": str(scope["list"]).partition("/")[0]}


def _fitting_the_kind(parts: Parts) -> Parts:
    honest = parts.reader
    cursors = ListCursors(_OfAKind(honest.cursors.cursors))
    return replace(parts, reader=replace(honest, cursors=cursors))


@dataclass(frozen=True, slots=True)
class _Closing(Writer):
    """Does not forget the closing of what is reopened and assigned at once."""

    held: set[str]

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        conversation_id = request.path.partition("/conversations/")[2].partition("/")[0]

        def reopening(change: Change) -> Written[T]:
            before = change.find(CONVERSATION, conversation_id)
            written = work(change)
            after = change.get(CONVERSATION, conversation_id)
            if _reopened(before, after):
                self.held.add(conversation_id)
            elif after.status == CLOSED:
                self.held.discard(conversation_id)
            return written

        def appending(change: Change) -> Written[T]:
            if conversation_id in self.held:
                raise errors.ConversationClosed(f"Conversation {conversation_id} is closed.")
            return work(change)

        reworked = {"conversation.update": reopening, "message.create": appending}
        return await Writer.write(self, request, action, reworked.get(action, work), precondition)


def _reopened(before: AnyRow | None, after: AnyRow) -> bool:
    """Whether a conversation was reopened for somebody else."""
    if before is None or before.status != CLOSED:
        return False
    return bool(after.status != CLOSED and after.assignee_id != before.assignee_id)


def _held_closed(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _Closing(honest.database, honest.clock, honest.outbox, set())
    return replace(parts, writer=writer)


def _erasing_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = select(columns.id).where(
        columns.tenant == change.tenant,
        columns.contact_id == request.path.rpartition("/")[2],
    )
    ids = change.connection.scalars(of_contact).all()
    later = [
        (on, row) for on in (MESSAGES, NOTES) for one in ids for row in change.rows(on, one)[_PAGE:]
    ]
    written = work(change)
    for on, row in later:
        change.replace(on, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _once_a_url(parts: Parts) -> Parts:
    secrets: dict[tuple[str, str], str] = {}

    def around(deliver: Deliver) -> Deliver:
        async def once(attempt: Attempt) -> Outcome:
            secret = secrets.setdefault((attempt.event_id, attempt.url), attempt.secret)
            return await deliver(attempt) if secret == attempt.secret else Outcome(200, None)

        return once

    planted: Callable[[Parts], Parts] = attempts(around)
    return planted(parts)


class _LoggingChanges(Writer):
    """Takes the audit entry back of an update of a contact that changed nothing."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        changes: list[bool] = []

        def watched(change: Change) -> Written[T]:
            contact_id = request.path.rpartition("/")[2]
            before = change.find(CONTACT, contact_id)
            written = work(change)
            changes.append(before != change.find(CONTACT, contact_id))
            return written

        answer = await Writer.write(self, request, action, watched, precondition)
        if action == "contact.update" and not any(changes):
            columns = tables.audit_entries.c
            entry = delete(tables.audit_entries).where(columns.request_id == request.request_id)
            await self.database.write(lambda connection: connection.execute(entry))
        return answer


def _logging_changes(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _LoggingChanges(honest.database, honest.clock, honest.outbox)
    return replace(parts, writer=writer)


def _now(parts: Parts) -> str:
    moment = parts.platform.clock.now()
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _first_closing(parts: Parts) -> Tamper:
    """Tell when a workspace was closed for the first time."""
    first: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if tenant is None or answered.status != 200:
            return answered
        if asked.path == f"{BASE_PATH}/workspace/close":
            first.setdefault(tenant, _now(parts))
        if asked.path == f"{BASE_PATH}/workspace/archive-status" and answered.json["archived"]:
            since = first.get(tenant, answered.json["closed_at"])
            return answered.with_json({**answered.json, "closed_at": since})
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="TLS-F2525",
        title="The redirect to HTTPS goes to the path as it was decoded",
        promises=("LEAD-01",),
        mistake="Frameworks hand paths over decoded.",
        apply=_redirecting_decoded,
        held_out=14,
    ),
    Fault(
        id="PAG-F2526",
        title="A page of 100 rows is always the last one",
        promises=("LEAD-09",),
        mistake="One row more than the limit is asked for, and the query gives no more than 100.",
        apply=answers(_page_of_100, _last),
        held_out=14,
    ),
    Fault(
        id="PAG-F2527",
        title="A cursor of one conversation's or article's list fits another's",
        promises=("LEAD-10",),
        mistake="Cursors are bound to the kind of the list.",
        apply=_fitting_the_kind,
        held_out=14,
    ),
    Fault(
        id="LIF-F2528",
        title="A conversation that is reopened and assigned at once takes no messages",
        promises=("LEAD-12", "LEAD-13"),
        mistake="Assigning is saved first, and what is left of reopening is never reached.",
        apply=_held_closed,
        held_out=14,
    ),
    Fault(
        id="PRI-F2529",
        title="Erasure redacts the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="The texts are read by the page, and one page is read.",
        apply=reworking("contact.delete", _erasing_a_page),
        held_out=14,
    ),
    Fault(
        id="WHK-F2530",
        title="Of two endpoints with the same URL, one is sent to",
        promises=("LEAD-17",),
        mistake="What was sent is remembered by event and URL, so that nothing is sent twice.",
        apply=_once_a_url,
        held_out=14,
    ),
    Fault(
        id="AUD-F2531",
        title="An update of a contact that changes nothing leaves no audit entry",
        promises=("LEAD-18",),
        mistake="The log is written where a row is.",
        apply=_logging_changes,
        held_out=14,
    ),
    Fault(
        id="LIF-F2532",
        title="A workspace that is closed again is archived since it was first",
        promises=("LEAD-19",),
        mistake="Restoring keeps the moment, and closing sets it where there is none.",
        apply=around_with_parts(_first_closing),
        held_out=14,
    ),
)
