"""The rows of Leadiosa's tenants: the same for the same seed, and changed on request."""

import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select

from reference.clock import Clock
from reference.collection import AnyRow
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, change_of
from reference.leadiosa.events import PROFILE
from reference.leadiosa.history import history, workspace
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.lists import (
    ARTICLES,
    AUDIT,
    CHUNKS,
    CONTACTS,
    CONVERSATIONS,
    MESSAGES,
    NOTES,
    WEBHOOKS,
    List,
)
from reference.leadiosa.made_up import Made
from reference.leadiosa.resources import ARTICLE, CONTACT, CONVERSATION, MEMBER, Resource
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
    "knowledge": _Kind(ARTICLES, texts=("title", "content")),
    "chunks": _Kind(CHUNKS, texts=("content",), named={"article_id": ARTICLE}),
    "webhooks": _Kind(WEBHOOKS, texts=("url",)),
    "audit": _Kind(AUDIT, texts=("action",)),
}

_ALONE: Mapping[str, Callable[[Made, int], Row]] = {
    "contacts": Made.contact,
    "knowledge": Made.article,
    "audit": Made.audit_entry,
    "webhooks": lambda made, at: made.endpoint(at, PROFILE.new_secret()),
}
"""How to make up what belongs to nothing."""
_BELONGING: Mapping[str, tuple[str, str]] = {
    "conversations": ("contact_id", "contacts"),
    "chunks": ("article_id", "knowledge"),
    "messages": ("conversation_id", "conversations"),
    "notes": ("conversation_id", "conversations"),
}
"""The column that says what the rows of a collection belong to, and the collection of that."""

_EMPTYING = tuple(
    delete(table).where(table.c.tenant == bindparam("of_tenant")) for table in tables.ALL
)


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
        for emptying in _EMPTYING:
            connection.execute(emptying, {"of_tenant": tenant})
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
        owner = _owner(change, made, collection, values) if count else ""
        before = len(change.rows(CHUNKS, owner)) if kind.on is CHUNKS else 0
        rows = [
            {**_made_up(change, made, collection, owner, before + number), **values}
            for number in range(count)
        ]
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


def _owner(change: Change, made: Made, collection: str, values: Values) -> str:
    """Return the id of what rows belong to: what was named, else the newest there is."""
    if collection not in _BELONGING:
        return ""
    column, owners = _BELONGING[collection]
    return values.get(column) or _newest(change, made, owners)


def _made_up(change: Change, made: Made, collection: str, owner: str, position: int) -> Row:
    """Make up a row of what it belongs to; a chunk has a position there."""
    if alone := _ALONE.get(collection):
        return alone(made, change.at)
    if collection == "conversations":
        return made.conversation(change.at, owner, ())
    if collection == "chunks":
        return made.chunk(owner, position)
    if collection == "messages":
        return made.message(change.at, owner, "contact")
    return made.note(change.at, owner)


def _newest(change: Change, made: Made, collection: str) -> str:
    """Return the id of the newest row of a collection, having added one where there is none."""
    on = _KINDS[collection].on
    newest = select(on.table).where(on.rows(change.tenant, "")).order_by(on.table.c.seq.desc())
    if (row := change.connection.execute(newest.limit(1)).first()) is not None:
        return str(row.id)
    added = _made_up(change, made, collection, _owner(change, made, collection, {}), 0)
    change.insert(on, [added])
    return str(added["id"])


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
        pieces = (chunks_of(str(row["id"]), str(row["content"])) for row in rows)
        change.insert(CHUNKS, list(chain.from_iterable(pieces)))
