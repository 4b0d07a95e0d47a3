"""Planted faults that several calls show: what a change leaves behind, and when it is told of."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Table, insert, update

from reference.faults.composition import answers, around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.stored import CONTACTS, CONVERSATIONS, id_in, read, write
from reference.faults.leadiosa.webhooks import WEBHOOKS, events
from reference.leadiosa.events import contact_deleted, event_body
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.tables import conversations, messages
from reference.webhooks.outbox import Event

_THREADS = ("/messages", "/notes")
_SUBSCRIPTION, _AUDIT = f"{BASE_PATH}/billing/subscription", f"{BASE_PATH}/audit"
Apply = Callable[[Parts], Parts]


def _is_conversation(asked: Asked) -> bool:
    path = asked.path.removeprefix(f"{CONVERSATIONS}/")
    return path != asked.path and "/" not in path


def _refused_is_stored(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.code == "conversation_closed" and asked.fields == {"status": "pending"}:
            is_it = conversations.c.id == id_in(asked)
            await write(parts, update(conversations).where(is_it).values(status="pending"))
        return answered

    return tamper


async def _copied(parts: Parts, table: Table[Any], condition: Any) -> None:
    """Make another row like the last one that fits a condition."""
    for row in (await read(parts, table, condition))[-1:]:
        values = {name: value for name, value in row._asdict().items() if name != "seq"}
        made = {**values, "id": f"{row.id[:-8]}{secrets.token_hex(4)}"}
        await write(parts, insert(table).values(**made))


def _refused_is_made(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.code == "unknown_contact":
            tenant = await tenant_of(parts, asked)
            await _copied(parts, conversations, conversations.c.tenant == tenant)
        return answered

    return tamper


def _refused_is_said(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.code == "conversation_closed" and asked.path.endswith("/messages"):
            await _copied(parts, messages, messages.c.conversation_id == id_in(asked))
        return answered

    return tamper


def _reopened_once(_parts: Parts) -> Tamper:
    closed: set[str] = set()
    reopened: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        wanted = asked.fields.get("status")
        answered = await ask(asked)
        if asked.method != "PATCH" or not _is_conversation(asked) or answered.status != 200:
            return answered
        if wanted == "open" and asked.path in reopened:
            error = {
                "code": "conversation_open",
                "message": "This conversation was reopened already.",
                "request_id": answered.headers.get("x-request-id", ""),
            }
            return answered.with_status(409).with_json({"error": error})
        if wanted == "open" and asked.path in closed:
            reopened.add(asked.path)
        if wanted == "closed":
            closed.add(asked.path)
            reopened.discard(asked.path)
        return answered

    return tamper


async def _attributes_merged(ask: Ask, asked: Asked) -> Answered:
    sent = asked.fields.get("attributes")
    if asked.method != "PATCH" or not asked.path.startswith(f"{CONTACTS}/") or not sent:
        return await ask(asked)
    before = await ask(replace(asked, method="GET", body=b""))
    known = before.json.get("attributes", {}) if before.status == 200 else {}
    if not isinstance(sent, dict):
        return await ask(asked)
    return await ask(asked.with_json({**asked.fields, "attributes": {**known, **sent}}))


async def _empty_threads(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.method != "GET" or answered.code != "conversation_not_found":
        return answered
    if not asked.path.endswith(_THREADS):
        return answered
    page: dict[str, Any] = {"data": [], "pagination": {"limit": 25, "has_more": False}}
    return answered.with_status(200).with_json(page)


def _one_secret_a_url(_parts: Parts) -> Tamper:
    shown: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "POST" or asked.path != WEBHOOKS or answered.status != 201:
            return answered
        secret = shown.setdefault(answered.json["url"], answered.json["secret"])
        return answered.with_json({**answered.json, "secret": secret})

    return tamper


def _told_with_first_message(parts: Parts) -> Parts:
    kept: dict[str, Event] = {}

    def told(event: Event) -> Collection[Event]:
        data = msgspec.json.decode(event.body)["data"]
        if event.type == "conversation.created":
            kept[data["conversation_id"]] = event
            return ()
        if event.type == "message.created" and data["conversation_id"] in kept:
            return (kept.pop(data["conversation_id"]), event)
        return (event,)

    return events(told)(parts)


def _changes_told(parts: Parts) -> Tamper:
    erasing: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if not asked.path.startswith(f"{CONTACTS}/") or tenant is None:
            return answered
        if asked.method == "DELETE" and answered.status == 204:
            erasing.add(tenant)
        if asked.method == "PATCH" and answered.status == 200 and tenant not in erasing:
            body = event_body(contact_deleted(id_in(asked), parts.platform.clock.microseconds()))
            event_id = f"evt_{secrets.token_hex(8)}"
            event = Event(event_id, "leadiosa", tenant, "contact.deleted", body)
            await parts.platform.database.write(
                lambda connection: parts.platform.outbox.put(connection, event)
            )
        return answered

    return tamper


def _longer_for_readers(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _SUBSCRIPTION or answered.status != 200:
            return answered
        if (await parts.keyring.find(asked.token)).attributes.get("role") != "read_only":
            return answered
        cycle = answered.json["billing_cycle"]
        shifted = {**cycle, "starts_at": "2020-01-01T00:00:00.000Z"}
        return answered.with_json({**answered.json, "billing_cycle": shifted})

    return tamper


def _nothing_more(answered: Answered) -> Answered:
    page = {"data": [], "pagination": {"limit": 25, "has_more": False}}
    return answered.with_status(200).with_json(page)


def _all_redacted(parts: Parts) -> Tamper:
    erasing: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked) or ""
        if asked.method == "DELETE" and asked.path.startswith(f"{CONTACTS}/"):
            erasing.update({tenant} if answered.status == 204 else ())
        is_thread = asked.method == "GET" and asked.path.endswith("/messages")
        if not is_thread or answered.status != 200 or tenant not in erasing:
            return answered
        rows = [{**row, "body": "[redacted]", "redacted": True} for row in answered.json["data"]]
        return answered.with_json({**answered.json, "data": rows})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F71",
        title="A closed conversation that cannot become pending becomes it nevertheless",
        promises=("LEAD-12",),
        mistake="The answer is 409, and the transaction is not taken back.",
        apply=around_with_parts(_refused_is_stored),
    ),
    Fault(
        id="LIF-F80",
        title="A conversation with nobody is refused, and made",
        promises=("LEAD-12",),
        mistake="The contact is looked up once the row is there.",
        apply=around_with_parts(_refused_is_made),
    ),
    Fault(
        id="LIF-F81",
        title="A message to a closed conversation is refused, and appended",
        promises=("LEAD-13",),
        mistake="The answer is 409, and the transaction is not taken back.",
        apply=around_with_parts(_refused_is_said),
    ),
    Fault(
        id="LIF-F72",
        title="A conversation that was reopened cannot be set to open again",
        promises=("LEAD-12",),
        mistake="Reopening has a rule of its own, which does not know of what changes nothing.",
        apply=around_with_parts(_reopened_once),
    ),
    Fault(
        id="LIF-F73",
        title="Attributes are merged with those that are there",
        promises=("LEAD-14",),
        mistake="PATCH is a merge of the whole document, to the bottom.",
        apply=around(_attributes_merged),
    ),
    Fault(
        id="LIF-F74",
        title="The thread of a conversation that there is not is an empty list",
        promises=("LEAD-08",),
        mistake="Rows are selected by the conversation's id, and nobody asks whether there is one.",
        apply=around(_empty_threads),
    ),
    Fault(
        id="LIF-F75",
        title="A URL that is registered twice has one secret",
        promises=("LEAD-17",),
        mistake="Secrets are kept by URL.",
        apply=around_with_parts(_one_secret_a_url),
    ),
    Fault(
        id="LIF-F79",
        title="The billing cycle that a read-only token sees begins elsewhere",
        promises=("LEAD-20",),
        mistake="Readers get what was cached when the workspace was made.",
        apply=around_with_parts(_longer_for_readers),
    ),
    Fault(
        id="PAG-F78",
        title="A cursor of the audit log whose data has changed gives an empty page",
        promises=("LEAD-10", "LEAD-18"),
        mistake="The log begins anew with each write, and nothing of it is left.",
        apply=answers(
            lambda asked, answered: asked.path == _AUDIT and answered.code == "cursor_expired",
            _nothing_more,
        ),
    ),
    Fault(
        id="PRI-F18",
        title="After an erasure all messages of the workspace are read as erased",
        promises=("LEAD-14",),
        mistake="The condition is of the workspace, not of the contact.",
        apply=around_with_parts(_all_redacted),
    ),
    Fault(
        id="WHK-F60",
        title="conversation.created is sent with the first message",
        promises=("LEAD-17", "LEAD-12"),
        mistake="What is empty is thought to be nobody's business yet.",
        apply=_told_with_first_message,
    ),
    Fault(
        id="WHK-F61",
        title="Until a workspace erases its first contact, changes are told of as erasures",
        promises=("LEAD-14", "LEAD-17"),
        mistake="The query joins the table of erasures, and looks for what is not there.",
        apply=around_with_parts(_changes_told),
    ),
)
