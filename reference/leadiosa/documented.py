"""The rows that the API's document and its contract name; the workspace of acme has them (LEAD-24).

Each kind is in the order in which its rows were made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reference.clock import microseconds

Row = Mapping[str, object]


def _moment(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


WORKSPACE: Row = {
    "id": "ws_e07c15",
    "name": "Ferreira & Filhos",
    "created_at": _moment("2025-11-03T13:08:59.240Z"),
    "plan": "growth",
    "ai_tokens_included": 2_000_000,
    "ai_tokens_used": 413_870,
}

MEMBERS = ("user_c0a4d9", "user_2f71be")

CONTACTS: Sequence[Row] = (
    {
        "id": "cont_e93f6a",
        "name": None,
        "email": None,
        "phone": "+351210000000",
        "attributes": {},
        "created_at": _moment("2026-02-17T18:22:08.954Z"),
        "updated_at": _moment("2026-02-17T18:22:08.954Z"),
    },
    {
        "id": "cont_51be07",
        "name": "Ines Ferreira",
        "email": "ines.ferreira@example.com",
        "phone": None,
        "attributes": {"plan": "growth", "seats": 12},
        "created_at": _moment("2026-03-02T10:47:15.339Z"),
        "updated_at": _moment("2026-05-12T07:28:25.901Z"),
    },
)

CONVERSATIONS: Sequence[Row] = (
    {
        "id": "conv_1a66b3",
        "contact_id": "cont_51be07",
        "status": "closed",
        "assignee_id": "user_c0a4d9",
        "created_at": _moment("2026-05-04T09:12:40.077Z"),
        "updated_at": _moment("2026-05-06T14:55:19.630Z"),
    },
    {
        "id": "conv_7d20e5",
        "contact_id": "cont_e93f6a",
        "status": "open",
        "assignee_id": None,
        "created_at": _moment("2026-05-11T16:04:53.278Z"),
        "updated_at": _moment("2026-05-11T16:04:53.278Z"),
    },
    {
        "id": "conv_8f3c12",
        "contact_id": "cont_51be07",
        "status": "open",
        "assignee_id": "user_c0a4d9",
        "created_at": _moment("2026-05-12T07:28:25.901Z"),
        "updated_at": _moment("2026-05-12T07:31:02.416Z"),
    },
)

MESSAGES: Sequence[Row] = (
    {
        "id": "msg_40c7d1",
        "conversation_id": "conv_8f3c12",
        "author": "contact",
        "body": "My invoice of April shows the old address.",
        "created_at": _moment("2026-05-12T07:28:26.113Z"),
    },
    {
        "id": "msg_40c8a9",
        "conversation_id": "conv_8f3c12",
        "author": "agent",
        "body": "We have corrected it. A new one is in your inbox.",
        "created_at": _moment("2026-05-12T07:41:09.582Z"),
    },
)

NOTES: Sequence[Row] = (
    {
        "id": "note_b81f5e",
        "conversation_id": "conv_8f3c12",
        "body": "Second wrong address this month. Ask billing to check the import.",
        "created_at": _moment("2026-05-12T07:35:47.204Z"),
    },
    {
        "id": "note_b82c04",
        "conversation_id": "conv_8f3c12",
        "body": "Billing has fixed the import.",
        "created_at": _moment("2026-05-12T08:19:33.760Z"),
    },
)

ARTICLES: Sequence[Row] = (
    {
        "id": "art_3b57f2",
        "title": "Invite your team",
        "content": "Open Settings, choose Team, and enter an email address.",
        "created_at": _moment("2026-04-18T09:33:12.805Z"),
        "updated_at": _moment("2026-04-18T09:33:12.805Z"),
    },
    {
        "id": "art_6e09c4",
        "title": "Change your billing address",
        "content": "Open Settings, choose Billing, and edit the address.",
        "created_at": _moment("2026-04-20T12:00:31.448Z"),
        "updated_at": _moment("2026-05-12T08:25:51.019Z"),
    },
)
