"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _written_after(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    space.done("DELETE", f"/contacts/{contact}")
    return [
        space.done("POST", f"{place}/{texts}", {"body": "Her name is Ada."})["body"]
        for texts in ("messages", "notes")
    ]


def _reopened(server: Running) -> object:
    space = new_workspace(server)
    first, second = space.member(), space.member()
    place = f"/conversations/{space.conversation(assignee_id=first)}"
    space.done("PATCH", place, {"status": "closed"})
    answer = space.done("PATCH", place, {"status": "open", "assignee_id": second})
    kept = space.done("GET", place)
    space.done("PATCH", place, {"assignee_id": second})
    later = space.done("GET", place)
    return [one["assignee_id"] == second for one in (answer, kept, later)]


def _threads(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    messages = f"/conversations/{space.conversation()}/messages"

    def walked() -> str:
        return str(space.done("GET", f"{messages}?limit=1")["pagination"]["next_cursor"])

    def code(after: str) -> object:
        answer = space.answer("GET", f"{messages}?limit=1&after={after}")
        return answer.json().get("error", {}).get("code")

    for text in ("one", "two"):
        space.done("POST", messages, {"body": text})
    before = walked()
    space.done("POST", messages, {"body": "three"})
    between = walked()
    space.done("DELETE", f"/contacts/{contact}")
    return [code(before), code(between), code(walked())]


def _left(server: Running) -> object:
    space = new_workspace(server)
    agents = [space.with_token("agent") for _ in range(2)]
    return [
        one.answer("GET", path).headers["X-RateLimit-Remaining"]
        for one, path in ((agents[0], "/audit"), (agents[1], "/audit"), (agents[0], "/nothing"))
    ]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    first, second = space.member(), space.member()
    path = f"/conversations/{space.conversation()}"
    for change in ({"assignee_id": first}, {"assignee_id": second}, {"status": "pending"}):
        space.done("PATCH", path, change)
    names = {first: "first", second: "second"}
    rows = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    told = [json.loads(row.body)["data"] for row in rows]
    return [(data["status"], names[data["assignee_id"]]) for data in told]


def _closed(server: Running) -> object:
    space = new_workspace(server)
    closed = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        closed.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        server.advance(60)
        space.done("POST", "/workspace/restore")
    return [closed[1] > closed[0], space.done("GET", "/workspace/archive-status")]


def _chunks(server: Running) -> object:
    space = new_workspace(server)
    long = "A sentence of some words. " * 60
    article = space.done("POST", "/knowledge", {"title": "Long", "content": long})["id"]
    seen = []
    for content in (long[:52], long):
        space.done("PATCH", f"/knowledge/{article}", {"content": content})
        chunks = space.list(f"/knowledge/{article}/chunks")
        seen.append("".join(chunk["content"] for chunk in chunks) == content)
    return seen


def _named(server: Running) -> object:
    space = new_workspace(server)
    sent = {"X-Request-Id": "req_mine"}
    answers = [
        server.send("GET", path, space.token, headers=sent) for path in ("/audit", "/contacts/none")
    ]
    error = answers[1].json()["error"]["request_id"]
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    return [len(ids), error in ids]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PRI-F2661": Demonstration(
        _written_after, ["[redacted]", "[redacted]"], ["[redacted]", "Her name is Ada."]
    ),
    "LIF-F2662": Demonstration(_reopened, [True, True, True], [False, False, True]),
    "PAG-F2663": Demonstration(
        _threads, ["cursor_expired", "cursor_expired", None], ["cursor_expired", None, None]
    ),
    "RAT-F2664": Demonstration(_left, ["299", "299", "299"], ["299", "298", "298"]),
    "WHK-F2665": Demonstration(
        _told,
        [("open", "first"), ("open", "second"), ("pending", "second")],
        [("open", "first"), ("pending", "second")],
    ),
    "LIF-F2666": Demonstration(_closed, [True, {"archived": False}], [False, {"archived": False}]),
    "SCH-F2667": Demonstration(_chunks, [True, True], [False, True]),
    "ENV-F2668": Demonstration(_named, [2, True], [1, True]),
}
