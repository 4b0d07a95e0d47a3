"""Faults of Leadiosa, planted from its documentation alone."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

import httpx2
import msgspec
from sqlalchemy import Connection, select

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import answers
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.admission import POLICY
from reference.leadiosa.changing import Change, Precondition, Writer, Written, new_id, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import (
    ARTICLES,
    AUDIT,
    CONTACTS,
    CONVERSATIONS,
    MESSAGES,
    List,
    Version,
)
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import ARTICLE, CONVERSATION, MEMBER, Resource
from reference.leadiosa.security import Caller, require_permission
from reference.leadiosa.webhooks import CheckTarget
from reference.rate_limits import rate_limit_headers
from reference.token_bucket import TokenBuckets
from reference.webhooks.profile import Attempt

T = TypeVar("T")
Apply = Callable[[Parts], Parts]
_PRIVATE = ip_network("172.16.0.0/12")
_KNOWN_AS_PRIVATE = ip_network("172.16.0.0/16")
_PUBLIC = "93.184.215.14"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _unassigning(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    if written.answer.status != CLOSED:
        return written
    row = change.get(CONVERSATION, written.resource_id)
    change.replace(CONVERSATIONS, [row], {"assignee_id": None})
    return replace(written, answer=msgspec.structs.replace(written.answer, assignee_id=None))


def _reopening_quietly(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    was_closed = before is not None and before.status == CLOSED
    return replace(written, events=()) if was_closed else written


def _sparing_the_closed(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    closed = select(columns.id).where(
        columns.tenant == change.tenant,
        columns.contact_id == _named(request),
        columns.status == CLOSED,
    )
    ids = change.connection.scalars(closed).all()
    texts = [row for conversation in ids for row in change.rows(MESSAGES, conversation)]
    written = work(change)
    for row in texts:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _logging_twice(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is not None and before.content != written.answer.content:
        entry = {
            "id": new_id("aud"),
            "action": "article.update",
            "resource_id": written.resource_id,
            "token_id": request.principal.token_id,
            "request_id": request.request_id,
            "created_at": change.at,
        }
        change.insert(AUDIT, [entry])
    return written


class _AnyMember(Change):
    """A change that takes the members of every workspace for its own."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the resource with this id."""
        if resource is not MEMBER:
            return Change.find(self, resource, row_id)
        wanted = select(tables.members).where(tables.members.c.id == row_id)
        return self.connection.execute(wanted).first()


def _assigning_anybody(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_AnyMember(change.connection, change.workspace, change.at))


class _RemovingAlways(Writer):
    """Removes endpoints whether the workspace is closed or not."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        removes = action == "webhook.delete"
        return await Writer.write(
            self, request, action, work, _nothing_speaks_against if removes else precondition
        )


def _nothing_speaks_against(_workspace: AnyRow) -> None:
    """Raise nothing."""


def _removing_always(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _RemovingAlways(honest.database, honest.clock, honest.outbox)
    return replace(parts, writer=writer)


def _version_by_ids(of: List) -> Version:
    """Return a version of a list that changes with the ids on it, and with nothing else."""

    def version(connection: Connection, tenant: str, _name: str) -> int:
        ids = select(of.table.c.id).where(of.rows(tenant, "")).order_by(of.table.c.id)
        text = msgspec.json.encode(list(connection.scalars(ids)))
        return int.from_bytes(hashlib.sha256(text).digest()[:8])

    return version


_BY_IDS: Mapping[str, List] = {
    of.kind: replace(of, version=_version_by_ids(of)) for of in (CONTACTS, ARTICLES)
}


class _ByIds(Reader):
    """Reads lists whose cursors do not end when a row is changed."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        return await Reader.page(self, _BY_IDS.get(of.kind, of), tenant, after, limit, parent_id)


def _reading_by_ids(parts: Parts) -> Parts:
    return replace(parts, reader=_ByIds(parts.reader.database, parts.reader.cursors))


def _signed_once(parts: Parts) -> Parts:
    first: dict[tuple[str, str], int] = {}

    def at_first(attempt: Attempt) -> Attempt:
        at = first.setdefault((attempt.event_id, attempt.url), attempt.at)
        return replace(attempt, at=at)

    planted: Apply = signed(at_first)
    return planted(parts)


@dataclass(frozen=True, slots=True)
class _FreeHeads:
    """Admission that spends nothing on HEAD."""

    inner: Gate[Caller | None]
    buckets: TokenBuckets

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or request.method != "HEAD":
            return await self.inner.admit(request)
        require_permission(caller, request.operation_id, request.method)
        held = await self.buckets.peek(f"leadiosa/{caller.token_id}", POLICY)
        return rate_limit_headers(POLICY, replace(held, granted=True))


