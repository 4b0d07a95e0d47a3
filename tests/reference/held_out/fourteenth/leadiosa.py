"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.receiver import receiving

CLEAR = {"X-Forwarded-Proto": "http"}


def _redirected(server: Running) -> object:
    space = new_workspace(server)
    answers = [
        server.send("GET", path, space.token, CLEAR)
        for path in ("/contacts/a?limit=1", "/contacts/a%2Fb")
    ]
    return [answer.headers["Location"].partition("/contacts")[2] for answer in answers]


def _full_pages(server: Running) -> object:
    space = new_workspace(server, rows=120)
    return [
        space.done("GET", f"/contacts?limit={limit}")["pagination"]["has_more"]
        for limit in (99, 100)
    ]


def _foreign_cursors(server: Running) -> object:
    space = new_workspace(server)
    places = [f"/conversations/{space.conversation()}/messages" for _ in range(2)]
    for place in places:
        for text in "one", "two", "three":
            space.done("POST", place, {"body": text})
    after = space.done("GET", f"{places[0]}?limit=1")["pagination"]["next_cursor"]
    lists = (*places, "/contacts")
    return [space.answer("GET", f"{path}?after={after}").status_code for path in lists]


def _reopened(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for assigned in ({}, {"assignee_id": space.member()}):
        place = f"/conversations/{space.conversation()}"
        space.done("PATCH", place, {"status": "closed"})
        space.done("PATCH", place, {"status": "open", **assigned})
        seen.append(space.answer("POST", f"{place}/messages", {"body": "Hi"}).status_code)
    return seen


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for path in ("messages", "notes"):
        for _ in range(26):
            space.done("POST", f"{place}/{path}", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        sum(row["body"] == "[redacted]" for row in space.list(f"{place}/{path}"))
        for path in ("messages", "notes")
    ]


def _subscribed(space: Workspace, *urls: str) -> None:
    for url in urls:
        place = {"api": "leadiosa", "tenant": space.tenant, "url": url}
        space.server.control(
            "webhooks/subscriptions", {**place, "events": ["conversation.created"]}
        )


def _sent(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving() as receiver:
        _subscribed(space, receiver.url, receiver.url, f"{receiver.url}/other")
        space.conversation()
        deliveries_settled(server)
    server.run(server.origin.stop())
    return sorted(one.path for one in receiver.received)


def _logged(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    seen = []
    for _ in range(2):
        space.done("PATCH", f"/contacts/{contact}", {"name": "Ada"})
        seen.append(len(space.list("/audit")))
    return seen


def _closed(server: Running) -> object:
    space = new_workspace(server)
    moments = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        moments.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return moments[0] == moments[1]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "TLS-F2525": Demonstration(_redirected, ["/a?limit=1", "/a%2Fb"], ["/a?limit=1", "/a/b"]),
    "PAG-F2526": Demonstration(_full_pages, [True, True], [True, False]),
    "PAG-F2527": Demonstration(_foreign_cursors, [200, 400, 400], [200, 200, 400]),
    "LIF-F2528": Demonstration(_reopened, [201, 201], [201, 409]),
    "PRI-F2529": Demonstration(_erased, [26, 26], [25, 25]),
    "WHK-F2530": Demonstration(_sent, ["/hook", "/hook", "/hook/other"], ["/hook", "/hook/other"]),
    "AUD-F2531": Demonstration(_logged, [1, 2], [1, 1]),
    "LIF-F2532": Demonstration(_closed, honest=False, planted=True),
}
