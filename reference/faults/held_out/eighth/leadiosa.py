"""Faults of Leadiosa, the eighth set planted from its documentation alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from starlette.types import Scope

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.deliveries import attempts
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.admission import POLICY, whole_allowance
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import API, CHUNKS, MESSAGES, NOTES, List
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import READ_ONLY, Caller
from reference.leadiosa.tables import conversations
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver
from reference.webhooks.subscriptions import forget_subscriptions


@dataclass(frozen=True, slots=True)
class _GetAlone:
    """Takes whatever is not GET for a write."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        headers = await self.inner.admit(request)
        caller = request.principal
        if caller is not None and caller.role == READ_ONLY and request.method != "GET":
            raise errors.Forbidden("This token may only read.")
        return headers


def _get_alone(parts: Parts) -> Parts:
    return replace(parts, gate=_GetAlone(parts.gate))


def _over_the_old(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    article_id = request.path.rpartition("/")[2]
    before = change.rows(CHUNKS, article_id)
    written = work(change)
    left = before[len(change.rows(CHUNKS, article_id)) :]
    stale = [
        {
            "id": row.id,
            "article_id": row.article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in left
    ]
    change.insert(CHUNKS, stale)
    return written


def _to_the_path(deliver: Deliver) -> Deliver:
    async def delivered(attempt: Attempt) -> Outcome:
        return await deliver(replace(attempt, url=attempt.url.partition("?")[0]))

    return delivered


def _told_by_conversation(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    of_contact = (conversations.c.tenant == change.tenant) & (
        conversations.c.contact_id == written.resource_id
    )
    conversation = change.connection.scalar(select(conversations.c.id).where(of_contact).limit(1))
    return written if conversation is not None else replace(written, events=())


def _unsubscribed(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    forget_subscriptions(change.connection, API, change.tenant)
    return written


class _RedactingUnseen(Change):
    """A change after which messages and notes are on lists that did not change."""

    __slots__ = ()

    def _end_cursors(self, on: List, parent_ids: Iterable[Any]) -> None:
        if on is not MESSAGES and on is not NOTES:
            super()._end_cursors(on, parent_ids)


def _redacted_unseen(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_RedactingUnseen(change.connection, change.workspace, change.at))


class _ComparingValues(Change):
    """A change that leaves a row alone whose values are equal, as Python has it."""

    __slots__ = ()

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        if all(getattr(row, name) == value for name, value in values.items()):
            return False
        return super().update(on, row, values)


def _compared(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_ComparingValues(change.connection, change.workspace, change.at))


def _shown_whole(parts: Parts) -> Parts:
    async def whole(_scope: Scope) -> Mapping[str, str]:
        return whole_allowance(POLICY, parts.platform.clock)

    return replace(parts, allowance=whole)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1625",
        title="A token that may only read may not send HEAD",
        promises=("LEAD-08",),
        mistake="Whatever is not GET was taken for a write.",
        apply=_get_alone,
        held_out=8,
    ),
    Fault(
        id="LIF-F1626",
        title="An article whose content got shorter keeps the last of its old chunks",
        promises=("LEAD-16",),
        mistake="The new chunks are written over the old ones, place by place.",
        apply=reworking("article.update", _over_the_old),
        held_out=8,
    ),
    Fault(
        id="WHK-F1627",
        title="What follows the question mark of an endpoint's URL is not sent to it",
        promises=("LEAD-17",),
        mistake="The address is put together from scheme, host and path.",
        apply=attempts(_to_the_path),
        held_out=8,
    ),
    Fault(
        id="PRI-F1628",
        title="Nobody is told that a contact was erased who had no conversation",
        promises=("LEAD-17", "LEAD-14"),
        mistake="The event is sent where the conversations are redacted, if there are any.",
        apply=reworking("contact.delete", _told_by_conversation),
        held_out=8,
    ),
    Fault(
        id="LIF-F1629",
        title="A workspace that was closed and restored has no webhook endpoints any more",
        promises=("LEAD-19", "LEAD-17"),
        mistake="Closing removes them, so that nothing is sent, and nothing brings them back.",
        apply=reworking("workspace.close", _unsubscribed),
        held_out=8,
    ),
    Fault(
        id="PAG-F1630",
        title="The cursors of messages and notes outlive that a contact is erased",
        promises=("LEAD-10", "LEAD-14"),
        mistake="One statement redacts all texts, past what ends the cursors.",
        apply=reworking("contact.delete", _redacted_unseen),
        held_out=8,
    ),
    Fault(
        id="SCH-F1631",
        title="An attribute that is changed from 1 to true, or from 0 to false, stays a number",
        promises=("LEAD-14",),
        mistake="A change is none where all values are equal, and to Python 1 is True.",
        apply=reworking("contact.update", _compared),
        held_out=8,
    ),
    Fault(
        id="RAT-F1632",
        title="Of an unknown path, or a wrong method, the answer shows the whole allowance",
        promises=("LEAD-11",),
        mistake="What never came to the limiter is given the headers of a fresh bucket.",
        apply=_shown_whole,
        held_out=8,
    ),
)
