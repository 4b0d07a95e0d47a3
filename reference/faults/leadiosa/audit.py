"""Planted faults of the audit log."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, insert, update

from reference.collection import AnyRow
from reference.faults.composition import (
    around_with_parts,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.records import WRITES, Apply
from reference.faults.leadiosa.stored import (
    CONTACTS,
    id_in,
    read,
    write,
)
from reference.leadiosa.parts import Parts
from reference.leadiosa.tables import (
    audit_entries,
)


def _after_write(
    applies: Callable[[Asked], bool], change: Callable[[AnyRow], Sequence[Any]]
) -> Apply:
    """Do something to the audit entry of a write."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            if asked.method not in WRITES or answered.status >= 300 or not applies(asked):
                return answered
            made = audit_entries.c.request_id == answered.headers.get("x-request-id", "")
            for row in await read(parts, audit_entries, made):
                await write(parts, *change(row))
            return answered

        return tamper

    return around_with_parts(make)


def _entry(row: AnyRow, **values: str) -> Sequence[Any]:
    return [update(audit_entries).where(audit_entries.c.seq == row.seq).values(**values)]


def _twice(row: AnyRow) -> Sequence[Any]:
    values = {name: value for name, value in row._asdict().items() if name != "seq"}
    return [insert(audit_entries).values({**values, "id": f"{row.id}b"})]


def _refusals_logged(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.method in WRITES and answered.status in {404, 409, 422} and tenant is not None:
            request_id = answered.headers.get("x-request-id", "")
            key = await parts.keyring.find(asked.token)
            row = {
                "id": f"aud_{request_id}",
                "tenant": tenant,
                "action": "conversation.update",
                "resource_id": id_in(asked),
                "token_id": key.id,
                "request_id": request_id,
                "created_at": parts.platform.clock.microseconds(),
            }
            await write(parts, insert(audit_entries).values(**row))
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F58",
        title="Removing a webhook leaves no audit entry",
        promises=("LEAD-18",),
        mistake="The route was added without it.",
        apply=_after_write(
            lambda asked: asked.method == "DELETE" and "/webhooks/" in asked.path,
            lambda row: [delete(audit_entries).where(audit_entries.c.seq == row.seq)],
        ),
    ),
    Fault(
        id="LIF-F59",
        title="A note leaves no audit entry",
        promises=("LEAD-18",),
        mistake="Notes were thought to be internal anyway.",
        apply=_after_write(
            lambda asked: asked.path.endswith("/notes"),
            lambda row: [delete(audit_entries).where(audit_entries.c.seq == row.seq)],
        ),
    ),
    Fault(
        id="LIF-F60",
        title="Every write leaves two audit entries",
        promises=("LEAD-18",),
        mistake="Both the route and the database write one.",
        apply=_after_write(lambda _: True, _twice),
    ),
    Fault(
        id="LIF-F61",
        title="An erasure is in the audit log as a change",
        promises=("LEAD-18",),
        mistake="The action was copied from the route above.",
        apply=_after_write(
            lambda asked: asked.method == "DELETE" and asked.path.startswith(CONTACTS),
            lambda row: _entry(row, action="contact.update"),
        ),
    ),
    Fault(
        id="LIF-F62",
        title="The audit log has other request ids than the answers",
        promises=("LEAD-07", "LEAD-18"),
        mistake="Each layer makes an id of its own.",
        apply=_after_write(lambda _: True, lambda row: _entry(row, request_id=f"req_{row.id}")),
    ),
    Fault(
        id="LIF-F63",
        title="What was refused is in the audit log as done",
        promises=("LEAD-18",),
        mistake="The entry is written first, and not taken back.",
        apply=around_with_parts(_refusals_logged),
    ),
    Fault(
        id="LIF-F64",
        title="The audit log has the same token for everybody",
        promises=("LEAD-18",),
        mistake="The id of the service's own account is written.",
        apply=_after_write(lambda _: True, lambda row: _entry(row, token_id="key_service")),  # noqa: S106 - an id
    ),
)
