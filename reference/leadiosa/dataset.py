"""The rows of Leadiosa's tenants: the same for the same seed, and changed on request."""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from reference.clock import Clock
from reference.collection import AnyRow
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, change_of
from reference.leadiosa.history import history, workspace
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.lists import (
    ARTICLES,
    CHUNKS,
    CONTACTS,
    CONVERSATIONS,
    MESSAGES,
    NOTES,
    List,
)
from reference.leadiosa.made_up import Made
from reference.leadiosa.resources import CONTACT, CONVERSATION, MEMBER, Resource
from reference.service import DatasetError

_MILLISECOND = 1_000
_MEMBERS = "members"
_GENERATION_BITS = 62

Values = Mapping[str, str]
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A collection: the list that its rows are on, and what they can be told to have."""

    on: List
    texts: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    named: Mapping[str, Resource] = field(default_factory=dict)
    """The columns that name something of the workspace by its id."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that can be given."""
        return (*self.named, *self.choices, *self.texts)


_KINDS: Mapping[str, _Kind] = {
    "contacts": _Kind(CONTACTS, texts=("name", "email", "phone")),
    "conversations": _Kind(
        CONVERSATIONS,
        choices={"status": ("open", "pending", "closed")},
        named={"contact_id": CONTACT, "assignee_id": MEMBER},
    ),
    "messages": _Kind(
        MESSAGES,
        texts=("body",),
        choices={"author": ("contact", "agent")},
        named={"conversation_id": CONVERSATION},
    ),
    "notes": _Kind(NOTES, texts=("body",), named={"conversation_id": CONVERSATION}),
    "articles": _Kind(ARTICLES, texts=("title", "content")),
}


class LeadiosaDataset:
    """Fills and changes the tables of Leadiosa, each time in the transaction it is given."""

    collections: Sequence[str] = (*_KINDS, _MEMBERS)

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def fill(self, connection: Connection, tenant: str, seed: int, rows: int | None) -> None:
        """Give a tenant a workspace with `rows` rows a list, in place of what it has.

        Messages and notes are those of the conversations, whatever `rows` says. Cursors of what was
        there before end.
        """
        for table in tables.ALL:
            connection.execute(delete(table).where(table.c.tenant == tenant))
        made = Made(random.Random(f"{seed}/{tenant}/leadiosa"))
        given = {"tenant": tenant, "generation": secrets.randbits(_GENERATION_BITS)}
        connection.execute(insert(tables.workspaces).values({**workspace(tenant, made), **given}))
        for table, its_rows in history(tenant, made, rows).items():
            if its_rows:
                connection.execute(insert(table), [{**row, "tenant": tenant} for row in its_rows])

    def clear(self, connection: Connection) -> None:
        """Remove the rows of every tenant."""
        for table in tables.ALL:
            connection.execute(delete(table))

    def insert(
        self, connection: Connection, tenant: str, collection: str, count: int, values: Values
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""
        change = change_of(connection, tenant, self._clock.microseconds())
        if collection == _MEMBERS:
            return _insert_members(change, count, values)
        kind = _kind(change, collection, values)
        made = _made(change, kind.on.table)
        rows = [{**_made_up(change, made, collection, values), **values} for _ in range(count)]
        change.insert(kind.on, rows)
        _cut(change, kind, rows)
        return [str(row["id"]) for row in rows]

    def update(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        ids: Sequence[str],
        values: Values,
    ) -> None:
        """Change rows to these values, or only when they were updated; raise DatasetError."""
        change = change_of(connection, tenant, self._clock.microseconds())
        kind = _kind(change, collection, values)
        is_timed = "updated_at" in kind.on.table.c
        if kind.on.parent is not None and kind.on.parent.column in values:
            raise DatasetError(f"The {collection} stay where they are.")
        if not values and not is_timed:
            raise DatasetError(f"Say what to change of the {collection}.")
        for row in [_row(change, kind, collection, row_id) for row_id in ids]:
            later = (
                {"updated_at": max(change.at, row.updated_at + _MILLISECOND)} if is_timed else {}
            )
            change.replace(kind.on, [row], {**values, **later})
            if "content" in values:
                change.delete(CHUNKS, change.rows(CHUNKS, row.id))
                _cut(change, kind, [{"id": row.id, "content": values["content"]}])


def _kind(change: Change, collection: str, values: Values) -> _Kind:
    """Return the kind of a collection, having checked that its rows can have these values."""
    kind = _KINDS.get(collection)
    if kind is None:
        known = ", ".join(LeadiosaDataset.collections)
        raise DatasetError(f"No rows of {collection!r} can be changed, only of {known}.")
    for column, value in values.items():
        if column not in kind.columns:
            raise DatasetError(f"The {collection} have no {column!r} that can be given.")
        if value not in kind.choices.get(column, (value,)):
            raise DatasetError(f"{value!r} is no {column} of {collection}.")
        if column in kind.named and change.find(kind.named[column], value) is None:
            raise DatasetError(f"{change.tenant} has no {value!r} to be the {column}.")
        if value == "":
            raise DatasetError(f"The {column} cannot be empty.")
    return kind


def _insert_members(change: Change, count: int, values: Values) -> Sequence[str]:
    if values:
        raise DatasetError("Members have nothing but an id.")
    made = _made(change, tables.members)
    ids = [made.id("user") for _ in range(count)]
    given = [{"id": member, "tenant": change.tenant} for member in ids]
    change.connection.execute(insert(tables.members), given)
    return ids


def _made(change: Change, table: Table[Any]) -> Made:
    """Return what makes rows of a table up: others after each change, so that no id comes twice."""
    counts = [
        change.connection.scalar(
            select(func.count()).select_from(counted).where(counted.c.tenant == change.tenant)
        )
        for counted in (table, tables.audit_entries)
    ]
    return Made(random.Random(f"{change.tenant}/{table.name}/{counts}"))


def _made_up(change: Change, made: Made, collection: str, values: Values) -> Row:
    match collection:
        case "contacts":
            return made.contact(change.at)
        case "conversations":
            contact_id = values.get("contact_id") or _newest(change, CONTACTS).id
            return made.conversation(change.at, contact_id, ())
        case "articles":
            return made.article(change.at)
    conversation_id = values.get("conversation_id") or _newest(change, CONVERSATIONS).id
    if collection == "messages":
        return made.message(change.at, conversation_id, "contact")
    return made.note(change.at, conversation_id)


def _newest(change: Change, on: List) -> AnyRow:
    newest = select(on.table).where(on.rows(change.tenant, "")).order_by(on.table.c.seq.desc())
    row = change.connection.execute(newest.limit(1)).first()
    if row is None:
        raise DatasetError(f"{change.tenant} has no {on.kind} yet.")
    return row


def _row(change: Change, kind: _Kind, collection: str, row_id: str) -> AnyRow:
    columns = kind.on.table.c
    wanted = select(kind.on.table).where(columns.id == row_id, columns.tenant == change.tenant)
    row = change.connection.execute(wanted).first()
    if row is None:
        raise DatasetError(f"{change.tenant} has no {row_id!r} among its {collection}.")
    return row


def _cut(change: Change, kind: _Kind, rows: Sequence[Row]) -> None:
    """Cut what is articles into chunks."""
    if kind.on is ARTICLES:
        for row in rows:
            change.insert(CHUNKS, chunks_of(str(row["id"]), str(row["content"])))
