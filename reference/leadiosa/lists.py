"""The lists of Leadiosa and their versions (LEAD-09, LEAD-10).

The data of a list are the rows on it. A list has another version after each change of one of them,
which ends its cursors.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from reference.leadiosa import tables
from reference.leadiosa.resources import ARTICLE, CONVERSATION, Resource
from reference.storage.prepared import rows_of
from reference.webhooks.tables import subscriptions

API = "leadiosa"

Version = Callable[[Connection, str, str], int]
"""Returns the version of a list, by its tenant and its name."""


@dataclass(frozen=True, slots=True)
class Parent:
    """Whose a list is, where it is not the workspace's, and the column that says so."""

    resource: Resource
    column: str


@dataclass(frozen=True, slots=True)
class List:
    """A list of a workspace, or one that each resource of a kind has."""

    kind: str
    table: Table[Any]
    version: Version
    newest_first: bool = True
    key: str = "seq"
    """The column that a position counts in."""
    parent: Parent | None = None
    among: ColumnElement[bool] | None = None
    """Which rows of the table are on lists of this kind, where not all are."""

    def name(self, parent_id: str) -> str:
        """Return what tells the list from all others of the workspace."""
        return self.kind if self.parent is None else f"{self.kind}/{parent_id}"

    def rows(
        self, tenant: str | BindParameter[str], parent_id: str | BindParameter[str]
    ) -> ColumnElement[bool]:
        """Return the condition of the rows that are on the list."""
        conditions = [self.table.c.tenant == tenant]
        if self.among is not None:
            conditions.append(self.among)
        if self.parent is not None:
            conditions.append(self.table.c[self.parent.column] == parent_id)
        return and_(*conditions)


_kept, _workspaces = tables.list_versions, tables.workspaces
_IS_NAMED = and_(_kept.c.tenant == bindparam("of_tenant"), _kept.c.list == bindparam("of_list"))
_VERSION = select(
    func.coalesce(
        select(_kept.c.version).where(_IS_NAMED).scalar_subquery(), _workspaces.c.generation
    )
).where(_workspaces.c.tenant == bindparam("of_tenant"))
_CHANGE_VERSION = update(_kept).where(_IS_NAMED).values(version=bindparam("following"))


def kept_version(connection: Connection, tenant: str, name: str) -> int:
    """Return the version that a list was given by its last change, or with the workspace."""
    rows = rows_of(connection, _VERSION, {"of_tenant": tenant, "of_list": name})
    return int(rows[0][0]) if rows else 0


def change_version(connection: Connection, tenant: str, name: str) -> None:
    """Give a list another version, in the transaction that changes it."""
    following = kept_version(connection, tenant, name) + 1
    named = {"of_tenant": tenant, "of_list": name}
    changed = connection.execute(_CHANGE_VERSION, {**named, "following": following})
    if changed.rowcount == 0:
        connection.execute(insert(_kept).values(tenant=tenant, list=name, version=following))


def _version_of_endpoints(connection: Connection, tenant: str, _name: str) -> int:
    """Return what the ids of the endpoints come to: they are few, made elsewhere, and never change.

    An endpoint may be registered on a dashboard, too.
    """
    ids = [row.id for row in rows_of(connection, _ENDPOINTS, {"tenant": tenant})]
    digest = hashlib.sha256(msgspec.json.encode(ids)).digest()
    return int.from_bytes(digest[:8])


_OF_CONVERSATION = Parent(CONVERSATION, "conversation_id")
_OF_ARTICLE = Parent(ARTICLE, "article_id")

CONVERSATIONS = List("conversations", tables.conversations, kept_version)
CONTACTS = List("contacts", tables.contacts, kept_version)
ARTICLES = List("articles", tables.articles, kept_version)
AUDIT = List("audit", tables.audit_entries, kept_version)
MESSAGES = List(
    "messages", tables.messages, kept_version, newest_first=False, parent=_OF_CONVERSATION
)
NOTES = List("notes", tables.notes, kept_version, newest_first=False, parent=_OF_CONVERSATION)
CHUNKS = List(
    "chunks",
    tables.chunks,
    kept_version,
    newest_first=False,
    key="position",
    parent=_OF_ARTICLE,
)
WEBHOOKS = List("webhooks", subscriptions, _version_of_endpoints, among=subscriptions.c.api == API)
_ENDPOINTS = (
    select(subscriptions.c.id)
    .where(WEBHOOKS.rows(bindparam("tenant"), ""))
    .order_by(subscriptions.c.id)
)
