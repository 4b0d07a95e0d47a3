"""Faults of Leadiosa, the seventh set planted from its documentation alone."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import requests
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Written, new_id
from reference.leadiosa.conversations import PENDING
from reference.leadiosa.events import conversation_updated
from reference.leadiosa.lists import AUDIT, CHUNKS, CONVERSATIONS, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller, require_permission
from reference.platform import Platform
from reference.webhooks.subscriptions import Subscription, Subscriptions
from reference.webhooks.tables import subscriptions

_SECOND = 1_000_000
_USUAL_PAGE = 25
_A_CONTACT = re.compile(rf"{BASE_PATH}/contacts/[^/]+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True, slots=True)
class _PermissionFirst:
    """Asks what a token may do before it takes one of its requests."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        if request.principal is not None:
            require_permission(request.principal, request.operation_id, request.method)
        return await self.inner.admit(request)


def _permission_first(parts: Parts) -> Parts:
    return replace(parts, gate=_PermissionFirst(parts.gate))


def _cut_anew(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    chunks = change.rows(CHUNKS, written.resource_id)
    anew = [
        {
            "id": new_id("chunk"),
            "article_id": row.article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in chunks
    ]
    change.delete(CHUNKS, chunks)
    change.insert(CHUNKS, anew)
    return written


class _OneSecret(Subscriptions):
    """Lets all endpoints of a workspace have the secret that was made last."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.clock)

    def add(self, connection: Connection, **given: Any) -> Subscription:
        """Keep a subscription."""
        made = super().add(connection, **given)
        of_tenant = (subscriptions.c.api == made.api) & (subscriptions.c.tenant == made.tenant)
        connection.execute(update(subscriptions).where(of_tenant).values(secret=made.secret))
        return made


def _one_secret(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, platform=replace(platform, subscriptions=_OneSecret(platform)))


@dataclass(frozen=True, slots=True)
class _OfFirstPages(Change):
    """A change that reads of what belongs to something as much as a page has."""

    def rows(self, on: List, parent_id: str) -> Sequence[AnyRow]:
        """Return rows of a list."""
        return Change.rows(self, on, parent_id)[:_USUAL_PAGE]


def _erased_by_page(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_OfFirstPages(change.connection, change.workspace, change.at))


def _erased_from_log(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    of_contact = AUDIT.table.c.resource_id == written.resource_id
    entries = select(AUDIT.table).where(AUDIT.rows(change.tenant, ""), of_contact)
    change.delete(AUDIT, change.connection.execute(entries).all())
    return written


def _in_snake_case(attributes: Mapping[Any, Any]) -> dict[Any, Any]:
    return {_CAPITAL.sub(r"_\1", name).lower(): value for name, value in attributes.items()}


def _has_other_case(asked: Asked) -> bool:
    if asked.method != "PATCH" or not _A_CONTACT.fullmatch(asked.path):
        return False
    match asked.fields:
        case {"attributes": {**attributes}}:
            return _in_snake_case(attributes) != attributes
    return False


def _with_other_names(asked: Asked) -> Asked:
    attributes = _in_snake_case(asked.fields["attributes"])
    return asked.with_body(json.dumps({**asked.fields, "attributes": attributes}).encode())


class _ReadByTime(Reader):
    """Tells versions of a list by when a row on it was updated last."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it; all in one state of the database."""
        timed = _timed(of) if "updated_at" in of.table.c else of
        return await super().page(timed, tenant, after, limit, parent_id)


@cache
def _timed(of: List) -> List:
    latest = func.max(of.table.c.updated_at)

    def version(connection: Connection, tenant: str, _name: str) -> int:
        at = connection.scalar(select(latest).where(of.rows(tenant, "")))
        return int(at or 0) // _SECOND

    return replace(of, version=version)


def _read_by_time(parts: Parts) -> Parts:
    honest = parts.reader
    return replace(parts, reader=_ReadByTime(honest.database, honest.cursors))


def _opened(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, request.path.rpartition("/")[2])
    written = work(change)
    after = change.get(CONVERSATION, written.resource_id)
    if before is None or before.assignee_id == after.assignee_id:
        return written
    if (before.status, after.status) != (PENDING, PENDING):
        return written
    change.update(CONVERSATIONS, after, {"status": "open"})
    event = conversation_updated(after.id, "open", after.assignee_id, change.at)
    answer = msgspec.structs.replace(written.answer, status="open")
    return Written(written.resource_id, answer, [event])


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="RAT-F1525",
        title="A request that its token may not make costs nothing",
        promises=("LEAD-11",),
        mistake="Two lines changed places: what is forbidden is refused before it is counted.",
        apply=_permission_first,
        held_out=7,
    ),
    Fault(
        id="LIF-F1526",
        title="Whatever changes of an article, its chunks are others afterwards",
        promises=("LEAD-05", "LEAD-10"),
        mistake="Saving an article cuts it, also where its content is the same.",
        apply=reworking("article.update", _cut_anew),
        held_out=7,
    ),
    Fault(
        id="WHK-F1527",
        title="A new endpoint gives its secret to those that the workspace has",
        promises=("LEAD-17",),
        mistake="The secret moved to the workspace, and each endpoint still makes one.",
        apply=_one_secret,
        held_out=7,
    ),
    Fault(
        id="PRI-F1528",
        title="Of each conversation, erasing a contact redacts the first 25 messages and notes",
        promises=("LEAD-14",),
        mistake="The texts are listed as the API lists them, one page and the usual one.",
        apply=reworking("contact.delete", _erased_by_page),
        held_out=7,
    ),
    Fault(
        id="LIF-F1529",
        title="Erasing a contact takes the entries about it from the audit log",
        promises=("LEAD-18",),
        mistake="Everything that names the contact was to go, the log of it included.",
        apply=reworking("contact.delete", _erased_from_log),
        held_out=7,
    ),
    Fault(
        id="SCH-F1530",
        title="The names of attributes are turned into snake_case",
        promises=("LEAD-14",),
        mistake="What turns the names of fields goes on below those that are free.",
        apply=requests(_has_other_case, _with_other_names),
        held_out=7,
    ),
    Fault(
        id="PAG-F1531",
        title="A cursor outlives a second change within one second, and whatever is deleted",
        promises=("LEAD-10",),
        mistake="The version of a list is the second in which a row of it was updated last.",
        apply=_read_by_time,
        held_out=7,
    ),
    Fault(
        id="STA-F1532",
        title="To assign a pending conversation opens it",
        promises=("LEAD-12",),
        mistake="Who takes a conversation was thought to take it up.",
        apply=reworking("conversation.update", _opened),
        held_out=7,
    ),
)
