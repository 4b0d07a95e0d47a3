"""What shows the second set of faults of Leadiosa."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, new_workspace

_PAGE = 25


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for _ in range(_PAGE + 2):
        space.done("POST", f"{place}/messages", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return sum(one["body"] == "[redacted]" for one in space.list(f"{place}/messages"))


def _conflicts(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    space.done("PATCH", place, {"status": "closed"})
    refused = (
        ("PATCH", place, {"status": "pending"}),
        ("POST", f"{place}/messages", {"body": "a"}),
    )
    statuses = [space.answer(*request).status_code for request in refused]
    return statuses, [entry["action"] for entry in space.list("/audit")]


def _updated(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    before = space.done("GET", place)
    server.advance(10)
    same = space.done("PATCH", place, {"status": "open"})
    return [one == before for one in (same, space.done("GET", place))]


def _closed_again(server: Running) -> object:
    space = new_workspace(server)
    moments = []
    for _ in range(2):
        server.advance(60)
        space.done("POST", "/workspace/close")
        moments.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
    first, second = map(datetime.fromisoformat, moments)
    return (second - first).total_seconds()


def _positions(server: Running) -> object:
    space = new_workspace(server)
    content = "A sentence of some words. " * 40
    place = (
        f"/knowledge/{space.done('POST', '/knowledge', {'title': 'a', 'content': content})['id']}"
    )
    shown = []
    for change in ({"title": "b"}, {"content": f"{content}More."}):
        space.done("PATCH", place, change)
        shown.append([chunk["position"] for chunk in space.list(f"{place}/chunks")])
    return shown


def _request_ids(server: Running) -> object:
    space = new_workspace(server)
    body = {"url": PUBLIC_URL, "events": ["message.created"]}
    webhook = space.answer("POST", "/webhooks", body)
    answers = [webhook, space.answer("DELETE", f"/webhooks/{webhook.json()['id']}")]
    return ["X-Request-Id" in answer.headers for answer in answers]


def _cycles(server: Running) -> object:
    """Return whether the billing cycle ends after it begins, in November and in December."""
    shown = []
    space = new_workspace(server)
    for month in (11, 12):
        now = datetime.fromisoformat(server.control("clock")["now"])
        year = now.year + (now.month > month)
        there = now.replace(year=year, month=month, day=15)
        server.advance(max((there - now).total_seconds(), 0))
        cycle = space.done("GET", "/billing/subscription")["billing_cycle"]
        shown.append(cycle["starts_at"] < cycle["ends_at"])
    return shown


def _authors(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["message.created"]})
    conversation = space.conversation()
    for author in ("contact", "agent"):
        body = {"body": "a", "author": author}
        space.done("POST", f"/conversations/{conversation}/messages", body)
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [json.loads(row.body)["data"]["author"] for row in bodies]


_WRITTEN = ["conversation.update", "conversation.create"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PRI-F961": Demonstration(_erased, 27, 25),
    "AUD-F962": Demonstration(
        _conflicts,
        ([409, 409], _WRITTEN),
        ([409, 409], ["conversation.update", *_WRITTEN]),
    ),
    "LIF-F963": Demonstration(_updated, [True, True], [False, False]),
    "STA-F964": Demonstration(_closed_again, 60, 0),
    "SCH-F965": Demonstration(_positions, [[0, 1, 2], [0, 1, 2]], [[0, 1, 2], [1, 2, 3]]),
    "HDR-F966": Demonstration(_request_ids, [True, True], [True, False]),
    "SCH-F967": Demonstration(_cycles, [True, True], [True, False]),
    "WHK-F968": Demonstration(_authors, ["contact", "agent"], ["agent", "agent"]),
}
