"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx2
import msgspec
from sqlalchemy import select, update

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import answers
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import CHUNKS, CONTACTS, MESSAGES, NOTES, kept_version
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import CONTACT, CONVERSATION
from reference.leadiosa.security import OWNER, Caller
from reference.leadiosa.timestamps import timestamp
from reference.leadiosa.webhooks import CheckTarget

_PAGE = 25
_MISSED = ip_network("fd00::/8")
_PUBLIC = "93.184.215.14"
_IN_A_PATH = "/:@!$&'()*+,;=~"
_OF_CONTACTS = ("name", "email", "phone", "attributes")


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _with_contact(change: Change, contact_id: str) -> Sequence[str]:
    """Return the ids of a contact's conversations."""
    columns = tables.conversations.c
    its_own = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == contact_id
    )
    return change.connection.scalars(its_own).all()


def _redacting_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    beyond = [
        (texts, row)
        for conversation_id in _with_contact(change, _named(request))
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation_id)[_PAGE:]
    ]
    written = work(change)
    for texts, row in beyond:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _telling_the_new_assignee(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    if before is None or before.assignee_id != written.answer.assignee_id:
        return written
    return replace(written, events=[_without_assignee(event) for event in written.events])


def _without_assignee(event: Any) -> models.ConversationUpdatedEvent:
    data = msgspec.structs.replace(event.data, assignee_id=None)
    told: models.ConversationUpdatedEvent = msgspec.structs.replace(event, data=data)
    return told


def _redacting_beside_the_lists(
    request: Request[Caller], change: Change, work: Work
) -> Written[Any]:
    names = [
        texts.name(conversation_id)
        for conversation_id in _with_contact(change, _named(request))
        for texts in (MESSAGES, NOTES)
    ]
    before = {name: kept_version(change.connection, change.tenant, name) for name in names}
    written = work(change)
    columns = tables.list_versions.c
    for name, version in before.items():
        of_list = (columns.tenant == change.tenant) & (columns.list == name)
        restored = update(tables.list_versions).where(of_list).values(version=version)
        change.connection.execute(restored)
    return written


@dataclass(frozen=True, slots=True)
class _HeadForAll:
    """Admission that asks for an owner where GET is asked, and not HEAD."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None or request.method != "HEAD":
            return await self.inner.admit(request)
        return await self.inner.admit(request.by(replace(caller, role=OWNER)))


def _keeping_last_chunks(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.rows(CHUNKS, _named(request))
    written = work(change)
    count = len(change.rows(CHUNKS, written.resource_id))
    left = [
        {
            "id": row.id,
            "article_id": row.article_id,
            "position": row.position,
            "content": row.content,
        }
        for row in before
        if row.position >= count
    ]
    change.insert(CHUNKS, left)
    return written


def _half_of_local(check: CheckTarget) -> CheckTarget:
    async def checked(url: str) -> None:
        parsed = httpx2.URL(url)
        await check(str(parsed.copy_with(host=_PUBLIC)) if _is_missed(parsed.host) else url)

    return checked


def _is_missed(host: str) -> bool:
    try:
        return ip_address(host) in _MISSED
    except ValueError:
        return False


def _comparing_values(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONTACT, _named(request))
    written = work(change)
    after = change.find(CONTACT, _named(request))
    if before is None or after is None:
        return written
    if any(getattr(before, name) != getattr(after, name) for name in _OF_CONTACTS):
        return written
    kept = {"attributes": before.attributes, "updated_at": before.updated_at}
    change.replace(CONTACTS, [after], kept)
    answer = msgspec.structs.replace(
        written.answer,
        attributes=before.attributes or None,
        updated_at=timestamp(before.updated_at),
    )
    return replace(written, answer=answer)


def _is_redirect(_: Asked, answered: Answered) -> bool:
    return answered.status == 308


def _to_the_decoded_path(answered: Answered) -> Answered:
    target = urlsplit(answered.headers["location"])
    decoded = target._replace(path=quote(unquote(target.path), safe=_IN_A_PATH))
    return answered.with_header("location", decoded.geturl())


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F4831",
        title="Erasure redacts no more than the first 25 messages and notes of a conversation",
        promises=("LEAD-14",),
        mistake="The texts are read as a list is, and nobody asks for the next page.",
        apply=reworking("contact.delete", _redacting_a_page),
        held_out=27,
    ),
    Fault(
        id="WHK-F4832",
        title="conversation.updated names the assignee only where it is another one",
        promises=("LEAD-17", "LEAD-12"),
        mistake="The event is made of what has changed.",
        apply=reworking("conversation.update", _telling_the_new_assignee),
        held_out=27,
    ),
    Fault(
        id="PAG-F4833",
        title="Cursors of messages and notes outlive the erasure of the contact",
        promises=("LEAD-10", "LEAD-14"),
        mistake="Redaction is a statement of its own, past what ends cursors.",
        apply=reworking("contact.delete", _redacting_beside_the_lists),
        held_out=27,
    ),
    Fault(
        id="AUT-F4834",
        title="HEAD of the workspace and its archive status is answered to any token",
        promises=("LEAD-19", "LEAD-08"),
        mistake="Owners are asked for by method and path, and HEAD is not in the table.",
        apply=lambda parts: replace(parts, gate=_HeadForAll(parts.gate)),
        held_out=27,
    ),
    Fault(
        id="LIF-F4835",
        title="An article that becomes shorter keeps the last chunks of what it was",
        promises=("LEAD-16",),
        mistake="New chunks are written over the old ones, position by position.",
        apply=reworking("article.update", _keeping_last_chunks),
        held_out=27,
    ),
    Fault(
        id="WHK-F4836",
        title="Webhooks can be registered for private addresses that begin with fd",
        promises=("LEAD-17",),
        mistake="Of fc00::/7, the first half was taken for the whole.",
        apply=lambda parts: replace(parts, check_target=_half_of_local(parts.check_target)),
        held_out=27,
    ),
    Fault(
        id="SCH-F4837",
        title="An attribute that turns from true to 1, or from 0 to false, stays as it was",
        promises=("LEAD-14",),
        mistake="Values are compared in a language where they are equal.",
        apply=reworking("contact.update", _comparing_values),
        held_out=27,
    ),
    Fault(
        id="TLS-F4838",
        title="The redirect to HTTPS goes to the decoded path: %2F has become a slash",
        promises=("LEAD-01",),
        mistake="The address is put together from the path that the framework has decoded.",
        apply=answers(_is_redirect, _to_the_decoded_path),
        held_out=27,
    ),
)
