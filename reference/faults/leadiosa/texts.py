"""Planted faults of what was written, and of whom: what it reads as, and what is left of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import select, update

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Rework, Work, reworking
from reference.faults.leadiosa.stored import CONTACTS as PATH
from reference.faults.leadiosa.stored import id_in, read
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import CONTACTS, MESSAGES, NOTES
from reference.leadiosa.parts import Parts
from reference.leadiosa.resources import CONTACT, CONVERSATION
from reference.leadiosa.security import AGENT, Caller
from reference.leadiosa.tables import contacts, messages, notes

_NUMBER = re.compile(r"\d+\.\d+")
_MONTH = 30 * 86_400_000_000


def _is_number(asked: Asked) -> bool:
    is_text = asked.method == "POST" and asked.path.endswith(("/messages", "/notes"))
    body = asked.fields.get("body") if is_text else None
    return isinstance(body, str) and _NUMBER.fullmatch(body) is not None


def _as_number(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "body": str(float(asked.fields["body"]))})


def _conversation(request: Request[Caller]) -> str:
    """Return the id of the conversation whose texts a path leads to."""
    return request.path.split("/")[-2]


def _only_within_a_month(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    said = change.rows(MESSAGES, _conversation(request))
    if said and said[-1].created_at < change.at - _MONTH:
        raise errors.ConversationClosed("Nobody has written for a month.")
    return work(change)


def _archived_once() -> Rework:
    """Put back, at every closing, what the first one has archived."""
    archives: dict[str, Sequence[AnyRow]] = {}

    def rework(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
        if change.tenant not in archives:
            wanted = select(messages).where(messages.c.tenant == change.tenant)
            archives[change.tenant] = change.connection.execute(wanted).all()
        for row in archives[change.tenant]:
            change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
        return work(change)

    return rework


def _with_one_archive(parts: Parts) -> Parts:
    return reworking("workspace.close", _archived_once())(parts)


def _naming_the_erased(parts: Parts) -> Tamper:
    """Tell whoever starts a conversation with an erased contact who that was."""
    names: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.method == "DELETE" and asked.path.startswith(f"{PATH}/"):
            for row in await read(parts, contacts, contacts.c.id == id_in(asked)):
                names[row.id] = row.name or ""
        answered = await ask(asked)
        if answered.code != "unknown_contact" or asked.fields["contact_id"] not in names:
            return answered
        told = f"The contact_id is that of {names[asked.fields['contact_id']]}, who was erased."
        return answered.with_json({"error": {**answered.json["error"], "message": told}})

    return tamper


def _by_address(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.get(CONTACT, request.path.rpartition("/")[2])
    written = work(change)
    after = change.get(CONTACT, before.id)
    new: Mapping[str, object] = {"name": after.name, "attributes": after.attributes}
    for row in change.rows(CONTACTS, ""):
        if row.email == before.email is not None:
            change.update(CONTACTS, row, new)
    return written


def _unmarked_once_reopened(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    conversation = change.get(CONVERSATION, _conversation(request))
    written = work(change)
    if conversation.status != "open" or conversation.updated_at == conversation.created_at:
        return written
    return replace(written, answer=msgspec.structs.replace(written.answer, redacted=None))


def _by_agents(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    if request.principal.role != AGENT:
        return written
    made = messages.c.id == written.resource_id
    change.connection.execute(update(messages).where(made).values(author="agent"))
    return replace(written, answer=msgspec.structs.replace(written.answer, author="agent"))


def _without_notes(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    wanted = select(notes).where(notes.c.tenant == change.tenant)
    change.delete(NOTES, change.connection.execute(wanted).all())
    return work(change)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4580",
        title="A message or note that reads as a number loses its zeros",
        promises=("LEAD-13", "LEAD-15"),
        mistake="What can be read as a number is, before it is stored.",
        apply=requests(_is_number, _as_number),
    ),
    Fault(
        id="LIF-F4581",
        title="A conversation takes no message a month after its last one",
        promises=("LEAD-13",),
        mistake="The window of a messenger, in which one may answer, is that of all channels.",
        apply=reworking("message.create", _only_within_a_month),
    ),
    Fault(
        id="PRI-F4582",
        title="Closing the workspace once more brings back what was erased since it first was",
        promises=("LEAD-14",),
        mistake="The archive is written once, and read at each closing.",
        apply=_with_one_archive,
    ),
    Fault(
        id="PRI-F4583",
        title="Who starts a conversation with an erased contact is told who that was",
        promises=("LEAD-14",),
        mistake="The error is made friendlier with what is left in a cache.",
        apply=around_with_parts(_naming_the_erased),
    ),
    Fault(
        id="LIF-F4584",
        title="A change of a contact reaches whoever has the same address",
        promises=("LEAD-14",),
        mistake="The row to be changed is found by its email.",
        apply=reworking("contact.update", _by_address),
    ),
    Fault(
        id="PRI-F4585",
        title="In a reopened conversation of an erased contact no message is said to be redacted",
        promises=("LEAD-14",),
        mistake="To open a conversation anew takes the mark off it.",
        apply=reworking("message.create", _unmarked_once_reopened),
    ),
    Fault(
        id="LIF-F4586",
        title="Notes are gone once the workspace is restored",
        promises=("LEAD-15", "LEAD-19"),
        mistake="The archive has no notes.",
        apply=reworking("workspace.restore", _without_notes),
    ),
    Fault(
        id="LIF-F4587",
        title="What an agent's token appends for a contact is said to come from the team",
        promises=("LEAD-13",),
        mistake="The author is read off the token.",
        apply=reworking("message.create", _by_agents),
    ),
)
