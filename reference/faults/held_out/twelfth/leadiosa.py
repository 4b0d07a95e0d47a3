"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, exists, select

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import AUDIT, CHUNKS, MESSAGES, NOTES, List, kept_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import AGENT, READ_ONLY, Caller, require_permission
from reference.leadiosa.tables import conversations
from reference.storage.tables import api_keys

T = TypeVar("T")
_A_PAGE = 25
_CONVERSATION, _CONTACT = f"{BASE_PATH}/conversations/", f"{BASE_PATH}/contacts/"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _done_with_the_status(parts: Parts) -> Tamper:
    """Look no further at an update whose status the conversation has already."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        named, fields = asked.path.removeprefix(_CONVERSATION), asked.fields
        tenant = await tenant_of(parts, asked)
        is_update = asked.method == "PATCH" and asked.path == f"{_CONVERSATION}{named}"
        if tenant is None or not is_update or fields.keys() != {"status", "assignee_id"}:
            return await ask(asked)
        before = await parts.platform.database.read(
            lambda connection: CONVERSATION.find(connection, tenant, named)
        )
        is_same = before is not None and before.status == fields["status"] != CLOSED
        return await ask(asked.with_json({"status": fields["status"]}) if is_same else asked)

    return tamper


def _of_contact(change: Change, contact_id: str) -> tuple[str, ...]:
    """Return the ids of a contact's conversations."""
    columns = conversations.c
    its_own = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == contact_id
    )
    return tuple(change.connection.scalars(its_own))


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    spared = [
        (texts, row)
        for conversation in _of_contact(change, _named(request))
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation)[_A_PAGE:]
    ]
    written = work(change)
    for texts, row in spared:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _version_with_notes(connection: Connection, tenant: str, name: str) -> int:
    """Return a version of a conversation's messages that its notes change, too."""
    notes = NOTES.name(name.partition("/")[2])
    return kept_version(connection, tenant, name) + kept_version(connection, tenant, notes)


_WITH_NOTES = replace(MESSAGES, version=_version_with_notes)
_BY_GOOD_TOKENS = replace(
    AUDIT,
    among=~exists().where(
        api_keys.c.id == AUDIT.table.c.token_id, api_keys.c.expires_at.is_not(None)
    ),
)


@dataclass(frozen=True, slots=True)
class _ReadingInstead(Reader):
    """Reads another list where one of a kind is asked for."""

    instead: List

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        read = self.instead if of.kind == self.instead.kind else of
        return await Reader.page(self, read, tenant, after, limit, parent_id)


def _reading(instead: List) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        honest = parts.reader
        return replace(parts, reader=_ReadingInstead(honest.database, honest.cursors, instead))

    return apply


def _telling_where_there_is_more(
    request: Request[Caller], change: Change, work: Work
) -> Written[Any]:
    has_any = bool(_of_contact(change, _named(request)))
    written = work(change)
    return written if has_any else replace(written, events=())


@dataclass(frozen=True, slots=True)
class _AsIfMayWrite:
    """Admission that takes tokens that may only read for those of an agent."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or caller.role != READ_ONLY:
            return await self.inner.admit(request)
        return await self.inner.admit(replace(request, principal=replace(caller, role=AGENT)))


class _AskingForPermission(Writer):
    """Asks only when it is about to write whether the token may."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""
        require_permission(request.principal, request.operation_id, request.method)
        return await Writer.write(self, request, action, work, precondition)


def _permitted_late(parts: Parts) -> Parts:
    honest = parts.writer
    writer = _AskingForPermission(honest.database, honest.clock, honest.outbox)
    # An owner's operations are refused to an agent as well, and as early as ever.
    return replace(parts, gate=_AsIfMayWrite(parts.gate), writer=writer)


def _is_nothing(value: object) -> bool:
    return value is False or (type(value) in (int, float) and value == 0)


def _has_attributes(asked: Asked) -> bool:
    is_contact = asked.method == "PATCH" and asked.path.startswith(_CONTACT)
    return is_contact and isinstance(asked.fields.get("attributes"), dict)


def _with_something(asked: Asked) -> Asked:
    given = asked.fields["attributes"]
    kept = {name: value for name, value in given.items() if not _is_nothing(value)}
    return asked.with_json({**asked.fields, "attributes": kept})


def _overwriting_chunks(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.rows(CHUNKS, _named(request))
    written = work(change)
    kept = len(change.rows(CHUNKS, _named(request)))
    names = ("id", "article_id", "position", "content")
    left = [{name: getattr(row, name) for name in names} for row in before[kept:]]
    change.insert(CHUNKS, left)
    return written


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F2025",
        title="With the status that it has already, a conversation is not assigned",
        promises=("LEAD-12",),
        mistake="A request that repeats the status is taken to ask for nothing.",
        apply=around_with_parts(_done_with_the_status),
        held_out=12,
    ),
    Fault(
        id="PRI-F2026",
        title="Erasure redacts the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="They are looked up with the list's default limit, and no next page is asked for.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=12,
    ),
    Fault(
        id="PAG-F2027",
        title="A note ends the cursors of the messages beside it",
        promises=("LEAD-10", "LEAD-15"),
        mistake="All that is in a conversation has one version.",
        apply=_reading(_WITH_NOTES),
        held_out=12,
    ),
    Fault(
        id="ROT-F2028",
        title="What a token did is no longer in the audit log once it is rotated",
        promises=("LEAD-18",),
        mistake="The log is joined with the tokens that are valid.",
        apply=_reading(_BY_GOOD_TOKENS),
        held_out=12,
    ),
    Fault(
        id="WHK-F2029",
        title="Nobody is told that a contact without conversations was erased",
        promises=("LEAD-17", "LEAD-14"),
        mistake="The event is sent by what redacts the conversations.",
        apply=reworking("contact.delete", _telling_where_there_is_more),
        held_out=12,
    ),
    Fault(
        id="STA-F2030",
        title="What a read-only token writes is validated before it is forbidden",
        promises=("LEAD-08",),
        mistake="Roles are checked where the write is done, not where the request comes in.",
        apply=_permitted_late,
        held_out=12,
    ),
    Fault(
        id="SCH-F2031",
        title="Attributes that are false or 0 are not kept",
        promises=("LEAD-14",),
        mistake="Attributes without a value are left out, and these are taken for such.",
        apply=requests(_has_attributes, _with_something),
        held_out=12,
    ),
    Fault(
        id="LIF-F2032",
        title="Chunks that a shorter content does not need any more stay",
        promises=("LEAD-16",),
        mistake="Chunks are overwritten position by position, and none is removed.",
        apply=reworking("article.update", _overwriting_chunks),
        held_out=12,
    ),
)
