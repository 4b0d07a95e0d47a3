"""The first state of a workspace: some months of made-up work, and the documented rows last."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from reference.clock import microseconds
from reference.leadiosa import documented, tables
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.made_up import Made

DOCUMENTED_TENANT = "acme"
_CONTACTS, _CONVERSATIONS, _ARTICLES, _MEMBERS = 160, 200, 24, 4
_MINUTE = 60_000_000
_MILLISECOND = 1_000

Row = Mapping[str, object]
Rows = Sequence[Row]


def _moment(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


_FIRST = _moment("2025-11-03T13:08:59.240Z")
_LAST_CONTACT = _moment("2026-02-16T17:00:00.000Z")
_LAST_ARTICLE = _moment("2026-04-17T17:00:00.000Z")
_LAST_CONVERSATION = _moment("2026-05-03T17:00:00.000Z")


@dataclass(frozen=True, slots=True)
class _Known:
    """The documented rows that a workspace has."""

    contacts: Rows = ()
    conversations: Rows = ()
    messages: Rows = ()
    notes: Rows = ()
    articles: Rows = ()
    members: Sequence[str] = ()


_DOCUMENTED = _Known(
    contacts=documented.CONTACTS,
    conversations=documented.CONVERSATIONS,
    messages=documented.MESSAGES,
    notes=documented.NOTES,
    articles=documented.ARTICLES,
    members=documented.MEMBERS,
)


def history(tenant: str, made: Made, count: int | None) -> Mapping[Table[Any], Rows]:
    """Return the rows of a tenant: `count` on each list of the workspace, or the usual number."""
    known = _DOCUMENTED if tenant == DOCUMENTED_TENANT else _Known()
    members = (*known.members, *(made.id("user") for _ in range(_MEMBERS)))
    contacts = _ending_in(
        known.contacts,
        [made.contact(at) for at in _times(made, _size(count, _CONTACTS), _LAST_CONTACT)],
    )
    conversations = _ending_in(
        known.conversations,
        _conversations(made, _size(count, _CONVERSATIONS), contacts, members),
    )
    articles = _ending_in(
        known.articles,
        [made.article(at) for at in _times(made, _size(count, _ARTICLES), _LAST_ARTICLE)],
    )
    untold = conversations[: len(conversations) - len(known.conversations)]
    is_told = {row["id"] for row in conversations}
    return {
        tables.contacts: contacts,
        tables.conversations: conversations,
        tables.messages: [
            *_messages(made, untold),
            *(row for row in known.messages if row["conversation_id"] in is_told),
        ],
        tables.notes: [
            *_notes(made, untold),
            *(row for row in known.notes if row["conversation_id"] in is_told),
        ],
        tables.articles: articles,
        tables.chunks: [
            chunk for row in articles for chunk in chunks_of(str(row["id"]), str(row["content"]))
        ],
        tables.members: [{"id": member} for member in members],
    }


def workspace(tenant: str, made: Made) -> Row:
    """Return the workspace of a tenant."""
    if tenant == DOCUMENTED_TENANT:
        return documented.WORKSPACE
    return made.workspace(tenant.replace("-", " ").title(), _FIRST)


def _size(count: int | None, usual: int) -> int:
    return usual if count is None else count


def _ending_in(known: Rows, rows: Rows) -> Rows:
    """Return as many rows, the last of them the known ones."""
    kept = known[max(0, len(known) - len(rows)) :]
    return [*rows[: len(rows) - len(kept)], *kept]


def _times(made: Made, count: int, last: int) -> Sequence[int]:
    """Return moments in their order, some days or minutes apart."""
    times = (made.dice.randrange(_FIRST, last) for _ in range(count))
    return sorted(at // _MILLISECOND * _MILLISECOND for at in times)


def _conversations(made: Made, count: int, contacts: Rows, members: Sequence[str]) -> Rows:
    """Return conversations, each with somebody who was known by then."""
    known_at = [int(str(contact["created_at"])) for contact in contacts]
    times = _times(made, count, _LAST_CONVERSATION)
    ids = [str(contact["id"]) for contact in contacts]
    return [
        made.conversation(at, ids[made.dice.randrange(max(1, bisect(known_at, at)))], members)
        for at in times
    ]


def _messages(made: Made, conversations: Rows) -> Rows:
    """Return some messages of each conversation, the contact's first."""
    return [
        made.message(_later(row, index), str(row["id"]), "agent" if index % 2 else "contact")
        for row in conversations
        for index in range(made.dice.randrange(1, 5))
    ]


def _notes(made: Made, conversations: Rows) -> Rows:
    """Return a note on every fourth conversation."""
    return [made.note(_later(row, 1), str(row["id"])) for row in conversations[::4]]


def _later(conversation: Row, index: int) -> int:
    return int(str(conversation["created_at"])) + index * 7 * _MINUTE
