"""Faults of Leadiosa, planted from its documentation alone."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, func, select, update
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.composition import around
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import (
    Change,
    Precondition,
    Writer,
    Written,
    change_of,
    require_open,
)
from reference.leadiosa.lists import CHUNKS, CONVERSATIONS, MESSAGES, kept_version
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import CONTACT, CONVERSATION, MEMBER, Resource
from reference.leadiosa.security import Caller
from reference.transport_security import came_in_the_clear
from reference.webhooks.profile import Attempt

T = TypeVar("T")
Apply = Callable[[Parts], Parts]
_PAGE = 25
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_AS_SENT = "/:@!$&'()*+,;=~-._"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _under_the_first_secret(parts: Parts) -> Parts:
    first: dict[str, str] = {}

    def cached(attempt: Attempt) -> Attempt:
        return replace(attempt, secret=first.setdefault(attempt.url, attempt.secret))

    planted: Apply = signed(cached)
    return planted(parts)


def _one_page_of_each(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    with_contact = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == _named(request)
    )
    ids = change.connection.scalars(with_contact).all()
    late = [row for conversation in ids for row in change.rows(MESSAGES, conversation)[_PAGE:]]
    written = work(change)
    for row in late:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


class _Anybody(Change):
    """A change that takes every assignee for a member."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the workspace's resource with this id."""
        return self.workspace if resource is MEMBER else Change.find(self, resource, row_id)


class _SameStatusError(Exception):
    """There is nothing to keep: the status is what it was."""


class _StatusFirst(Writer):
    """Keeps the status of a conversation before the assignee is looked at."""

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
        except errors.UnknownAssignee:
            if action == "conversation.update":
                with suppress(_SameStatusError):
                    await self._keep_status(request, work)
            raise

    async def _keep_status(self, request: Request[Caller], work: Work) -> None:
        at = self.clock.microseconds()

        def keep(connection: Connection) -> None:
            locked = change_of(connection, request.principal.tenant, at)
            change = _Anybody(locked.connection, locked.workspace, locked.at)
            before = change.get(CONVERSATION, _named(request))
            work(change)
            after = change.get(CONVERSATION, before.id)
            if after.status == before.status:
                raise _SameStatusError
            change.replace(CONVERSATIONS, [after], {"assignee_id": before.assignee_id})

        await self.database.write_rows(keep)


def _status_first(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_StatusFirst(honest.database, honest.clock, honest.outbox))


def _versions_by_number(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    article_id = _named(request)
    name = CHUNKS.name(article_id)
    number = len(change.rows(CHUNKS, article_id))
    version = kept_version(change.connection, change.tenant, name)
    written = work(change)
    if len(change.rows(CHUNKS, article_id)) == number:
        kept = tables.list_versions
        of_list = (kept.c.tenant == change.tenant) & (kept.c.list == name)
        change.connection.execute(update(kept).where(of_list).values(version=version))
    return written


class _ErasedToo(Change):
    """A change that finds contacts that were erased."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the workspace's resource with this id."""
        found = Change.find(self, resource, row_id)
        if found is not None or resource is not CONTACT:
            return found
        columns = tables.audit_entries.c
        erased = select(tables.audit_entries).where(
            columns.tenant == self.tenant,
            columns.action == "contact.delete",
            columns.resource_id == row_id,
        )
        return self.connection.execute(erased).first()


def _with_the_erased(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_ErasedToo(change.connection, change.workspace, change.at))


def _closed_since_the_first(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    entries = tables.audit_entries.c
    first = change.connection.scalar(
        select(func.min(entries.created_at)).where(
            entries.tenant == change.tenant, entries.action == "workspace.close"
        )
    )
    if first is not None:
        its_own = tables.workspaces.c.tenant == change.tenant
        change.connection.execute(update(tables.workspaces).where(its_own).values(closed_at=first))
    return written


@dataclass(frozen=True, slots=True)
class _DecodedPath:
    """ASGI middleware: of what came in the clear, the path is known as it was decoded."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and came_in_the_clear(scope):
            scope["raw_path"] = quote(scope["path"], safe=_AS_SENT).encode()
        await self.app(scope, receive, send)


def _redirected_to_the_decoded(parts: Parts) -> Parts:
    honest = parts.require_tls
    return replace(parts, require_tls=lambda app: _DecodedPath(honest(app)))


def _callers_id(sent: str | None) -> str | None:
    return sent if sent is not None and _REQUEST_ID.fullmatch(sent) else None


async def _echoed(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    request_id = _callers_id(asked.headers.get("x-request-id"))
    if request_id is None:
        return answered
    echoed = answered.with_header("x-request-id", request_id)
    match answered.json:
        case {"error": {"request_id": str()} as error}:
            return echoed.with_json({"error": {**error, "request_id": request_id}})
    return echoed


class _LoggingTheCallersId(Writer):
    """Writes audit entries with the request id that the caller sent."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        request_id = _callers_id(request.headers.get("x-request-id")) or request.request_id
        renamed = replace(request, request_id=request_id)
        return await Writer.write(self, renamed, action, work, precondition)


def _ids_of_the_caller(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _LoggingTheCallersId(honest.database, honest.clock, honest.outbox)
    planted: Apply = around(_echoed)
    return planted(replace(parts, writer=writer))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F4349",
        title="An endpoint that is registered anew is signed under its URL's former secret",
        promises=("LEAD-17",),
        mistake="Secrets are cached by URL.",
        apply=_under_the_first_secret,
        held_out=22,
    ),
    Fault(
        id="PRI-F4350",
        title="Erasure redacts the first 25 messages of a conversation",
        promises=("LEAD-14",),
        mistake="The messages are read as the list of them is, a page of the default size.",
        apply=reworking("contact.delete", _one_page_of_each),
        held_out=22,
    ),
    Fault(
        id="STA-F4351",
        title="A PATCH that is 422 for its assignee_id has changed the status all the same",
        promises=("LEAD-08", "LEAD-12", "LEAD-18"),
        mistake="The status is saved before the assignee is looked up.",
        apply=_status_first,
        held_out=22,
    ),
    Fault(
        id="PAG-F4352",
        title="Cursors of chunks outlive new content that has as many chunks",
        promises=("LEAD-10", "LEAD-16"),
        mistake="The version of the list is the number of chunks.",
        apply=reworking("article.update", _versions_by_number),
        held_out=22,
    ),
    Fault(
        id="LIF-F4353",
        title="A conversation can be started with a contact that was erased",
        promises=("LEAD-12", "LEAD-14", "LEAD-08"),
        mistake="What is left of the contact is found by its id.",
        apply=reworking("conversation.create", _with_the_erased),
        held_out=22,
    ),
    Fault(
        id="LIF-F4354",
        title="A workspace that is closed a second time is closed since the first",
        promises=("LEAD-19",),
        mistake="closed_at is set where it has no value, and restoring leaves it.",
        apply=reworking("workspace.close", _closed_since_the_first),
        held_out=22,
    ),
    Fault(
        id="TLS-F4355",
        title="The redirect to HTTPS leads to the path as it was decoded",
        promises=("LEAD-01",),
        mistake="The URL is put together of what the framework calls the path.",
        apply=_redirected_to_the_decoded,
        held_out=22,
    ),
    Fault(
        id="ENV-F4356",
        title="A request that brings an X-Request-Id is answered with that one",
        promises=("LEAD-07",),
        mistake="The tracing middleware goes on with the id that it is given.",
        apply=_ids_of_the_caller,
        held_out=22,
    ),
)
