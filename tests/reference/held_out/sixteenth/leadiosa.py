"""What shows the sixteenth set of faults of Leadiosa planted from its documentation alone."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _closed_again(server: Running) -> object:
    space = new_workspace(server)
    since = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        closed_at = space.done("GET", "/workspace/archive-status")["closed_at"]
        since.append(datetime.fromisoformat(closed_at))
        space.done("POST", "/workspace/restore")
        server.advance(3_600)
    return (since[1] - since[0]).total_seconds()


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for kind in ("messages", "notes"):
        for _ in range(26):
            space.done("POST", f"{place}/{kind}", {"body": "I am Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        [text["body"] for text in space.list(f"{place}/{kind}")[24:]]
        for kind in ("messages", "notes")
    ]


def _walks(server: Running) -> object:
    space = new_workspace(server)
    long = {"title": "Long", "content": "A sentence of some words. " * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', long)['id']}"
    page = space.done("GET", f"{place}/chunks?limit=2")
    following = f"{place}/chunks?limit=2&after={page['pagination']['next_cursor']}"
    seen = []
    for title in ("Long", "Longer"):
        space.done("PATCH", place, {"title": title})
        seen.append(space.answer("GET", following).status_code)
    return seen


def _logged(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for status in ("pending", "pending"):
        space.done("PATCH", place, {"status": status})
    return [entry["action"] for entry in space.list("/audit")]


def _told(server: Running) -> object:
    space = new_workspace(server)
    first, second, third = (space.member() for _ in range(3))
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    path = f"/conversations/{space.conversation(assignee_id=first)}"
    space.done("PATCH", path, {"assignee_id": second})
    space.done("PATCH", path, {"assignee_id": third, "status": "pending"})
    names = {first: "first", second: "second", third: "third"}
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [names[json.loads(row.body)["data"]["assignee_id"]] for row in bodies]


def _documents(server: Running) -> object:
    space = new_workspace(server)
    return [
        space.answer("GET", path).headers["X-RateLimit-Remaining"]
        for path in ("/audit", "/openapi.json", "/audit")
    ]


def _agents(server: Running) -> object:
    space = new_workspace(server)
    agent = space.with_token("agent")
    paths = ("/workspace/close", "/workspace/restore")
    active = [agent.answer("POST", path).status_code for path in paths]
    space.done("POST", "/workspace/close")
    return [active, [agent.answer("POST", path).status_code for path in paths]]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    given = {"seats": 0, "newsletter": False, "nickname": "", "plan": "growth"}
    space.done("PATCH", place, {"attributes": given})
    return sorted(space.done("GET", place)["attributes"])


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F2749": Demonstration(_closed_again, 3_600, 0),
    "PRI-F2750": Demonstration(
        _erased, [["[redacted]"] * 2] * 2, [["[redacted]", "I am Ada."]] * 2
    ),
    "PAG-F2751": Demonstration(_walks, [200, 200], [200, 400]),
    "LIF-F2752": Demonstration(
        _logged,
        ["conversation.update", "conversation.update", "conversation.create"],
        ["conversation.update", "conversation.create"],
    ),
    "WHK-F2753": Demonstration(_told, ["second", "third"], ["second", "second"]),
    "RAT-F2754": Demonstration(_documents, ["299", "300", "298"], ["299", "298", "297"]),
    "STA-F2755": Demonstration(_agents, [[403, 403], [403, 403]], [[403, 409], [409, 403]]),
    "SCH-F2756": Demonstration(_attributes, ["newsletter", "nickname", "plan", "seats"], ["plan"]),
}
