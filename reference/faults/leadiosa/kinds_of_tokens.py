"""Planted faults that show with tokens of one role, or where a write would change nothing."""

from typing import Any

from sqlalchemy import delete, select

from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.leadiosa.stored import CONTACTS, write
from reference.keys import UnknownKeyError
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import CONVERSATIONS
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import AGENT, READ_ONLY, Caller
from reference.leadiosa.tables import audit_entries, conversations

_OF_BODIES = {"content-length", "content-type"}


async def _read_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 403 or not asked.body or asked.json is not None:
        return answered
    refused = refusal(400, "invalid_request", "The body is no JSON.").json["error"]
    error = {**answered.json["error"], **refused}
    return answered.with_status(400).with_json({"error": error})


def _unlogged_notes(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status == 201 and asked.path.endswith("/notes"):
            made = audit_entries.c.request_id == answered.headers["x-request-id"]
            if await _role(parts, asked) == AGENT:
                await write(parts, delete(audit_entries).where(made))
        return answered

    return tamper


async def _role(parts: Parts, asked: Asked) -> object:
    try:
        return (await parts.keyring.find(asked.token)).attributes["role"]
    except UnknownKeyError:
        return None


def _heads_to_look(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "HEAD" or answered.status != 404:
            return answered
        return answered.with_status(200) if await _role(parts, asked) == READ_ONLY else answered

    return tamper


def _moved_with_contact(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    made = written.answer
    if made.assignee_id is not None:
        of_contact = (conversations.c.tenant == change.tenant) & (
            conversations.c.contact_id == made.contact_id
        )
        rows = change.connection.execute(select(conversations).where(of_contact)).all()
        change.replace(CONVERSATIONS, rows, {"assignee_id": made.assignee_id})
    return written


async def _nothing_to_refuse(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "workspace_closed" or asked.method != "PATCH":
        return answered
    headers = {k: v for k, v in asked.headers.items() if k not in _OF_BODIES}
    row = await ask(Asked("GET", asked.path, asked.query_string, headers))
    is_same = row.status == 200 and asked.fields.items() <= row.json.items()
    return row if is_same else answered


def _numbers_to_writers(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_detail = asked.method == "GET" and asked.path.startswith(f"{CONTACTS}/")
        if not is_detail or answered.status != 200 or await _role(parts, asked) != READ_ONLY:
            return answered
        shown = {name: value for name, value in answered.json.items() if name != "phone"}
        return answered.with_json(shown)

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F2311",
        title="A body that is no JSON is 400 also with a token that may not write",
        promises=("LEAD-08",),
        mistake="Bodies are read before it is asked who may do what.",
        apply=around(_read_first),
    ),
    Fault(
        id="AUD-F2312",
        title="What an agent notes leaves no audit entry",
        promises=("LEAD-18",),
        mistake="Notes of agents were thought to be their own affair.",
        apply=around_with_parts(_unlogged_notes),
    ),
    Fault(
        id="LIF-F2313",
        title="To assign a conversation assigns all others of its contact",
        promises=("LEAD-12",),
        mistake="The update is of the contact's conversations, and not of the one.",
        apply=reworking("conversation.update", _moved_with_contact),
    ),
    Fault(
        id="STA-F2314",
        title="In a closed workspace a change that would change nothing is 200",
        promises=("LEAD-19", "LEAD-08"),
        mistake="What is the same already is answered before anything is checked.",
        apply=around(_nothing_to_refuse),
    ),
    Fault(
        id="LIF-F4037",
        title="A read-only token reads a contact without its number",
        promises=("LEAD-08", "LEAD-14"),
        mistake="Who only looks was thought to call nobody.",
        apply=around_with_parts(_numbers_to_writers),
    ),
    Fault(
        id="STA-F3601",
        title="With a read-only token HEAD of what is not there is 200",
        promises=("LEAD-07", "LEAD-08"),
        mistake="HEAD is answered once it is clear that the token may read, without a look.",
        apply=around_with_parts(_heads_to_look),
    ),
)
