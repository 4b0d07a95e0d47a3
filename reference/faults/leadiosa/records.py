"""Planted faults of conversations, contacts, knowledge, audit log and workspace."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, insert, update

from reference.collection import AnyRow
from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    requests,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.access import says
from reference.faults.leadiosa.stored import (
    CONTACTS,
    CONVERSATIONS,
    id_in,
    read,
    write,
)
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.tables import (
    chunks,
    contacts,
    conversations,
    workspaces,
)

KNOWLEDGE, AUDIT = f"{BASE_PATH}/knowledge", f"{BASE_PATH}/audit"
WRITES = {"POST", "PATCH", "DELETE"}
Apply = Callable[[Parts], Parts]
Row = dict[str, Any]


def _is(method: str, path: str, status: int) -> Callable[[Asked, Answered], bool]:
    """Whether an answer is one with a status to a method, below a path or at it."""

    def applies(asked: Asked, answered: Answered) -> bool:
        is_there = asked.path == path or asked.path.startswith(f"{path}/")
        return asked.method == method and answered.status == status and is_there

    return applies


def _past_closing(applies: Callable[[Asked], bool]) -> Apply:
    """Do to closed conversations what cannot be done to them."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            if answered.code != "conversation_closed" or not applies(asked):
                return answered
            is_it = conversations.c.id == id_in(asked)
            await write(parts, update(conversations).where(is_it).values(status="open"))
            answered = await ask(asked)
            if asked.method == "POST" or asked.fields.get("status") != "pending":
                await write(parts, update(conversations).where(is_it).values(status="closed"))
            return answered

        return tamper

    return around_with_parts(make)


def _past_archive(applies: Callable[[Asked], bool]) -> Apply:
    """Do to closed workspaces what cannot be done to them."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            tenant = await tenant_of(parts, asked)
            if answered.code != "workspace_closed" or tenant is None or not applies(asked):
                return answered
            is_it = workspaces.c.tenant == tenant
            (row,) = await read(parts, workspaces, is_it)
            await write(parts, update(workspaces).where(is_it).values(closed_at=None))
            answered = await ask(asked)
            await write(parts, update(workspaces).where(is_it).values(closed_at=row.closed_at))
            return answered

        return tamper

    return around_with_parts(make)


def _closed_to_readers(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.method != "GET" or answered.status != 200 or not asked.path.startswith(CONTACTS):
            return answered
        (row,) = await read(parts, workspaces, workspaces.c.tenant == tenant)
        if row.closed_at is None:
            return answered
        error = {
            "code": "workspace_closed",
            "message": "This workspace is closed.",
            "request_id": answered.headers.get("x-request-id", ""),
        }
        return answered.with_status(409).with_json({"error": error})

    return tamper


Saved = Mapping[str, Sequence[AnyRow]]


async def _notes_among_messages(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.method != "GET" or not asked.path.endswith("/messages") or answered.status != 200:
        return answered
    noted = await ask(
        Asked("GET", f"{asked.path.removesuffix('/messages')}/notes", b"limit=100", asked.headers)
    )
    if noted.status != 200 or answered.json["pagination"]["has_more"]:
        return answered
    rows = [{**row, "author": "agent"} for row in noted.json["data"]]
    return answered.with_json({**answered.json, "data": [*answered.json["data"], *rows]})


async def _notes_read_by_all(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    path = asked.path
    if (
        asked.method == "GET"
        and _is("GET", CONVERSATIONS, 200)(asked, answered)
        and path.count("/") == CONVERSATIONS.count("/") + 1
    ):
        noted = await ask(Asked("GET", f"{path}/notes", b"", asked.headers))
        if noted.status == 200 and noted.json["data"]:
            return answered.with_json({**answered.json, "summary": noted.json["data"][-1]["body"]})
    return answered


def _stale_chunks(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.method != "PATCH" or not asked.path.startswith(f"{KNOWLEDGE}/"):
            return await ask(asked)
        of_article = chunks.c.article_id == id_in(asked)
        before = await read(parts, chunks, of_article)
        answered = await ask(asked)
        if answered.status == 200 and "content" in asked.fields:
            kept = [insert(chunks).values(**row._asdict()) for row in before]
            await write(parts, delete(chunks).where(of_article), *kept)
        return answered

    return tamper


def _lost_on_change(table: Table[Any], path: str, names: Sequence[str]) -> Apply:
    """Empty the fields that a PATCH does not send."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            lost = {name: None for name in names if name not in asked.fields}
            if lost and _is("PATCH", path, 200)(asked, answered):
                is_it = table.c.id == id_in(asked)
                await write(parts, update(table).where(is_it).values(**lost))
                kept = {k: v for k, v in answered.json.items() if k not in lost}
                return answered.with_json(kept)
            return answered

        return tamper

    return around_with_parts(make)


