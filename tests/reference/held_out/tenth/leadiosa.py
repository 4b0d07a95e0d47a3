"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import replace

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.receiver import answering, receiving


def _subscribe(space: Workspace, url: str, event: str) -> None:
    place = {"api": "leadiosa", "tenant": space.tenant, "url": url}
    space.server.control("webhooks/subscriptions", {**place, "events": [event]})


def _rotated(space: Workspace) -> Workspace:
    """Return the workspace with a token in place of the one it had."""
    body = {"api": "leadiosa", "key": space.token}
    return replace(space, token=space.server.control("keys/rotate", body)["key"])


def _half_done(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    change = {"status": "pending", "assignee_id": "nobody"}
    status = space.answer("PATCH", place, change).status_code
    return status, space.done("GET", place)["status"]


def _pages_of(server: Running) -> object:
    space = new_workspace(server, rows=101)
    return [
        space.done("GET", f"/contacts?limit={limit}")["pagination"]["has_more"]
        for limit in (99, 100)
    ]


def _deliveries(server: Running) -> object:
    space = new_workspace(server)
    for path in ("one", "two", "two"):
        _subscribe(space, f"https://receiver.example/{path}", "conversation.created")
    space.conversation()
    urls = [one["url"] for one in server.control("deliveries")["deliveries"]]
    return sorted(url.rpartition("/")[2] for url in urls)


def _attempts(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as receiver:
        _subscribe(space, receiver.url, "conversation.created")
        space.conversation()
        deliveries_settled(server)
        space.done("POST", "/workspace/close")
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return len(receiver.received)


def _log_of_tokens(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    following = _rotated(space)
    following.done("PATCH", place, {"status": "closed"})
    return [entry["action"] for entry in following.list("/audit")]


def _foreign(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    path = f"/conversations/{other.conversation()}"
    seen = []
    for status in ("pending", "closed"):
        other.done("PATCH", path, {"status": status})
        seen.append(space.answer("POST", f"{path}/messages", {"body": "Hello"}).status_code)
    return seen


def _after_a_rotation(server: Running) -> object:
    old = new_workspace(server)
    new = _rotated(old)
    return [space.answer("GET", "/contacts").status_code for space in (old, new, old)]


def _left_of(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for _ in range(26):
        space.done("POST", f"{place}/messages", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [row["body"] for row in space.list(f"{place}/messages")][-2:]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F1825": Demonstration(_half_done, (422, "open"), (422, "pending")),
    "PAG-F1826": Demonstration(_pages_of, [True, True], [True, False]),
    "WHK-F1827": Demonstration(_deliveries, ["one", "two", "two"], ["one", "two"]),
    "WHK-F1828": Demonstration(_attempts, 2, 1),
    "LIF-F1829": Demonstration(
        _log_of_tokens,
        ["conversation.update", "conversation.create"],
        ["conversation.update"],
    ),
    "TEN-F1830": Demonstration(_foreign, [404, 404], [404, 409]),
    "ROT-F1831": Demonstration(_after_a_rotation, [401, 200, 401], [200, 200, 401]),
    "PRI-F1832": Demonstration(
        _left_of, ["[redacted]", "[redacted]"], ["[redacted]", "My name is Ada."]
    ),
}
