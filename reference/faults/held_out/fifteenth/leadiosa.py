"""Faults of Leadiosa, planted from its documentation alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from generated.leadiosa.server.runtime import Gate, Request
from generated.leadiosa.server.runtime.answers import encode_json
from reference.collection import AnyRow
from reference.faults.composition import around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.keys import ApiKey, Keyring
from reference.leadiosa.admission import POLICY, allowance
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import API, CHUNKS, CONVERSATIONS, MESSAGES, List
from reference.leadiosa.parts import BASE_PATH, TOKEN_PREFIX, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONTACT, CONVERSATION, Resource
from reference.leadiosa.security import Caller
from reference.leadiosa.tables import audit_entries
from reference.leadiosa.timestamps import timestamp

_REQUEST_ID = "x-request-id"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


class _ContactsStay(Change):
    """A change that takes every contact for one that is still there."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the resource with this id."""
        found = Change.find(self, resource, row_id)
        return self.workspace if found is None and resource is CONTACT else found


def _noting_all(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_ContactsStay(change.connection, change.workspace, change.at))


def _reopening_alone(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None or before.status != CLOSED:
        return written
    row = change.get(CONVERSATION, written.resource_id)
    change.replace(CONVERSATIONS, [row], {"assignee_id": before.assignee_id})
    answer = msgspec.structs.replace(written.answer, assignee_id=before.assignee_id)
    return replace(written, answer=answer)


def _count_of_messages(connection: Connection, tenant: str, name: str) -> int:
    conversation = name.removeprefix(f"{MESSAGES.kind}/")
    of_conversation = MESSAGES.rows(tenant, conversation)
    counted = select(func.count()).select_from(MESSAGES.table).where(of_conversation)
    return connection.scalar(counted) or 0


_COUNTED = replace(MESSAGES, version=_count_of_messages)


class _Counting(Reader):
    """Reads threads whose cursors end when there are more messages, and only then."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        read = _COUNTED if of is MESSAGES else of
        return await Reader.page(self, read, tenant, after, limit, parent_id)


def _counting(parts: Parts) -> Parts:
    return replace(parts, reader=_Counting(parts.reader.database, parts.reader.cursors))


@dataclass(frozen=True, slots=True)
class _SharedByRole:
    """Admission of which the tokens of a role have one bucket."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        shared = replace(caller, token_id=f"{caller.tenant}/{caller.role}")
        return await self.inner.admit(replace(request, principal=shared))


class _NamedByRole(Keyring):
    """Keys that go by the name of their role."""

    async def find(self, key: str) -> ApiKey:
        """Return what is kept of a key; raise UnknownKeyError."""
        found = await Keyring.find(self, key)
        return replace(found, id=f"{found.tenant}/{found.attributes['role']}")


def _sharing(parts: Parts) -> Parts:
    platform = parts.platform
    keyring = _NamedByRole(API, lambda _: TOKEN_PREFIX, platform.database, platform.clock)
    shown = allowance(keyring, platform.buckets, platform.clock, POLICY)
    return replace(parts, gate=_SharedByRole(parts.gate), allowance=shown)


def _moving_quietly(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    is_moved = (
        before is not None
        and before.assignee_id is not None
        and before.status == written.answer.status
    )
    return replace(written, events=()) if is_moved else written


def _closed_at_first(parts: Parts) -> Tamper:
    """Say of a workspace that it was closed when it was closed for the first time."""
    columns = audit_entries.c

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_status = asked.path == f"{BASE_PATH}/workspace/archive-status"
        tenant = await tenant_of(parts, asked)
        if not is_status or answered.status != 200 or "closed_at" not in answered.json:
            return answered
        closings = select(func.min(columns.created_at)).where(
            columns.tenant == tenant, columns.action == "workspace.close"
        )
        at = await parts.platform.database.read(lambda connection: connection.scalar(closings))
        if at is None:
            return answered
        first = json.loads(encode_json(timestamp(at)))
        return answered.with_json({**answered.json, "closed_at": first})

    return tamper


def _leaving_the_tail(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.rows(CHUNKS, _named(request))
    written = work(change)
    count = len(change.rows(CHUNKS, written.resource_id))
    tail = [
        {
            "id": row.id,
            "article_id": row.article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in before[count:]
    ]
    change.insert(CHUNKS, tail)
    return written


async def _known_by_its_own_name(ask: Ask, asked: Asked) -> Answered:
    """Take the request id that a client sends for that of the request."""
    answered = await ask(asked)
    sent = asked.headers.get(_REQUEST_ID)
    if not sent or _REQUEST_ID not in answered.headers:
        return answered
    named = answered.with_header(_REQUEST_ID, sent)
    match answered.json:
        case {"error": {"request_id": _, **error}}:
            return named.with_json({"error": {**error, "request_id": sent}})
    return named


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F2661",
        title="What is noted on an erased contact's conversation can be read",
        promises=("LEAD-14", "LEAD-15"),
        mistake="Only messages look whether the contact is still there.",
        apply=reworking("note.create", _noting_all),
        held_out=15,
    ),
    Fault(
        id="LIF-F2662",
        title="The assignment in a request that reopens is lost",
        promises=("LEAD-12",),
        mistake="To reopen is a branch of its own, which sets the status.",
        apply=reworking("conversation.update", _reopening_alone),
        held_out=15,
    ),
    Fault(
        id="PAG-F2663",
        title="The cursors of a thread outlive the redaction of its messages",
        promises=("LEAD-10",),
        mistake="The version of a thread is how many messages it has, since none is ever changed.",
        apply=_counting,
        held_out=15,
    ),
    Fault(
        id="RAT-F2664",
        title="The tokens of one role share one allowance",
        promises=("LEAD-11",),
        mistake="The bucket is named after the workspace and the role.",
        apply=_sharing,
        held_out=15,
    ),
    Fault(
        id="WHK-F2665",
        title="Nobody is told of an assignment that is moved",
        promises=("LEAD-17", "LEAD-12"),
        mistake="The event asks whether there is an assignee, and not whether it is the same one.",
        apply=reworking("conversation.update", _moving_quietly),
        held_out=15,
    ),
    Fault(
        id="LIF-F2666",
        title="A workspace that is closed again is said to be closed since the first time",
        promises=("LEAD-19",),
        mistake="The moment is looked up in the audit log, and the oldest entry is taken.",
        apply=around_with_parts(_closed_at_first),
        held_out=15,
    ),
    Fault(
        id="SCH-F2667",
        title="An article that becomes shorter keeps the last of its old chunks",
        promises=("LEAD-16",),
        mistake="Chunks are overwritten one by one, and those that are left over stay.",
        apply=reworking("article.update", _leaving_the_tail),
        held_out=15,
    ),
    Fault(
        id="ENV-F2668",
        title="The request id is what the client sends as X-Request-Id",
        promises=("LEAD-07",),
        mistake="The id was to be followed from service to service.",
        apply=around(_known_by_its_own_name),
        held_out=15,
    ),
)
