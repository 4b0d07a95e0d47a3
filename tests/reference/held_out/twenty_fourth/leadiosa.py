"""What shows the faults of Leadiosa that are the twenty-fourth set."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import Workspace, new_workspace


def _reopened(server: Running) -> object:
    space = new_workspace(server)
    member, other = space.member(), space.member()
    place = f"/conversations/{space.conversation(assignee_id=member)}"
    changes: tuple[Mapping[str, str], ...] = (
        {"status": "closed"},
        {"assignee_id": other},
        {"status": "open", "assignee_id": other},
        {"status": "open"},
        {"assignee_id": other},
    )
    return [space.answer("PATCH", place, change).status_code for change in changes]


def _redacted(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    conversation = space.conversation()
    for collection, count in (("messages", 27), ("notes", 25)):
        rows = {"api": "leadiosa", "tenant": space.tenant, "collection": collection}
        values = {"conversation_id": conversation, "body": "My name is Ada."}
        server.control("rows", {**rows, "insert": count, "values": values})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        [row["body"] for row in space.list(f"/conversations/{conversation}/{texts}")].count(
            "[redacted]"
        )
        for texts in ("messages", "notes")
    ]


def _article(space: Workspace) -> str:
    """Add an article of several chunks; return its place."""
    body = {"title": "Long", "content": "A sentence of some words. " * 120}
    return f"/knowledge/{space.done('POST', '/knowledge', body)['id']}"


def _walked(server: Running) -> object:
    space = new_workspace(server)
    path = f"{_article(space)}/chunks"

    def positions(limit: int) -> list[int]:
        found: list[int] = []
        after = ""
        for _ in range(2):
            page = space.done("GET", f"{path}?limit={limit}{after}")
            found += [chunk["position"] for chunk in page["data"]]
            after = f"&after={page['pagination']['next_cursor']}"
        return found

    return [positions(1), positions(2)]


def _archive(server: Running) -> object:
    space = new_workspace(server)
    return [
        [
            space.with_token(role).answer("GET", path).status_code
            for role in ("owner", "agent", "read_only")
        ]
        for path in ("/workspace", "/workspace/archive-status")
    ]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    conversation = f"/conversations/{space.conversation()}"
    space.done("PATCH", conversation, {"assignee_id": space.member()})
    space.done("PATCH", conversation, {"assignee_id": space.member(), "status": "pending"})
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [json.loads(row.body)["data"]["status"] for row in bodies]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    given = {"newsletter": False, "seats": 0, "nickname": "", "plan": "growth"}
    space.done("PATCH", place, {"attributes": given})
    return sorted(space.done("GET", place)["attributes"])


def _recut(server: Running) -> object:
    space = new_workspace(server)
    place = _article(space)
    before = space.list(f"{place}/chunks")
    space.done("PATCH", place, {"content": "Short."})
    after = space.list(f"{place}/chunks")
    return [after[0]["content"], len(after) == 1, after[1:] == before[1:]]


def _cycle(server: Running) -> object:
    space = new_workspace(server)

    def cycle() -> Any:
        return space.done("GET", "/billing/subscription")["billing_cycle"]

    now = datetime.fromisoformat(server.control("clock")["now"])
    december = now.replace(month=12, day=15) if now.month != 12 else now
    server.advance((december - now).total_seconds())
    december_cycle = cycle()
    server.advance(31 * 24 * 60 * 60)
    return [one["starts_at"] < one["ends_at"] for one in (december_cycle, cycle())]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "STA-F4657": Demonstration(_reopened, [200, 409, 200, 200, 200], [200, 409, 409, 200, 200]),
    "PRI-F4658": Demonstration(_redacted, [27, 25], [25, 25]),
    "PAG-F4659": Demonstration(_walked, [[0, 1], [0, 1, 2, 3]], [[0, 0], [0, 1, 2, 3]]),
    "AUT-F4660": Demonstration(
        _archive, [[200, 403, 403], [200, 403, 403]], [[200, 403, 403], [200, 200, 200]]
    ),
    "WHK-F4661": Demonstration(_told, ["open", "pending"], ["pending"]),
    "SCH-F4662": Demonstration(_attributes, ["newsletter", "nickname", "plan", "seats"], ["plan"]),
    "LIF-F4663": Demonstration(_recut, ["Short.", True, False], ["Short.", False, True]),
    "SCH-F4664": Demonstration(_cycle, [True, True], [False, True]),
}
