"""More faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, select, update

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.admission import POLICY
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.lists import CHUNKS, MESSAGES, NOTES, change_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONTACT, CONVERSATION, Resource
from reference.leadiosa.security import Caller
from reference.rate_limits import rate_limit_headers

T = TypeVar("T")
Apply = Callable[[Parts], Parts]
_BATCH = 25
_CHANGED: Mapping[models.AuditAction, Resource] = {
    "article.update": ARTICLE,
    "contact.update": CONTACT,
    "conversation.update": CONVERSATION,
}


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _closed_at_first(parts: Parts) -> Parts:
    first: dict[str, int] = {}

    def closing(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
        written = work(change)
        at = first.setdefault(change.tenant, change.at)
        of_tenant = tables.workspaces.c.tenant == change.tenant
        closed = update(tables.workspaces).where(of_tenant).values(closed_at=at)
        change.connection.execute(closed)
        return written

    planted: Apply = reworking("workspace.close", closing)
    return planted(parts)


def _erasing_a_batch(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == _named(request)
    )
    left = [
        (texts, row)
        for conversation in change.connection.scalars(of_contact).all()
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation)[_BATCH:]
    ]
    written = work(change)
    for texts, row in left:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _touching_chunks(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is not None and before.title != written.answer.title:
        change_version(change.connection, change.tenant, CHUNKS.name(written.resource_id))
    return written


class _Diffing(Writer):
    """Keeps no audit entry of a write that left things as they were."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        resource = _CHANGED.get(action)
        if resource is None:
            return await Writer.write(self, request, action, work, precondition)
        same: list[bool] = []

        def watched(change: Change) -> Written[T]:
            before = change.find(resource, _named(request))
            written = work(change)
            same.append(before == change.find(resource, _named(request)))
            return written

        answer = await Writer.write(self, request, action, watched, precondition)
        if same[-1]:
            entries = tables.audit_entries
            entry = delete(entries).where(entries.c.request_id == request.request_id)
            await self.database.write(lambda connection: connection.execute(entry))
        return answer


def _diffing(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_Diffing(honest.database, honest.clock, honest.outbox))


def _telling_of_the_former(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None or before.status == written.answer.status:
        return written
    events: list[Any] = [
        msgspec.structs.replace(
            event, data=msgspec.structs.replace(event.data, assignee_id=before.assignee_id)
        )
        for event in written.events
        if isinstance(event, models.ConversationUpdatedEvent)
    ]
    return replace(written, events=events)


def _document_for_a_request(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != f"{BASE_PATH}/openapi.json" or answered.status != 200:
            return answered
        if await tenant_of(parts, asked) is None:
            return answered
        key = await parts.keyring.find(asked.token)
        grant = await parts.platform.buckets.take(f"leadiosa/{key.id}", POLICY)
        for name, value in rate_limit_headers(POLICY, replace(grant, granted=True)).items():
            answered = answered.with_header(name.lower(), value)
        return answered

    return tamper


def _state_before_role(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        action = asked.path.removeprefix(f"{BASE_PATH}/workspace/")
        tenant = await tenant_of(parts, asked)
        if answered.status != 403 or action not in {"close", "restore"} or tenant is None:
            return answered
        columns = tables.workspaces.c
        kept = select(columns.closed_at.is_not(None)).where(columns.tenant == tenant)
        is_closed = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if is_closed != (action == "close"):
            return answered
        code = "workspace_closed" if is_closed else "workspace_active"
        said = {"code": code, "message": "The workspace is in that state already."}
        return answered.with_status(409).with_json({"error": {**answered.json["error"], **said}})

    return tamper


def _is_empty(value: object) -> bool:
    return isinstance(value, bool | int | float | str) and not value


def _has_empty_attributes(asked: Asked) -> bool:
    attributes = asked.fields.get("attributes")
    is_contact = asked.method == "PATCH" and asked.path.startswith(f"{BASE_PATH}/contacts/")
    return is_contact and isinstance(attributes, dict) and any(map(_is_empty, attributes.values()))


def _without_empty_attributes(asked: Asked) -> Asked:
    given = asked.fields["attributes"].items()
    kept = {name: value for name, value in given if not _is_empty(value)}
    return asked.with_json({**asked.fields, "attributes": kept})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F2749",
        title="A workspace that is closed again is closed since the first time",
        promises=("LEAD-19",),
        mistake="closed_at is set where it was never set before.",
        apply=_closed_at_first,
        held_out=16,
    ),
    Fault(
        id="PRI-F2750",
        title="Of each conversation, erasure redacts 25 messages and 25 notes",
        promises=("LEAD-14",),
        mistake="The texts are read as a list is, and its first page is taken for all.",
        apply=reworking("contact.delete", _erasing_a_batch),
        held_out=16,
    ),
    Fault(
        id="PAG-F2751",
        title="An article's new title ends the cursors of its chunks",
        promises=("LEAD-10",),
        mistake="Whatever is new about an article, the list of its chunks gets another version.",
        apply=reworking("article.update", _touching_chunks),
        held_out=16,
    ),
    Fault(
        id="LIF-F2752",
        title="A PATCH that changes nothing leaves no audit entry",
        promises=("LEAD-18",),
        mistake="Entries are written of what differs before and after.",
        apply=_diffing,
        held_out=16,
    ),
    Fault(
        id="WHK-F2753",
        title="Where the status changes as well, subscribers are told of the former assignee",
        promises=("LEAD-17", "LEAD-12"),
        mistake="The event is made when the status has changed, and the assignment comes after.",
        apply=reworking("conversation.update", _telling_of_the_former),
        held_out=16,
    ),
    Fault(
        id="RAT-F2754",
        title="The OpenAPI document spends a request of a token that is sent along",
        promises=("LEAD-11", "LEAD-21"),
        mistake="Requests are counted wherever there is a token.",
        apply=around_with_parts(_document_for_a_request),
        held_out=16,
    ),
    Fault(
        id="STA-F2755",
        title="To close a closed workspace or restore an active one is 409 for anybody",
        promises=("LEAD-08", "LEAD-19"),
        mistake="The state is looked at before the role.",
        apply=around_with_parts(_state_before_role),
        held_out=16,
    ),
    Fault(
        id="SCH-F2756",
        title="Attributes that are false, 0 or empty are not kept",
        promises=("LEAD-14",),
        mistake="What has no value is left out, by asking whether it is true.",
        apply=requests(_has_empty_attributes, _without_empty_attributes),
        held_out=16,
    ),
)
