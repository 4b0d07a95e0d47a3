"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.keys import Keyring
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.conversations import PENDING
from reference.leadiosa.events import conversation_updated
from reference.leadiosa.lists import API, CHUNKS, CONVERSATIONS, List
from reference.leadiosa.parts import TOKEN_PREFIX, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONTACT, CONVERSATION, Resource
from reference.leadiosa.security import OWNER, READ_ONLY, Caller
from reference.webhooks.tables import deliveries


def _opening_for_the_next(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONVERSATION, request.path.rpartition("/")[2])
    written = work(change)
    told = written.answer
    is_moved = told.assignee_id != before.assignee_id
    if not (is_moved and before.status == told.status == PENDING):
        return written
    row = change.get(CONVERSATION, written.resource_id)
    change.replace(CONVERSATIONS, [row], {"status": "open"})
    event = conversation_updated(written.resource_id, "open", told.assignee_id, change.at)
    return replace(written, answer=msgspec.structs.replace(told, status="open"), events=[event])


def _silent_without_contact(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    conversation = change.get(CONVERSATION, written.answer.conversation_id)
    is_there = change.find(CONTACT, conversation.contact_id) is not None
    return written if is_there else replace(written, events=())


class _OfConversations(Change):
    """A change that knows contacts by their conversations, too."""

    def find(self, resource: Resource, row_id: str) -> AnyRow | None:
        """Return the resource with this id, or a conversation with it."""
        found = Change.find(self, resource, row_id)
        if found is not None or resource is not CONTACT:
            return found
        columns = tables.conversations.c
        with_it = (columns.tenant == self.tenant) & (columns.contact_id == row_id)
        return self.connection.execute(select(tables.conversations).where(with_it)).first()


def _with_anybody_ever_met(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_OfConversations(change.connection, change.workspace, change.at))


def _count_of_chunks(connection: Connection, tenant: str, name: str) -> int:
    of_article = CHUNKS.rows(tenant, name.partition("/")[2])
    counted = select(func.count()).select_from(CHUNKS.table).where(of_article)
    return int(connection.scalar(counted) or 0)


_COUNTED = replace(CHUNKS, version=_count_of_chunks)


class _ByCount(Reader):
    """Reads chunks whose cursors end when there are more or fewer of them."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        counted = _COUNTED if of is CHUNKS else of
        return await Reader.page(self, counted, tenant, after, limit, parent_id)


def _counting_chunks(parts: Parts) -> Parts:
    return replace(parts, reader=_ByCount(parts.reader.database, parts.reader.cursors))


@dataclass(frozen=True, slots=True)
class _OneForReaders:
    """Admission that counts the read-only tokens of a workspace together."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or caller.role != READ_ONLY:
            return await self.inner.admit(request)
        together = replace(caller, token_id=f"{caller.tenant}/{READ_ONLY}")
        return await self.inner.admit(request.by(together))


class _Equal(Change):
    """A change to which equal values are the same."""

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        if all(getattr(row, name) == value for name, value in values.items()):
            return False
        return Change.update(self, on, row, values)


def _unless_equal(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_Equal(change.connection, change.workspace, change.at))


def _giving_up(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = deliveries.c
    waiting = (
        (columns.api == API) & (columns.tenant == change.tenant) & (columns.state == "pending")
    )
    given_up = update(deliveries).where(waiting).values(state="failed", next_at=None)
    change.connection.execute(given_up)
    return work(change)


class _Promoting(Keyring):
    """Keys that are what a key is by default once they are rotated."""

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more."""

        def renew(connection: Connection) -> str:
            old = self._select(connection, key)
            self._expire(connection, old, grace)
            return self._insert(connection, old.tenant, {"role": OWNER})[0]

        return await self._database.write(renew)


def _promoting(parts: Parts) -> Parts:
    platform = parts.platform
    keyring = _Promoting(API, lambda _role: TOKEN_PREFIX, platform.database, platform.clock)
    return replace(parts, keyring=keyring)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F2425",
        title="A pending conversation is open once it is handed to somebody else",
        promises=("LEAD-12",),
        mistake="Whoever takes a conversation over was to find it open.",
        apply=reworking("conversation.update", _opening_for_the_next),
        held_out=13,
    ),
    Fault(
        id="WHK-F2426",
        title="Nobody is told of a message in a conversation whose contact was erased",
        promises=("LEAD-17", "LEAD-13"),
        mistake="The event is made with the contact at hand, and dropped where there is none.",
        apply=reworking("message.create", _silent_without_contact),
        held_out=13,
    ),
    Fault(
        id="PRI-F2427",
        title="A conversation can be started with an erased contact that had one before",
        promises=("LEAD-12", "LEAD-14"),
        mistake="Known contacts are looked up among the conversations as well.",
        apply=reworking("conversation.create", _with_anybody_ever_met),
        held_out=13,
    ),
    Fault(
        id="PAG-F2428",
        title="Cursors of chunks outlive new content that is cut into as many",
        promises=("LEAD-10",),
        mistake="The version of the list is the number of its chunks.",
        apply=_counting_chunks,
        held_out=13,
    ),
    Fault(
        id="RAT-F2429",
        title="The read-only tokens of a workspace share one allowance",
        promises=("LEAD-11",),
        mistake="Dashboards were to have one bucket, so that they leave the agents theirs.",
        apply=lambda parts: replace(parts, gate=_OneForReaders(parts.gate)),
        held_out=13,
    ),
    Fault(
        id="SCH-F2430",
        title="An attribute that is 1 cannot be made true, nor one that is 0 false",
        promises=("LEAD-14",),
        mistake="Whether anything changes is asked with ==, to which 1 is True.",
        apply=reworking("contact.update", _unless_equal),
        held_out=13,
    ),
    Fault(
        id="WHK-F2431",
        title="To close a workspace ends the retries of what was not received",
        promises=("LEAD-17", "LEAD-19"),
        mistake="Closing a workspace clears its queue, and with it what happened before.",
        apply=reworking("workspace.close", _giving_up),
        held_out=13,
    ),
    Fault(
        id="ROT-F2432",
        title="A token that comes of a rotation is an owner's, whatever the old one was",
        promises=("LEAD-02", "LEAD-08", "LEAD-19"),
        mistake="The new token is minted with the role that is the default.",
        apply=_promoting,
        held_out=13,
    ),
)
