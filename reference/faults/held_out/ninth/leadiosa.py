"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import func, select, update

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.lists import CHUNKS, MESSAGES, NOTES, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import OWNER, Caller

T = TypeVar("T")
Apply = Callable[[Parts], Parts]
_PAGE = 25
_REQUEST_ID = "x-request-id"


def _as_assigned(parts: Parts) -> Tamper:
    """Let those pass who assign a closed conversation to whom it is assigned."""
    prefix = f"{BASE_PATH}/conversations/"

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        named = asked.path.removeprefix(prefix)
        is_update = asked.method == "PATCH" and asked.path == f"{prefix}{named}"
        tenant = await tenant_of(parts, asked) if is_update else None
        if tenant is None or asked.fields.keys() != {"assignee_id"}:
            return await ask(asked)
        kept = await parts.platform.database.read(
            lambda connection: CONVERSATION.find(connection, tenant, named)
        )
        if kept is None or (kept.status, kept.assignee_id) != (CLOSED, asked.fields["assignee_id"]):
            return await ask(asked)
        return await ask(asked.with_json({"status": CLOSED}))

    return tamper


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _conversations_with(change: Change, contact_id: str) -> list[str]:
    columns = tables.conversations.c
    with_contact = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == contact_id
    )
    return [*change.connection.scalars(with_contact)]


def _erasing_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    spared = [
        (texts, row)
        for conversation in _conversations_with(change, _named(request))
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation)[_PAGE:]
    ]
    written = work(change)
    for texts, row in spared:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _cutting_always(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    article = written.answer
    change.delete(CHUNKS, change.rows(CHUNKS, article.id))
    change.insert(CHUNKS, chunks_of(article.id, article.content))
    return written


class _NotesOfAnybody(Reader):
    """Reads the notes on conversations of whichever workspace: there are none of the caller's."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        try:
            return await Reader.page(self, of, tenant, after, limit, parent_id)
        except errors.ConversationNotFound:
            known = select(tables.conversations.c.id).where(tables.conversations.c.id == parent_id)
            if of is not NOTES or not await self.database.read(lambda db: db.scalar(known)):
                raise
            return [], models.Pagination(has_more=False)


def _notes_of_anybody(parts: Parts) -> Parts:
    reader = _NotesOfAnybody(parts.reader.database, parts.reader.cursors)
    return replace(parts, reader=reader)


def _told_by_conversation(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    times = len(_conversations_with(change, written.resource_id))
    return replace(written, events=[*written.events] * times)


def _closed_since_the_first(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    log, workspaces = tables.audit_entries.c, tables.workspaces
    closings = select(func.min(log.created_at)).where(
        log.tenant == change.tenant, log.action == "workspace.close"
    )
    first = change.connection.scalar(closings)
    written = work(change)
    if first is not None:
        of_tenant = update(workspaces).where(workspaces.c.tenant == change.tenant)
        change.connection.execute(of_tenant.values(closed_at=first))
    return written


@dataclass(frozen=True, slots=True)
class _OpenToHead:
    """Admission that knows no rule for HEAD."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or request.method != "HEAD":
            return await self.inner.admit(request)
        return await self.inner.admit(request.by(replace(caller, role=OWNER)))


class _LoggingWhatIsSent(Writer):
    """Logs the request ids that callers send."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        sent = request.headers.get(_REQUEST_ID) or request.request_id
        named = replace(request, request_id=sent)
        return await Writer.write(self, named, action, work, precondition)


async def _answering_what_is_sent(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    sent = asked.headers.get(_REQUEST_ID)
    if not sent:
        return answered
    named = answered.with_header(_REQUEST_ID, sent)
    if answered.code is None:
        return named
    return named.with_json({"error": {**answered.json["error"], "request_id": sent}})


def _trusting_request_ids(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _LoggingWhatIsSent(honest.database, honest.clock, honest.outbox)
    planted: Apply = around(_answering_what_is_sent)
    return planted(replace(parts, writer=writer))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="STA-F1725",
        title="A closed conversation can be assigned to whom it is assigned already",
        promises=("LEAD-12", "LEAD-08"),
        mistake="What changes nothing is let through before the status is looked at.",
        apply=around_with_parts(_as_assigned),
        held_out=9,
    ),
    Fault(
        id="PRI-F1726",
        title="Erasure redacts the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="The texts are read with what lists them, a page of the usual size.",
        apply=reworking("contact.delete", _erasing_a_page),
        held_out=9,
    ),
    Fault(
        id="PAG-F1727",
        title="A new title of an article ends the cursors of its chunks",
        promises=("LEAD-10",),
        mistake="Every update cuts the article anew.",
        apply=reworking("article.update", _cutting_always),
        held_out=9,
    ),
    Fault(
        id="TEN-F1728",
        title="The notes on another workspace's conversation are an empty list, and not 404",
        promises=("LEAD-08", "LEAD-15"),
        mistake="The rows are selected by the workspace, the conversation by its id alone.",
        apply=_notes_of_anybody,
        held_out=9,
    ),
    Fault(
        id="WHK-F1729",
        title="An erased contact is told of once for each of its conversations, or never",
        promises=("LEAD-17",),
        mistake="The event is sent in the loop over the conversations.",
        apply=reworking("contact.delete", _told_by_conversation),
        held_out=9,
    ),
    Fault(
        id="LIF-F1730",
        title="A workspace that is closed again says that it is since it was the first time",
        promises=("LEAD-19",),
        mistake="The moment is that of the first closing in the log.",
        apply=reworking("workspace.close", _closed_since_the_first),
        held_out=9,
    ),
    Fault(
        id="AUT-F1731",
        title="HEAD on the workspace and its archive status is for everybody",
        promises=("LEAD-19", "LEAD-08"),
        mistake="The rules for roles name GET and POST.",
        apply=lambda parts: replace(parts, gate=_OpenToHead(parts.gate)),
        held_out=9,
    ),
    Fault(
        id="HDR-F1732",
        title="A request that brings an X-Request-Id is answered and logged with that",
        promises=("LEAD-07",),
        mistake="The id of a proxy of one's own is trusted from anybody.",
        apply=_trusting_request_ids,
        held_out=9,
    ),
)
