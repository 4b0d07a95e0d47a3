"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, exists, func, select, update

from generated.leadiosa.server import errors, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.keys import ApiKey, Keyring
from reference.leadiosa import tables
from reference.leadiosa.admission import POLICY, allowance
from reference.leadiosa.changing import (
    Change,
    Precondition,
    Writer,
    Written,
    change_of,
    require_open,
)
from reference.leadiosa.conversations import require_not_closed
from reference.leadiosa.lists import API, AUDIT, CONVERSATIONS, MESSAGES, NOTES, List
from reference.leadiosa.parts import TOKEN_PREFIX, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONVERSATION, MEMBER, Resource
from reference.leadiosa.security import Caller, Tokens
from reference.storage.tables import api_keys
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.tables import deliveries

T = TypeVar("T")
_LONGEST_PAGE = 100
_REDACTED_AT_ONCE = 25


class _StatusKnown(Exception):  # noqa: N818 - it tells, and is no error
    """The status that a conversation is to have."""


class _Asking(Change):
    """A change in which everybody is a member, that tells a new status and does nothing."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the resource with this id."""
        return self.workspace if resource is MEMBER else Change.find(self, resource, row_id)

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:  # noqa: ARG002 - it does nothing
        """Tell the status."""
        raise _StatusKnown(values["status"])


class _InTwoSteps(Writer):
    """Changes the status of a conversation, and then finds out about the assignee."""

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
                await self.database.write_rows(
                    lambda connection: self._half(connection, request, work)
                )
            raise

    def _half(
        self, connection: Connection, request: Request[Caller], work: Callable[[Change], object]
    ) -> None:
        at = self.clock.microseconds()
        change = change_of(connection, request.principal.tenant, at)
        try:
            work(_Asking(connection, change.workspace, at))
        except _StatusKnown as known:
            conversation = change.get(CONVERSATION, request.path.rpartition("/")[2])
            change.update(CONVERSATIONS, conversation, {"status": known.args[0]})


def _in_two_steps(parts: Parts) -> Parts:
    honest = parts.writer
    return replace(parts, writer=_InTwoSteps(honest.database, honest.clock, honest.outbox))


class _AHundredAtMost(Reader):
    """Reads a hundred rows at most, so that nothing tells whether more follow them."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        rows, pagination = await Reader.page(self, of, tenant, after, limit, parent_id)
        is_longest = limit == _LONGEST_PAGE
        return rows, models.Pagination(has_more=False) if is_longest else pagination


class _OncePerUrl(Outbox):
    """What is still to be delivered, each event to a URL once."""

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for each URL that wants it, in the transaction of the change."""
        Outbox.put(self, connection, event)
        of_event = deliveries.c.event_id == event.id
        kept = select(func.min(deliveries.c.seq)).where(of_event).group_by(deliveries.c.url)
        connection.execute(delete(deliveries).where(of_event, deliveries.c.seq.not_in(kept)))


def _once_per_url(parts: Parts) -> Parts:
    honest, outbox = parts.writer, _OncePerUrl(parts.platform.clock)
    return replace(parts, writer=Writer(honest.database, honest.clock, outbox))


