"""Faults of Leadiosa, planted from its documentation alone."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Gate, Request
from generated.leadiosa.server.runtime.answers import encode_json
from reference.collection import AnyRow
from reference.faults.composition import answers, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import MESSAGES, List, change_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.security import Caller
from reference.leadiosa.timestamps import timestamp
from reference.leadiosa.workspace import workspace_of
from reference.storage.database import Database
from reference.webhooks.tables import attempts, deliveries

_READING = {"GET", "HEAD"}


def _parent(request: Request[Caller]) -> str:
    """Return the id of the conversation that a path of its messages or notes names."""
    return request.path.split("/")[-2]


def _ending_the_thread(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    change_version(change.connection, change.tenant, MESSAGES.name(_parent(request)))
    return written


def _naming_the_thread(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return replace(work(change), resource_id=_parent(request))


def _dropping_what_waits(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = select(columns.id).where(
        columns.tenant == change.tenant,
        columns.contact_id == request.path.rpartition("/")[2],
    )
    written = work(change)
    ids = change.connection.scalars(of_contact).all()
    waiting = select(deliveries.c.seq, deliveries.c.body).where(
        deliveries.c.api == "leadiosa",
        deliveries.c.tenant == change.tenant,
        deliveries.c.next_at.is_not(None),
    )
    for seq, body in change.connection.execute(waiting).all():
        if json.loads(body)["data"].get("conversation_id") in ids:
            change.connection.execute(delete(attempts).where(attempts.c.delivery == seq))
            change.connection.execute(delete(deliveries).where(deliveries.c.seq == seq))
    return written


class _EqualInPython(Change):
    """A change that takes values for the same where Python does."""

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        if all(getattr(row, name) == value for name, value in values.items()):
            return False
        return Change.update(self, on, row, values)


def _comparing_in_python(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_EqualInPython(change.connection, change.workspace, change.at))


def _closed_since(parts: Parts) -> Tamper:
    """Tell of the last time that a workspace was closed, whether it was restored or not."""
    path, columns = f"{BASE_PATH}/workspace/archive-status", tables.audit_entries.c

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != path or answered.status != 200 or answered.json["archived"]:
            return answered
        tenant = await tenant_of(parts, asked)
        closing = select(func.max(columns.created_at)).where(
            columns.tenant == tenant, columns.action == "workspace.close"
        )
        at = await parts.platform.database.read(lambda connection: connection.scalar(closing))
        if at is None:
            return answered
        closed_at = json.loads(encode_json(timestamp(at)))
        return answered.with_json({**answered.json, "closed_at": closed_at})

    return tamper


@dataclass(frozen=True, slots=True)
class _ClosedBeforeForbidden:
    """Admission that looks at the workspace before it looks at the role."""

    inner: Gate[Caller | None]
    database: Database

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        try:
            return await self.inner.admit(request)
        except errors.Forbidden:
            if caller is None or request.method in _READING:
                raise
            tenant = caller.tenant
            workspace = await self.database.read(
                lambda connection: workspace_of(connection, tenant)
            )
            if workspace.closed_at is None:
                raise
            message = "This workspace is closed. Restore it first."
            raise errors.WorkspaceClosed(message) from None


def _articles_of_others(parts: Parts) -> Tamper:
    """Say of another workspace's article that it is one."""
    prefix, columns = f"{BASE_PATH}/knowledge/", tables.articles.c

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.code != "article_not_found":
            return answered
        named = asked.path.removeprefix(prefix).partition("/")[0]
        known = select(columns.id).where(columns.id == named)
        found = await parts.platform.database.read(lambda connection: connection.scalar(known))
        message = f"Article {named} does not exist."
        if found is not None:
            message = f"Article {named} belongs to another workspace."
        return answered.with_json({"error": {**answered.json["error"], "message": message}})

    return tamper


def _with_another_request_id(answered: Answered) -> Answered:
    request_id = f"req_{secrets.token_hex(12)}"
    return answered.with_json({"error": {**answered.json["error"], "request_id": request_id}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F3549",
        title="A note ends the cursors of the messages of its conversation",
        promises=("LEAD-10",),
        mistake="Messages and notes share the version of their conversation.",
        apply=reworking("note.create", _ending_the_thread),
        held_out=18,
    ),
    Fault(
        id="LIF-F3550",
        title="The archive status of a restored workspace still says since when it was closed",
        promises=("LEAD-19",),
        mistake="Restoring puts the status back and leaves the time where it is.",
        apply=around_with_parts(_closed_since),
        held_out=18,
    ),
    Fault(
        id="WHK-F3551",
        title="Erasing a contact drops the events of its conversations that wait for a retry",
        promises=("LEAD-17",),
        mistake="Whatever is about the contact was to go, and what waits was taken for personal.",
        apply=reworking("contact.delete", _dropping_what_waits),
        held_out=18,
    ),
    Fault(
        id="STA-F3552",
        title="In a closed workspace, a write that the token may not do is 409 instead of 403",
        promises=("LEAD-08", "LEAD-19"),
        mistake="The state of the workspace is checked in front of the role.",
        apply=lambda parts: replace(
            parts, gate=_ClosedBeforeForbidden(parts.gate, parts.platform.database)
        ),
        held_out=18,
    ),
    Fault(
        id="LIF-F3553",
        title="The audit entry of a message names the conversation",
        promises=("LEAD-18",),
        mistake="The id is taken from the path.",
        apply=reworking("message.create", _naming_the_thread),
        held_out=18,
    ),
    Fault(
        id="ENV-F3554",
        title="The request id in the body of a 429 is another one than in its header",
        promises=("LEAD-07",),
        mistake="The limiter makes its answer, and an id for it, by itself.",
        apply=answers(lambda _, answered: answered.status == 429, _with_another_request_id),
        held_out=18,
    ),
    Fault(
        id="SCH-F3555",
        title="An attribute cannot be changed from 1 to true, nor from false to 0",
        promises=("LEAD-14",),
        mistake="Whether anything changes is asked with ==, to which 1 is True.",
        apply=reworking("contact.update", _comparing_in_python),
        held_out=18,
    ),
    Fault(
        id="TEN-F3556",
        title="The 404 of another workspace's article says that it is one",
        promises=("LEAD-16", "LEAD-08"),
        mistake="A message that was to help whoever has two workspaces.",
        apply=around_with_parts(_articles_of_others),
        held_out=18,
    ),
)