def _half_of_172(check: CheckTarget) -> CheckTarget:
    async def checked(url: str) -> None:
        parsed = httpx2.URL(url)
        await check(str(parsed.copy_with(host=_PUBLIC)) if _is_missed(parsed.host) else url)

    return checked


def _is_missed(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address in _PRIVATE and address not in _KNOWN_AS_PRIVATE


def _emptied(asked: Asked, answered: Answered) -> bool:
    is_contact = asked.path.startswith(f"{BASE_PATH}/contacts/") and asked.method == "PATCH"
    return is_contact and answered.status == 200 and asked.fields.get("attributes") == {}


def _with_attributes(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "attributes": {}})


def _no_article_of_chunks(asked: Asked, answered: Answered) -> bool:
    return asked.path.endswith("/chunks") and answered.code == "article_not_found"


def _no_chunk(answered: Answered) -> Answered:
    return answered.with_json({"error": {**answered.json["error"], "code": "chunk_not_found"}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F861",
        title="To close a conversation takes its assignee away",
        promises=("LEAD-12",),
        mistake="Closed conversations were to disappear from everybody's desk.",
        apply=reworking("conversation.update", _unassigning),
        held_out=1,
    ),
    Fault(
        id="WHK-F862",
        title="Nobody is told of a conversation that is reopened",
        promises=("LEAD-17", "LEAD-12"),
        mistake="Events belong to the transitions that were thought of first.",
        apply=reworking("conversation.update", _reopening_quietly),
        held_out=1,
    ),
    Fault(
        id="WHK-F863",
        title="Retries have the timestamp and the signature of the first attempt",
        promises=("LEAD-17",),
        mistake="The headers are kept with the delivery.",
        apply=_signed_once,
        held_out=1,
    ),
    Fault(
        id="PRI-F864",
        title="Erasure leaves the messages of closed conversations as they are",
        promises=("LEAD-14",),
        mistake="The query looks for conversations that somebody still works at.",
        apply=reworking("contact.delete", _sparing_the_closed),
        held_out=1,
    ),
    Fault(
        id="PAG-F865",
        title="Cursors of contacts and of articles outlive the change of a row",
        promises=("LEAD-10",),
        mistake="The version of a list is computed from the ids on it.",
        apply=_reading_by_ids,
        held_out=1,
    ),
    Fault(
        id="STA-F866",
        title="A closed workspace lets webhook endpoints be removed",
        promises=("LEAD-19",),
        mistake="One route was left out of the check.",
        apply=_removing_always,
        held_out=1,
    ),
    Fault(
        id="AUD-F867",
        title="An article's new content leaves two audit entries",
        promises=("LEAD-18",),
        mistake="Cutting it into chunks writes an entry of its own.",
        apply=reworking("article.update", _logging_twice),
        held_out=1,
    ),
    Fault(
        id="TEN-F868",
        title="A conversation can be handed to a member of another workspace",
        promises=("LEAD-12", "LEAD-08"),
        mistake="On PATCH, the member is looked up by the id alone.",
        apply=reworking("conversation.update", _assigning_anybody),
        held_out=1,
    ),
    Fault(
        id="SCH-F869",
        title="Attributes that were emptied are an empty map in the answer",
        promises=("LEAD-06", "LEAD-14"),
        mistake="The answer echoes what was sent.",
        apply=answers(_emptied, _with_attributes),
        held_out=1,
    ),
    Fault(
        id="RAT-F870",
        title="HEAD spends nothing",
        promises=("LEAD-11",),
        mistake="Only the methods that the contract names are counted.",
        apply=lambda parts: replace(parts, gate=_FreeHeads(parts.gate, parts.platform.buckets)),
        held_out=1,
    ),
    Fault(
        id="SEC-F871",
        title="Webhooks can be registered for addresses from 172.17.0.0 to 172.31.255.255",
        promises=("LEAD-17",),
        mistake="Of 172.16.0.0/12, the first sixteenth was taken for the whole.",
        apply=lambda parts: replace(parts, check_target=_half_of_172(parts.check_target)),
        held_out=1,
    ),
    Fault(
        id="ENV-F872",
        title="The chunks of an article that there is not are chunk_not_found",
        promises=("LEAD-08",),
        mistake="The code is made of the last part of the path.",
        apply=answers(_no_article_of_chunks, _no_chunk),
        held_out=1,
    ),
)