def _sending_no_more(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    waits = (
        deliveries.c.api == API,
        deliveries.c.tenant == change.tenant,
        deliveries.c.next_at.is_not(None),
    )
    written = work(change)
    given_up = update(deliveries).where(*waits).values(state="failed", next_at=None)
    change.connection.execute(given_up)
    return written


_BY_GOOD_TOKENS = replace(
    AUDIT,
    among=exists().where(
        api_keys.c.id == tables.audit_entries.c.token_id, api_keys.c.expires_at.is_(None)
    ),
)


class _WithTokens(Reader):
    """Reads the audit log together with the tokens that are good."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        shown = _BY_GOOD_TOKENS if of is AUDIT else of
        return await Reader.page(self, shown, tenant, after, limit, parent_id)


def _reading(make: Callable[[Reader], Reader]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, reader=make(parts.reader))


def _status_before_owner(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    named = request.path.split("/")[-2]
    wanted = select(tables.conversations).where(tables.conversations.c.id == named)
    conversation = change.connection.execute(wanted).first()
    if conversation is not None:
        require_not_closed(conversation)
    return work(change)


@dataclass(frozen=True, slots=True)
class _Old:
    """A token that was rotated, and what is known of it."""

    token: str
    key: ApiKey


class _OldUntilUsed(Keyring):
    """Tokens of which an old one is good until the one in its place is used."""

    def __init__(self, parts: Parts) -> None:
        platform = parts.platform
        super().__init__(API, lambda _: TOKEN_PREFIX, platform.database, platform.clock)
        self._before: dict[str, _Old] = {}

    async def find(self, key: str) -> ApiKey:
        """Return what is kept of a token; raise UnknownKeyError."""
        self._before.pop(key, None)
        known = (old.key for old in self._before.values() if old.token == key)
        return next(known, None) or await Keyring.find(self, key)

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new token in place of one; raise UnknownKeyError."""
        old = _Old(key, await Keyring.find(self, key))
        following = await Keyring.rotate(self, key, grace)
        self._before[following] = old
        return following


def _old_until_used(parts: Parts) -> Parts:
    keyring, platform = _OldUntilUsed(parts), parts.platform
    return replace(
        parts,
        keyring=keyring,
        security=Tokens(keyring),
        allowance=allowance(keyring, platform.buckets, platform.clock, POLICY),
    )


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = select(columns.id).where(
        columns.tenant == change.tenant,
        columns.contact_id == request.path.rpartition("/")[2],
    )
    missed = [
        (texts, row)
        for conversation in change.connection.scalars(of_contact).all()
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation)[_REDACTED_AT_ONCE:]
    ]
    written = work(change)
    for texts, row in missed:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F1825",
        title="A status that comes with an unknown assignee is taken, though the answer is 422",
        promises=("LEAD-08", "LEAD-12"),
        mistake="The status changes first, and is kept before the assignee is looked up.",
        apply=_in_two_steps,
        held_out=10,
    ),
    Fault(
        id="PAG-F1826",
        title="A page of a hundred rows says that it is the last",
        promises=("LEAD-09",),
        mistake="One row more than the limit is asked for, of a query that gives a hundred.",
        apply=_reading(lambda honest: _AHundredAtMost(honest.database, honest.cursors)),
        held_out=10,
    ),
    Fault(
        id="WHK-F1827",
        title="Of two endpoints with the same URL, one gets an event",
        promises=("LEAD-17",),
        mistake="What is sent twice to a place was taken for a repetition.",
        apply=_once_per_url,
        held_out=10,
    ),
    Fault(
        id="WHK-F1828",
        title="Closing the workspace gives up the deliveries that wait for a retry",
        promises=("LEAD-17", "LEAD-19"),
        mistake="A workspace that is closed was to have no work left.",
        apply=reworking("workspace.close", _sending_no_more),
        held_out=10,
    ),
    Fault(
        id="LIF-F1829",
        title="The audit log loses the entries of a token that is rotated",
        promises=("LEAD-18",),
        mistake="It is joined with the tokens, of which the query finds the good ones.",
        apply=_reading(lambda honest: _WithTokens(honest.database, honest.cursors)),
        held_out=10,
    ),
    Fault(
        id="TEN-F1830",
        title="A message to another workspace's closed conversation is 409",
        promises=("LEAD-08", "LEAD-13"),
        mistake="The status is looked up by the id alone, before whose conversation it is.",
        apply=reworking("message.create", _status_before_owner),
        held_out=10,
    ),
    Fault(
        id="ROT-F1831",
        title="A rotated token works until the new one is used",
        promises=("LEAD-02",),
        mistake="A rotation was not to lock anybody out who has yet to see the new token.",
        apply=_old_until_used,
        held_out=10,
    ),
    Fault(
        id="PRI-F1832",
        title="Erasure redacts the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="It reads them as a list is read, and takes the first page for the whole.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=10,
    ),
)
