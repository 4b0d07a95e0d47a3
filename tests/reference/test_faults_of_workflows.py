"""Planted faults that one workflow alone tells of, each shown by calls of a client."""

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.aloha import later, workspace
from tests.reference.conftest import Running, Start
from tests.reference.haloagents import organization
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import EVENTS, Workspace, new_workspace

_DAY = 86_400
_BOTH = ["instagram", "linkedin"]


def _old_draft(server: Running) -> object:
    space = workspace(server, "draft")
    post = space.create()
    server.advance(27 * _DAY)
    before = space.read(post["id"])["status"]
    server.advance(2 * _DAY)
    return before, space.read(post["id"])["status"]


def _expired_meanwhile(server: Running) -> object:
    space = workspace(server, "expired")
    post = space.create(scheduledAt=later(server, 600))
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    server.advance(601)
    return space.read(post["id"])["status"]


def _many_of_a_moment(server: Running) -> object:
    space = workspace(server, "many")
    at = later(server, 600)
    ids = [space.create(scheduledAt=at)["id"] for _ in range(12)]
    server.advance(601)
    return Counter(space.read(post_id)["status"] for post_id in ids)


def _listed_with_a_free_key(server: Running) -> object:
    space = workspace(server, "free")
    space.create(channels=_BOTH)
    free = space.with_key(plan="free")
    pages = [server.get("/v1/posts", key).json() for key in (space.key, free.key)]
    return [len(page["data"][0]["channels"]) for page in pages]


def _scheduled_for_two(server: Running) -> object:
    space = workspace(server, "two")
    space.create(channels=_BOTH, scheduledAt=later(server, 600))
    return [data["channel"] for _, data in space.told()]


def _matrix_run_again(server: Running) -> object:
    space = workspace(server, "matrix", rows=1)
    (matrix,) = space.rows("matrices", insert=1)
    keys = (space.key, space.key, server.key(space.tenant))
    runs = [server.post(f"/v1/matrix/{matrix}/run", key).json()["id"] for key in keys]
    return len({*runs})


def _articles(server: Running) -> object:
    space = new_workspace(server, rows=0)
    made = [
        space.done("POST", "/knowledge", {"title": title, "content": "c"}) for title in ("a", "b")
    ]
    space.done("PATCH", f"/knowledge/{made[0]['id']}", {"title": "A"})
    return [row["title"] for row in space.list("/knowledge")]


def _notes_of_closed(server: Running) -> object:
    space = new_workspace(server)
    path = f"/conversations/{space.conversation()}"
    space.done("POST", f"{path}/notes", {"body": "Rang twice."})
    space.done("PATCH", path, {"status": "closed"})
    space.done("POST", f"{path}/notes", {"body": "Rang again."})
    return len(space.list(f"{path}/notes"))


def _closing_nothing(server: Running) -> object:
    agent = new_workspace(server).with_token("agent")
    answer = agent.answer("PATCH", "/conversations/none", {"status": "closed"})
    return answer.json()["error"]["code"]


