"""What shows the fourth set of faults of Leadiosa."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _logged(server: Running) -> object:
    space = new_workspace(server)
    article = space.done("POST", "/knowledge", {"title": "a", "content": "b"})["id"]
    space.done("DELETE", f"/knowledge/{article}")
    return [entry["action"] for entry in space.list("/audit")]


def _transitions(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    changes = ("pending", "closed", "open", "closed")
    return [space.answer("PATCH", place, {"status": one}).status_code for one in changes]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    messages = f"/conversations/{space.conversation()}/messages"
    for author in ("contact", "agent"):
        space.done("POST", messages, {"body": "Dear Ada", "author": author})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    return [message["body"] for message in space.list(messages)]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.created"]})
    made = [space.conversation(), space.conversation(assignee_id=space.member())]
    told = [
        json.loads(row.body)["data"]["conversation_id"]
        for row in server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    ]
    return [conversation in told for conversation in made]


def _seconds(server: Running) -> object:
    space = new_workspace(server)
    lengths = []
    for fraction in (0.0002, 0.1202):
        now = datetime.fromisoformat(server.control("clock")["now"])
        server.advance(1 + fraction - now.microsecond / 1_000_000)
        made = space.done("GET", f"/conversations/{space.conversation()}")["created_at"]
        lengths.append(len(made))
    return lengths


def _reading_only(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    reader = space.with_token("read_only")
    return [
        reader.answer("POST", f"{place}/{texts}", {"body": "a"}).status_code
        for texts in ("notes", "messages")
    ]


_REDACTED = "[redacted]"

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUD-F1161": Demonstration(
        _logged, ["article.delete", "article.create"], ["article.update", "article.create"]
    ),
    "LIF-F1162": Demonstration(_transitions, [200, 200, 200, 200], [200, 409, 200, 200]),
    "PRI-F1163": Demonstration(_erased, [_REDACTED, _REDACTED], [_REDACTED, "Dear Ada"]),
    "WHK-F1164": Demonstration(_told, [True, True], [True, False]),
    "SCH-F1165": Demonstration(_seconds, [24, 24], [20, 24]),
    "AUT-F1166": Demonstration(_reading_only, [403, 403], [201, 403]),
}
