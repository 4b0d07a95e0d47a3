"""Faults of Leadiosa, the twenty-fifth set planted from its documentation alone."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv6Address
from typing import Any, TypeVar

import httpx2
from sqlalchemy import delete, insert, select

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.composition import answers, around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import CHUNKS, MESSAGES, NOTES
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.webhooks import CheckTarget

T = TypeVar("T")
_PAGE = 25
_REQUEST_ID = "x-request-id"
_PUBLIC = "93.184.215.14"
_ZEROS_OF_A_MOMENT = re.compile(rb'(?<=_at":")([0-9T:-]{19})(?:\.000|(\.\d{1,2}?)0{1,2})Z"')


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _has_moments(asked: Asked, _answered: Answered) -> bool:
    return not asked.path.endswith("/openapi.json")


def _without_zeros(answered: Answered) -> Answered:
    return replace(answered, body=_ZEROS_OF_A_MOMENT.sub(rb'\1\2Z"', answered.body))


def _by_the_former_status(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, _named(request))
    written = work(change)
    after = change.get(CONVERSATION, _named(request))
    if before.status == CLOSED and after.assignee_id != before.assignee_id:
        raise errors.ConversationClosed(f"Conversation {before.id} is closed. Reopen it first.")
    return written


def _conversations_of(request: Request[Caller], change: Change) -> Sequence[str]:
    columns = tables.conversations.c
    with_contact = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == _named(request)
    )
    return change.connection.scalars(with_contact).all()


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    left: list[AnyRow] = []
    for conversation in _conversations_of(request, change):
        left.extend(change.rows(MESSAGES, conversation)[_PAGE:])
    written = work(change)
    for row in left:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _redacting_unseen(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    lists = [
        of.name(conversation)
        for conversation in _conversations_of(request, change)
        for of in (MESSAGES, NOTES)
    ]
    kept = tables.list_versions
    of_lists = (kept.c.tenant == change.tenant) & kept.c.list.in_(lists)
    before = change.connection.execute(select(kept).where(of_lists)).mappings().all()
    written = work(change)
    change.connection.execute(delete(kept).where(of_lists))
    if before:
        change.connection.execute(insert(kept), [dict(row) for row in before])
    return written


def _keeping_the_tail(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    article = _named(request)
    before = change.rows(CHUNKS, article)
    written = work(change)
    tail = before[len(change.rows(CHUNKS, article)) :]
    names = ("id", "article_id", "position", "content")
    change.insert(CHUNKS, [{name: getattr(row, name) for name in names} for row in tail])
    return written


class _TracedWriter(Writer):
    """Writes into the audit log the id that the client gave its request."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        given = request.headers.get(_REQUEST_ID) or request.request_id
        traced = replace(request, request_id=given)
        return await Writer.write(self, traced, action, work, precondition)


async def _named_by_the_client(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    given = asked.headers.get(_REQUEST_ID)
    if not given:
        return answered
    named = answered.with_header(_REQUEST_ID, given)
    match answered.json:
        case {"error": {**error}}:
            return named.with_json({"error": {**error, "request_id": given}})
    return named


def _traced(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _TracedWriter(honest.database, honest.clock, honest.outbox)
    planted: Callable[[Parts], Parts] = around(_named_by_the_client)
    return planted(replace(parts, writer=writer))


def _missing_the_mapped(check: CheckTarget) -> CheckTarget:
    async def checked(url: str) -> None:
        is_missed = False
        with suppress(httpx2.InvalidURL, ValueError):
            is_missed = IPv6Address(httpx2.URL(url).host).ipv4_mapped is not None
        await check(str(httpx2.URL(url).copy_with(host=_PUBLIC)) if is_missed else url)

    return checked


def _whatever(_workspace: AnyRow) -> None:
    """Raise nothing."""


class _ClosingAgain(Writer):
    """Closes workspaces whether they are closed or not."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        closes = action == "workspace.close"
        return await Writer.write(
            self, request, action, work, _whatever if closes else precondition
        )


def _closing_again(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_ClosingAgain(honest.database, honest.clock, honest.outbox))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F4725",
        title="Times leave out the zeros at the end of their milliseconds, or all three",
        promises=("LEAD-04",),
        mistake="RFC3339Nano was taken for a format of three digits.",
        apply=answers(_has_moments, _without_zeros),
        held_out=25,
    ),
    Fault(
        id="LIF-F4726",
        title="A closed conversation cannot be reopened and assigned in one request",
        promises=("LEAD-12", "LEAD-08"),
        mistake="Whether it can be assigned is asked of the status that it had before.",
        apply=reworking("conversation.update", _by_the_former_status),
        held_out=25,
    ),
    Fault(
        id="PRI-F4727",
        title="Erasure redacts the first 25 messages of a conversation",
        promises=("LEAD-14",),
        mistake="The messages come from the function that reads a page.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=25,
    ),
    Fault(
        id="PAG-F4728",
        title="Cursors of messages and notes outlive the erasure that redacts them",
        promises=("LEAD-10", "LEAD-14"),
        mistake="An UPDATE of many rows passes by what ends the cursors.",
        apply=reworking("contact.delete", _redacting_unseen),
        held_out=25,
    ),
    Fault(
        id="ENV-F4729",
        title="The request id is the X-Request-Id of the request, where it has one",
        promises=("LEAD-07",),
        mistake="The middleware that traces calls inside the house faces the outside.",
        apply=_traced,
        held_out=25,
    ),
    Fault(
        id="WHK-F4730",
        title="Webhooks can be registered for private addresses written as ::ffff:10.0.0.1",
        promises=("LEAD-17",),
        mistake="An IPv6 address is looked up among the private networks of IPv6 alone.",
        apply=lambda parts: replace(parts, check_target=_missing_the_mapped(parts.check_target)),
        held_out=25,
    ),
    Fault(
        id="LIF-F4731",
        title="An article that got shorter keeps the chunks that it has no text for any more",
        promises=("LEAD-16",),
        mistake="Chunks are upserted by their position, and none is removed.",
        apply=reworking("article.update", _keeping_the_tail),
        held_out=25,
    ),
    Fault(
        id="STA-F4732",
        title="A closed workspace can be closed again, and is then closed since now",
        promises=("LEAD-19",),
        mistake="Closing was to be idempotent, so it is let through.",
        apply=_closing_again,
        held_out=25,
    ),
)
