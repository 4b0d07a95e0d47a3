"""What shows more faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, new_workspace


def _pages(server: Running) -> object:
    space = new_workspace(server, rows=40)
    seen = []
    for first in ("?limit=2", "?limit=30", ""):
        page = space.done("GET", f"/contacts{first}")
        after = page["pagination"]["next_cursor"]
        following = space.done("GET", f"/contacts?after={after}")
        seen.append((len(page["data"]), len(following["data"])))
    return seen


def _noted(server: Running) -> object:
    space = new_workspace(server)
    contact, place = space.contact()["id"], f"/conversations/{space.conversation()}"
    space.done("POST", f"{place}/notes", {"body": "Ada called."})
    space.done("DELETE", f"/contacts/{contact}")
    made = space.done("POST", f"{place}/notes", {"body": "Ada called again."})
    space.done("POST", f"{place}/messages", {"body": "Dear Ada"})
    kept = [*space.list(f"{place}/notes"), *space.list(f"{place}/messages")]
    return made["body"], [text["body"] for text in kept]


def _told(server: Running) -> object:
    space = new_workspace(server)
    webhook = {"url": PUBLIC_URL, "events": ["conversation.updated"]}
    space.done("POST", "/webhooks", webhook)
    place = f"/conversations/{space.conversation()}"
    for change in ({"status": "pending"}, {"assignee_id": space.member()}, {"status": "open"}):
        space.done("PATCH", place, change)
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    data = [json.loads(row.body)["data"] for row in bodies]
    return [(one["status"], "assignee_id" in one) for one in data]


def _cut(server: Running) -> object:
    space = new_workspace(server)
    long = {"title": "Long", "content": "A sentence of some words. " * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', long)['id']}"
    counts = []
    for change in ({"title": "Short"}, {"content": "Short."}, {"content": long["content"]}):
        space.done("PATCH", place, change)
        counts.append(len(space.list(f"{place}/chunks")))
    return counts


def _restored(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    for one in (space, other):
        one.done("POST", "/webhooks", {"url": PUBLIC_URL, "events": ["message.created"]})
    space.done("POST", "/workspace/close")
    space.done("POST", "/workspace/restore")
    return [len(one.list("/webhooks")) for one in (space, other)]


def _rotated(server: Running) -> object:
    space = new_workspace(server)
    unused = space.with_token("owner")
    space.contact()
    for one in (space, unused):
        server.control("keys/rotate", {"api": "leadiosa", "key": one.token})
    attribute = {"attributes": {"a": "b"}}
    statuses = [
        space.answer("GET", "/contacts").status_code,
        space.answer("PATCH", "/contacts/none", attribute).status_code,
        unused.answer("GET", "/contacts").status_code,
    ]
    server.advance(30)
    return [*statuses, space.answer("GET", "/contacts").status_code]


def _remaining(server: Running) -> object:
    reader = new_workspace(server).with_token("read_only")
    return [
        (answer.status_code, answer.headers["X-RateLimit-Remaining"])
        for answer in (
            reader.answer("GET", "/audit"),
            reader.answer("POST", "/conversations", {"contact_id": "none"}),
            reader.answer("GET", "/nothing"),
            reader.answer("GET", "/audit"),
        )
    ]


def _cycle(server: Running) -> object:
    cycle = new_workspace(server).done("GET", "/billing/subscription")["billing_cycle"]
    return cycle["starts_at"][8:], cycle["ends_at"][11:]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F1925": Demonstration(_pages, [(2, 25), (30, 10), (25, 15)], [(2, 2), (30, 10), (25, 15)]),
    "PRI-F1926": Demonstration(
        _noted,
        ("[redacted]", ["[redacted]"] * 3),
        ("Ada called again.", ["[redacted]", "Ada called again.", "[redacted]"]),
    ),
    "WHK-F1927": Demonstration(
        _told,
        [("pending", False), ("pending", True), ("open", True)],
        [("pending", False), ("pending", True), ("open", False)],
    ),
    "LIF-F1928": Demonstration(_cut, [4, 1, 4], [4, 4, 4]),
    "LIF-F1929": Demonstration(_restored, [1, 1], [0, 1]),
    "ROT-F1930": Demonstration(_rotated, [401, 401, 401, 401], [200, 401, 401, 401]),
    "RAT-F1931": Demonstration(
        _remaining,
        [(200, "299"), (403, "298"), (404, "298"), (200, "297")],
        [(200, "299"), (403, "300"), (404, "300"), (200, "297")],
    ),
    "SCH-F1932": Demonstration(
        _cycle,
        ("01T00:00:00.000Z", "00:00:00.000Z"),
        ("01T00:00:00.000Z", "23:59:59.999Z"),
    ),
}
