"""More faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import answers, requests
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.conversations import CLOSED
from reference.leadiosa.lists import CHUNKS, CONVERSATIONS, MESSAGES, NOTES, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import OWNER, Caller

_ONE_PAGE = 25
_DECEMBER = "12"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _before_it_is_open(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None or before.status != CLOSED:
        return written
    if written.answer.assignee_id != before.assignee_id:
        raise errors.ConversationClosed(f"Conversation {before.id} is closed. Reopen it first.")
    return written


def _telling_of_statuses(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    is_handed_on = before is not None and before.status == written.answer.status
    return replace(written, events=()) if is_handed_on else written


def _past_one_page(change: Change, contact_id: str) -> list[tuple[List, AnyRow]]:
    """Return what was written in a contact's conversations, but for one page of each list."""
    return [
        (texts, row)
        for conversation in change.rows(CONVERSATIONS, "")
        if conversation.contact_id == contact_id
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation.id)[_ONE_PAGE:]
    ]


def _redacting_one_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    missed = _past_one_page(change, _named(request))
    written = work(change)
    for texts, row in missed:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _leaving_the_rest(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    article_id = _named(request)
    before = change.rows(CHUNKS, article_id)
    written = work(change)
    count = len(change.rows(CHUNKS, article_id))
    left = [
        {
            "id": row.id,
            "article_id": article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in before
        if row.position >= count
    ]
    change.insert(CHUNKS, left)
    return written


class _FromPositionZero(Reader):
    """Reads chunks from the start where the cursor is of the first of them."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        page = await Reader.page(self, of, tenant, after, limit, parent_id)
        if of is not CHUNKS or after is None or page[0][0].position != 1:
            return page
        return await Reader.page(self, of, tenant, None, limit, parent_id)


def _reading_from_zero(parts: Parts) -> Parts:
    return replace(parts, reader=_FromPositionZero(parts.reader.database, parts.reader.cursors))


@dataclass(frozen=True, slots=True)
class _OpenArchiveStatus:
    """Admission that lets anybody read the archive status."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or request.operation_id != "getArchiveStatus":
            return await self.inner.admit(request)
        return await self.inner.admit(request.by(replace(caller, role=OWNER)))


def _is_nothing(value: object) -> bool:
    return isinstance(value, str | int | float) and not value


def _has_nothings(asked: Asked) -> bool:
    is_contact = asked.path.startswith(f"{BASE_PATH}/contacts/") and asked.method == "PATCH"
    attributes = asked.fields.get("attributes")
    return (
        is_contact and isinstance(attributes, dict) and any(map(_is_nothing, attributes.values()))
    )


def _without_nothings(asked: Asked) -> Asked:
    given = asked.fields["attributes"]
    kept = {name: value for name, value in given.items() if not _is_nothing(value)}
    return asked.with_json({**asked.fields, "attributes": kept})


def _is_cycle_of_december(asked: Asked, answered: Answered) -> bool:
    if asked.path != f"{BASE_PATH}/billing/subscription" or answered.status != 200:
        return False
    starts_at: str = answered.json["billing_cycle"]["starts_at"]
    return starts_at[5:7] == _DECEMBER


def _ending_in_its_year(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    ends_at = f"{cycle['starts_at'][:4]}{cycle['ends_at'][4:]}"
    return answered.with_json({**answered.json, "billing_cycle": {**cycle, "ends_at": ends_at}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="STA-F4657",
        title="To reopen a conversation for somebody else is 409",
        promises=("LEAD-12", "LEAD-08"),
        mistake="The assignee is checked against the status that was, not the one asked for.",
        apply=reworking("conversation.update", _before_it_is_open),
        held_out=24,
    ),
    Fault(
        id="PRI-F4658",
        title="Erasure redacts the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="They are found by the function that lists them, with its default limit.",
        apply=reworking("contact.delete", _redacting_one_page),
        held_out=24,
    ),
    Fault(
        id="PAG-F4659",
        title="The cursor of an article's first chunk leads to the first chunk again",
        promises=("LEAD-09", "LEAD-16"),
        mistake="The position 0 is taken for none.",
        apply=_reading_from_zero,
        held_out=24,
    ),
    Fault(
        id="AUT-F4660",
        title="The archive status can be read by those who are no owners",
        promises=("LEAD-19", "LEAD-08"),
        mistake="The route was added later, and not to the list of the owners' routes.",
        apply=lambda parts: replace(parts, gate=_OpenArchiveStatus(parts.gate)),
        held_out=24,
    ),
    Fault(
        id="WHK-F4661",
        title="Nobody is told of a conversation that only has another assignee",
        promises=("LEAD-17", "LEAD-12"),
        mistake="The event belongs to the transition of the status.",
        apply=reworking("conversation.update", _telling_of_statuses),
        held_out=24,
    ),
    Fault(
        id="SCH-F4662",
        title="Attributes that are false, 0 or an empty text are dropped",
        promises=("LEAD-14",),
        mistake="What has no value is left out, and told by its being falsy.",
        apply=requests(_has_nothings, _without_nothings),
        held_out=24,
    ),
    Fault(
        id="LIF-F4663",
        title="Content that is cut into fewer chunks leaves the last ones of the old",
        promises=("LEAD-16",),
        mistake="Chunks are replaced by their position, and what is left over is not deleted.",
        apply=reworking("article.update", _leaving_the_rest),
        held_out=24,
    ),
    Fault(
        id="SCH-F4664",
        title="In December, the billing cycle ends in the January before it",
        promises=("LEAD-20",),
        mistake="The month after is computed, and the year is not.",
        apply=answers(_is_cycle_of_december, _ending_in_its_year),
        held_out=24,
    ),
)
