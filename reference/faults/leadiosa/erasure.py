"""Planted faults of erasure: what of a contact stays, and what goes with it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from reference.collection import AnyRow
from reference.faults.composition import (
    around_with_parts,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.records import Apply
from reference.faults.leadiosa.stored import (
    CONTACTS,
    id_in,
    read,
    write,
)
from reference.leadiosa.parts import Parts
from reference.leadiosa.redaction import REDACTED
from reference.leadiosa.tables import (
    audit_entries,
    contacts,
    conversations,
    messages,
    notes,
)

_MONTH = 30 * 86_400_000_000


def _around_erasure(
    after: Callable[[Parts, str, AnyRow, Sequence[AnyRow], Sequence[AnyRow]], Awaitable[None]],
) -> Apply:
    """Do something after a contact was erased, with what there was before."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            if asked.method != "DELETE" or not asked.path.startswith(f"{CONTACTS}/"):
                return await ask(asked)
            contact_id = id_in(asked)
            its_own = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
            found = await read(parts, contacts, contacts.c.id == contact_id)
            said = await read(parts, messages, messages.c.conversation_id.in_(its_own))
            noted = await read(parts, notes, notes.c.conversation_id.in_(its_own))
            answered = await ask(asked)
            if answered.status == 204 and found:
                await after(parts, contact_id, found[0], said, noted)
            return answered

        return tamper

    return around_with_parts(make)


def _restored(table: Table[Any], rows: Sequence[AnyRow]) -> list[Any]:
    return [
        update(table).where(table.c.seq == row.seq).values(body=row.body, redacted=row.redacted)
        for row in rows
    ]


async def _messages_stay(
    parts: Parts, _id: str, _row: AnyRow, said: Sequence[AnyRow], _noted: Sequence[AnyRow]
) -> None:
    await write(parts, *_restored(messages, said))


async def _notes_stay(
    parts: Parts, _id: str, _row: AnyRow, _said: Sequence[AnyRow], noted: Sequence[AnyRow]
) -> None:
    await write(parts, *_restored(notes, noted))


async def _old_texts_stay(
    parts: Parts, _id: str, _row: AnyRow, said: Sequence[AnyRow], noted: Sequence[AnyRow]
) -> None:
    since = parts.platform.clock.microseconds() - _MONTH
    for table, rows in ((messages, said), (notes, noted)):
        await write(parts, *_restored(table, [row for row in rows if row.created_at < since]))


async def _messages_go(
    parts: Parts, _id: str, _row: AnyRow, said: Sequence[AnyRow], _noted: Sequence[AnyRow]
) -> None:
    await write(parts, *(delete(messages).where(messages.c.seq == row.seq) for row in said))


async def _namesakes_go_too(
    parts: Parts, _id: str, row: AnyRow, _said: Sequence[AnyRow], _noted: Sequence[AnyRow]
) -> None:
    with_address = (contacts.c.tenant == row.tenant) & (contacts.c.email == row.email)
    its_own = conversations.c.contact_id.in_(select(contacts.c.id).where(with_address))
    theirs = messages.c.conversation_id.in_(select(conversations.c.id).where(its_own))
    await write(parts, update(messages).where(theirs).values(**asdict(REDACTED)))


async def _contact_stays(
    parts: Parts, _id: str, row: AnyRow, _said: Sequence[AnyRow], _noted: Sequence[AnyRow]
) -> None:
    await write(parts, insert(contacts).values(**row._asdict()))


async def _named_in_audit(
    parts: Parts, contact_id: str, row: AnyRow, _said: Sequence[AnyRow], _noted: Sequence[AnyRow]
) -> None:
    is_it = (audit_entries.c.resource_id == contact_id) & (
        audit_entries.c.action == "contact.delete"
    )
    named = f"{contact_id} ({row.name}, {row.email})"
    await write(parts, update(audit_entries).where(is_it).values(resource_id=named))


def _still_readable(_parts: Parts) -> Tamper:
    seen: dict[tuple[str, str], Answered] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        is_detail = asked.path.startswith(f"{CONTACTS}/")
        key = (asked.token, asked.path)
        if is_detail and asked.method == "DELETE":
            before = await ask(Asked("GET", asked.path, b"", asked.headers))
            if before.status == 200:
                seen[key] = before
        answered = await ask(asked)
        if is_detail and asked.method == "GET" and answered.status == 404:
            return seen.get(key, answered)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F11",
        title="Erasing a contact leaves its messages",
        promises=("LEAD-14",),
        mistake="Only the record is deleted.",
        apply=_around_erasure(_messages_stay),
    ),
    Fault(
        id="PRI-F12",
        title="Erasing a contact leaves the notes about it",
        promises=("LEAD-14",),
        mistake="Notes were added later.",
        apply=_around_erasure(_notes_stay),
    ),
    Fault(
        id="PRI-F13",
        title="An erased contact can be read by its id",
        promises=("LEAD-14",),
        mistake="Erasing sets a flag that only lists look at.",
        apply=around_with_parts(_still_readable),
    ),
    Fault(
        id="PRI-F14",
        title="The audit log names whom it was that was erased",
        promises=("LEAD-14",),
        mistake="The entry was made to be of help.",
        apply=_around_erasure(_named_in_audit),
    ),
    Fault(
        id="PRI-F15",
        title="An erased contact is still there",
        promises=("LEAD-14",),
        mistake="The transaction is never committed.",
        apply=_around_erasure(_contact_stays),
    ),
    Fault(
        id="PRI-F16",
        title="Erasing a contact removes its messages",
        promises=("LEAD-14",),
        mistake="The foreign key cascades.",
        apply=_around_erasure(_messages_go),
    ),
    Fault(
        id="PRI-F4042",
        title="An erasure reaches the messages of whoever has the same address",
        promises=("LEAD-14",),
        mistake="What is to be erased is found by the address.",
        apply=_around_erasure(_namesakes_go_too),
    ),
    Fault(
        id="PRI-F19",
        title="Erasing a contact leaves what was written more than 30 days ago",
        promises=("LEAD-14",),
        mistake="What is old is in an archive, which the job passes over.",
        apply=_around_erasure(_old_texts_stay),
    ),
)