def _contact_of_reader(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    space.done("PATCH", place, {"phone": "+3512100"})
    return [
        space.with_token(role).done("GET", place).get("phone") for role in ("agent", "read_only")
    ]


def _subscribed(server: Running) -> Workspace:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": [*EVENTS]})
    return space


def _told(space: Workspace) -> list[Any]:
    wanted = select(deliveries.c.body).where(deliveries.c.tenant == space.tenant)
    return [json.loads(row.body) for row in space.server.read(wanted.order_by(deliveries.c.seq))]


def _told_of_erasure(server: Running) -> object:
    space = _subscribed(server)
    contact = space.contact()["id"]
    space.done("DELETE", f"/contacts/{contact}")
    return [event["data"]["contact_id"] == contact for event in _told(space)]


def _told_of_change(server: Running) -> object:
    space = _subscribed(server)
    place = f"/conversations/{space.conversation()}"
    server.advance(60)
    changed = space.done("PATCH", place, {"status": "pending"})
    return [event["timestamp"] == changed["updated_at"] for event in _told(space)]


def _told_after_restoring(server: Running) -> object:
    space = _subscribed(server)
    place = f"/conversations/{space.conversation()}"
    space.done("POST", "/workspace/close")
    space.done("POST", "/workspace/restore")
    space.done("POST", f"{place}/messages", {"body": "a"})
    first = len(_told(space))
    space.done("POST", f"{place}/messages", {"body": "b"})
    return first, len(_told(space))


def _told_of_the_erased(server: Running) -> object:
    space = _subscribed(server)
    contact = space.contact()["id"]
    started = space.done("POST", "/conversations", {"contact_id": contact})
    messages = f"/conversations/{started['id']}/messages"
    space.done("POST", messages, {"body": "a"})
    space.done("DELETE", f"/contacts/{contact}")
    space.done("POST", messages, {"body": "b"})
    return [event["data"]["author"] for event in _told(space) if "author" in event["data"]]


def _said_with_namesake(server: Running) -> object:
    space = new_workspace(server)
    erased, kept = [row["id"] for row in space.list("/contacts")][:2]
    for contact in (erased, kept):
        space.done("PATCH", f"/contacts/{contact}", {"email": "home@example.com"})
    started = space.done("POST", "/conversations", {"contact_id": kept})
    messages = f"/conversations/{started['id']}/messages"
    space.done("POST", messages, {"body": "a"})
    space.done("DELETE", f"/contacts/{erased}")
    return [row["body"] for row in space.list(messages)]


def _ticket_of_lines(server: Running) -> object:
    org = organization(server, "lines")
    org.accepted("/tickets/create", {"subject": "a", "description": "one\r\ntwo"})
    return [ticket["description"] for ticket in org.stored("tickets")]


def _batch_with_a_nameless_event(server: Running) -> object:
    org = organization(server, "batch")
    org.refused(400, "/events", {"events": [{"name": "a"}, {"name": "b"}, {"name": ""}]})
    return [event["name"] for event in org.stored("events")]


def _other_plan(server: Running) -> object:
    org = organization(server, "plans")
    for body in ({"role": "admin", "plan": "free"}, {"plan": "free"}, {"plan": "pro"}):
        org.accepted("/users/identify", {"user_id": "ada", **body})
    user = org.accepted("/users/identify", {"user_id": "ada"})["user"]
    return user["plan"], user.get("role")


def _spaced_event(server: Running) -> object:
    org = organization(server, "spaces")
    org.accepted("/events", {"events": [{"name": "  plan selected "}]})
    return [event["name"] for event in org.stored("events")]


DEMONSTRATIONS = {
    ("haloagents", "LIF-F4061"): Demonstration(
        _ticket_of_lines, honest=["one\r\ntwo"], planted=["one\ntwo"]
    ),
    ("haloagents", "LIF-F4062"): Demonstration(
        _batch_with_a_nameless_event, honest=[], planted=["a", "b"]
    ),
    ("haloagents", "LIF-F4063"): Demonstration(
        _other_plan, honest=("pro", "admin"), planted=("pro", None)
    ),
    ("haloagents", "LIF-F4064"): Demonstration(
        _spaced_event, honest=["  plan selected "], planted=["plan selected"]
    ),
    ("aloha", "LIF-F4031"): Demonstration(
        _old_draft, honest=("draft", "draft"), planted=("draft", "published")
    ),
    ("aloha", "LIF-F4032"): Demonstration(_expired_meanwhile, honest="failed", planted="published"),
    ("aloha", "LIF-F4033"): Demonstration(
        _many_of_a_moment, honest={"published": 12}, planted={"published": 10, "scheduled": 2}
    ),
    ("aloha", "AUT-F4034"): Demonstration(_listed_with_a_free_key, honest=[2, 2], planted=[2, 1]),
    ("aloha", "WHK-F4035"): Demonstration(
        _scheduled_for_two, honest=_BOTH, planted=["instagram", "instagram"]
    ),
    ("aloha", "LIF-F4091"): Demonstration(_matrix_run_again, honest=3, planted=2),
    ("leadiosa", "LIF-F4036"): Demonstration(_articles, honest=["b", "A"], planted=["A", "b"]),
    ("leadiosa", "LIF-F4037"): Demonstration(
        _contact_of_reader, honest=["+3512100", "+3512100"], planted=["+3512100", None]
    ),
    ("leadiosa", "LIF-F4101"): Demonstration(_notes_of_closed, honest=2, planted=1),
    ("leadiosa", "STA-F4102"): Demonstration(
        _closing_nothing, honest="conversation_not_found", planted="conversation_closed"
    ),
    ("leadiosa", "WHK-F4038"): Demonstration(_told_of_erasure, honest=[True], planted=[False]),
    ("leadiosa", "WHK-F4039"): Demonstration(
        _told_of_change, honest=[False, True], planted=[False, False]
    ),
    ("leadiosa", "WHK-F4040"): Demonstration(_told_after_restoring, honest=(2, 3), planted=(1, 3)),
    ("leadiosa", "WHK-F4041"): Demonstration(
        _told_of_the_erased, honest=["agent", "agent"], planted=["agent", "contact"]
    ),
    ("leadiosa", "PRI-F4042"): Demonstration(
        _said_with_namesake, honest=["a"], planted=["[redacted]"]
    ),
}


@pytest.mark.parametrize(("api", "fault"), DEMONSTRATIONS)
def test_a_fault_of_one_workflow_shows(api: str, fault: str, start: Start) -> None:
    demonstration = DEMONSTRATIONS[api, fault]
    assert demonstration.shown(start, api) == demonstration.honest
    assert demonstration.shown(start, api, fault) == demonstration.planted
