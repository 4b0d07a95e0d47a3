"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, new_workspace


def _removed(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    body = {"url": PUBLIC_URL, "events": ["message.created"]}
    webhook = other.done("POST", "/webhooks", body)["id"]
    statuses = [
        space.answer("DELETE", f"/webhooks/{name}").status_code for name in ("none", webhook)
    ]
    return [*statuses, len(other.list("/webhooks"))]


def _limits(server: Running) -> object:
    space = new_workspace(server)
    after = space.done("GET", "/contacts?limit=1")["pagination"]["next_cursor"]
    return [
        space.answer("GET", f"/contacts?limit={limit}&after={after}").status_code
        for limit in (1, 2)
    ]


def _reopened(server: Running) -> object:
    space = new_workspace(server)
    place, member = f"/conversations/{space.conversation()}", space.member()
    space.done("PATCH", place, {"status": "closed"})
    both = {"status": "open", "assignee_id": member}
    return [space.answer("PATCH", place, body).status_code for body in (both, {"status": "open"})]


def _told(server: Running) -> object:
    space = new_workspace(server)
    first, second = space.member(), space.member()
    place = f"/conversations/{space.conversation()}"
    subscription = {"api": "leadiosa", "tenant": space.tenant, "url": "https://r.example/hook"}
    events = ["conversation.updated"]
    server.control("webhooks/subscriptions", {**subscription, "events": events})
    for member in (first, second):
        space.done("PATCH", place, {"assignee_id": member})
    names = {first: "first", second: "second"}
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [names.get(json.loads(row.body)["data"].get("assignee_id")) for row in bodies]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    thread = f"/conversations/{space.conversation()}/messages"
    for _ in range(26):
        space.done("POST", thread, {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [space.list(thread)[index]["body"] for index in (24, 25)]


def _logged(server: Running) -> object:
    space = new_workspace(server)
    conversation = space.conversation()
    place = f"/conversations/{conversation}"
    made = [
        space.done("POST", f"{place}/{kind}", {"body": "a"})["id"] for kind in ("notes", "messages")
    ]
    names = {conversation: "conversation", made[0]: "note", made[1]: "message"}
    return [names[entry["resource_id"]] for entry in space.list("/audit")[:2]]


def _cycle(server: Running) -> object:
    space = new_workspace(server)
    return space.done("GET", "/billing/subscription")["billing_cycle"]["ends_at"][10:]


def _rotated(server: Running) -> object:
    used, unused = new_workspace(server), new_workspace(server)
    used.done("GET", "/contacts")
    for space in (used, unused):
        server.control("keys/rotate", {"api": "leadiosa", "key": space.token})
    statuses = [space.answer("GET", "/contacts").status_code for space in (used, unused)]
    server.advance(60)
    return [*statuses, used.answer("GET", "/contacts").status_code]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "TEN-F3449": Demonstration(_removed, [404, 404, 1], [404, 204, 0]),
    "PAG-F3450": Demonstration(_limits, [200, 200], [200, 400]),
    "LIF-F3451": Demonstration(_reopened, [200, 200], [409, 200]),
    "WHK-F3452": Demonstration(_told, ["first", "second"], [None, "first"]),
    "PRI-F3453": Demonstration(
        _erased, ["[redacted]", "[redacted]"], ["[redacted]", "My name is Ada."]
    ),
    "SCH-F3454": Demonstration(_logged, ["message", "note"], ["message", "conversation"]),
    "SCH-F3455": Demonstration(_cycle, "T00:00:00.000Z", "T23:59:59.999Z"),
    "ROT-F3456": Demonstration(_rotated, [401, 401, 401], [200, 401, 401]),
}