def _taking(method: str, suffix: str, change: Callable[[Row], Row]) -> Apply:
    def changed(asked: Asked) -> Asked:
        return asked.with_json(change(asked.fields)) if asked.fields else asked

    return requests(lambda asked: asked.method == method and asked.path.endswith(suffix), changed)


def _without(name: str) -> Callable[[Row], Row]:
    return lambda row: {k: v for k, v in row.items() if k != name}


async def _reopen_refused(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "PATCH" or not asked.path.startswith(f"{CONVERSATIONS}/"):
        return await ask(asked)
    before = await ask(Asked("GET", asked.path, b"", asked.headers))
    if (
        before.status == 200
        and before.json["status"] == "closed"
        and asked.fields.get("status") == "open"
    ):
        return await ask(asked.with_json({"status": "pending"}))
    return await ask(asked)


async def _any_contact(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "unknown_contact":
        return answered
    made = {
        "id": "conv_0000000000000000",
        "contact_id": asked.fields["contact_id"],
        "status": "open",
        "created_at": "2026-05-12T07:28:25.901Z",
        "updated_at": "2026-05-12T07:28:25.901Z",
    }
    return answered.with_status(201).with_json(made)


async def _deletes_nothing(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "DELETE" or not asked.path.startswith(f"{KNOWLEDGE}/"):
        return await ask(asked)
    found = await ask(Asked("GET", asked.path, b"", asked.headers))
    if found.status != 200:
        return await ask(asked)
    kept = {k: v for k, v in found.headers.items() if k not in {"content-type", "content-length"}}
    return Answered(204, kept, b"")


def _reversed_page(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "data": answered.json["data"][::-1]})


def _with_status_code(status: int, code: str) -> Apply:
    return answers(
        lambda _, answered: answered.code == code, lambda answered: answered.with_status(status)
    )


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F41",
        title="A closed conversation takes messages",
        promises=("LEAD-13",),
        mistake="The status is looked at by the dashboard only.",
        apply=_past_closing(lambda asked: asked.method == "POST"),
    ),
    Fault(
        id="LIF-F42",
        title="A closed conversation can be assigned",
        promises=("LEAD-08", "LEAD-12"),
        mistake="Only the status was guarded.",
        apply=_past_closing(lambda asked: asked.method == "PATCH" and "status" not in asked.fields),
    ),
    Fault(
        id="LIF-F43",
        title="A closed conversation can become pending",
        promises=("LEAD-12",),
        mistake="All transitions are allowed.",
        apply=_past_closing(lambda asked: asked.fields.get("status") == "pending"),
    ),
    Fault(
        id="LIF-F44",
        title="A closed conversation cannot be reopened",
        promises=("LEAD-12",),
        mistake="closed was thought to be the end.",
        apply=around(_reopen_refused),
    ),
    Fault(
        id="LIF-F45",
        title="A message to a closed conversation is 422",
        promises=("LEAD-08", "LEAD-13"),
        mistake="Every rule of the domain is 422.",
        apply=_with_status_code(422, "conversation_closed"),
    ),
    Fault(
        id="LIF-F46",
        title="An assignee who is nobody is 400",
        promises=("LEAD-08",),
        mistake="Validation looks it up.",
        apply=_with_status_code(400, "unknown_assignee"),
    ),
    Fault(
        id="LIF-F47",
        title="A conversation can be started with a contact that there is not",
        promises=("LEAD-08", "LEAD-12"),
        mistake="There is no foreign key.",
        apply=around(_any_contact),
    ),
    Fault(
        id="LIF-F48",
        title="The assignee of a new conversation is lost",
        promises=("LEAD-12",),
        mistake="The field was lost on the way to the table.",
        apply=_taking("POST", "/conversations", _without("assignee_id")),
    ),
    Fault(
        id="LIF-F49",
        title="A change of status removes the assignee",
        promises=("LEAD-12",),
        mistake="The row is written as a whole.",
        apply=_lost_on_change(conversations, CONVERSATIONS, ("assignee_id",)),
    ),
    Fault(
        id="LIF-F50",
        title="Messages are said to come from the team, whoever wrote them",
        promises=("LEAD-13",),
        mistake="The default is always taken.",
        apply=_taking("POST", "/messages", _without("author")),
    ),
    Fault(
        id="LIF-F51",
        title="A thread's pages begin with their newest message",
        promises=("LEAD-13",),
        mistake="Every list is the newest first.",
        apply=answers(
            lambda asked, answered: (
                asked.path.endswith("/messages")
                and asked.method == "GET"
                and answered.status == 200
            ),
            _reversed_page,
        ),
    ),
    Fault(
        id="LIF-F52",
        title="Notes are among the messages",
        promises=("LEAD-15",),
        mistake="Both are in one table, and the filter was forgotten.",
        apply=around(_notes_among_messages),
    ),
    Fault(
        id="LIF-F53",
        title="A closed workspace takes notes",
        promises=("LEAD-19",),
        mistake="The route was added without the check.",
        apply=_past_archive(lambda asked: asked.path.endswith("/notes")),
    ),
    Fault(
        id="LIF-F54",
        title="A closed workspace takes every write",
        promises=("LEAD-19",),
        mistake="The status is shown, and not looked at.",
        apply=_past_archive(lambda _: True),
    ),
    Fault(
        id="LIF-F55",
        title="The contacts of a closed workspace cannot be read",
        promises=("LEAD-19",),
        mistake="The check was put on all methods.",
        apply=around_with_parts(_closed_to_readers),
    ),
    Fault(
        id="LIF-F56",
        title="A write to a closed workspace is 403",
        promises=("LEAD-19",),
        mistake="A closed door was thought to be a matter of permission.",
        apply=_with_status_code(403, "workspace_closed"),
    ),
    Fault(
        id="LIF-F57",
        title="The archive status never changes",
        promises=("LEAD-19",),
        mistake="It is cached, and closing does not clear the cache.",
        apply=answers(
            _is("GET", f"{BASE_PATH}/workspace/archive-status", 200),
            lambda answered: answered.with_json({"archived": False}),
        ),
    ),
    Fault(
        id="LIF-F65",
        title="An article's chunks stay as they were when its content changes",
        promises=("LEAD-16",),
        mistake="Chunks are cut when an article is made.",
        apply=around_with_parts(_stale_chunks),
    ),
    Fault(
        id="LIF-F66",
        title="Deleting an article does nothing",
        promises=("LEAD-16",),
        mistake="The transaction is never committed.",
        apply=around(_deletes_nothing),
    ),
    Fault(
        id="LIF-F67",
        title="A change of a contact removes the fields that it does not send",
        promises=("LEAD-14",),
        mistake="PATCH does what PUT does.",
        apply=_lost_on_change(contacts, CONTACTS, ("email", "phone")),
    ),
    Fault(
        id="LIF-F68",
        title="A change of an article loses its title",
        promises=("LEAD-16",),
        mistake="Only content was thought to change.",
        apply=_taking(
            "PATCH", "", lambda row: row if "content" not in row else _without("title")(row)
        ),
    ),
    Fault(
        id="LIF-F69",
        title="An active workspace can be restored",
        promises=("LEAD-19",),
        mistake="Restoring is a flag that is set to what it is.",
        apply=answers(
            lambda _, answered: answered.code == "workspace_active",
            lambda answered: answered.with_status(200).with_json(
                {
                    "id": "ws_1",
                    "name": "Workspace",
                    "status": "active",
                    "created_at": "2026-05-12T07:28:25.901Z",
                }
            ),
        ),
    ),
    Fault(
        id="LIF-F70",
        title="A created thing is 200",
        promises=("LEAD-12", "LEAD-13"),
        mistake="The framework's default.",
        apply=answers(
            lambda _, answered: answered.status == 201, lambda answered: answered.with_status(200)
        ),
    ),
    Fault(
        id="PRI-F17",
        title="A conversation shows its last note",
        promises=("LEAD-15",),
        mistake="The summary is made of all that was written.",
        apply=around(_notes_read_by_all),
    ),
    Fault(
        id="STA-F51",
        title="A missing contact has the code conversation_not_found",
        promises=("LEAD-08",),
        mistake="The route was copied.",
        apply=answers(
            lambda _, answered: answered.code == "contact_not_found", says("conversation_not_found")
        ),
    ),
)
