"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.receiver import answering, receiving

_OLD = "An old sentence of words. " * 30
_NEW = "My new sentence of words. " * 30


def _subscribe(space: Workspace, url: str, event: str) -> None:
    place = {"api": "leadiosa", "tenant": space.tenant, "url": url}
    space.server.control("webhooks/subscriptions", {**place, "events": [event]})


def _handed_on(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    space.done("PATCH", place, {"status": "pending"})
    changed = space.done("PATCH", place, {"assignee_id": space.member()})
    return changed["status"], space.done("GET", place)["status"]


def _told(server: Running) -> object:
    space = new_workspace(server)
    _subscribe(space, "https://receiver.example/hook", "message.created")
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}/messages"
    made = [space.done("POST", place, {"body": "Hello."})["id"]]
    space.done("DELETE", f"/contacts/{contact}")
    made.append(space.done("POST", place, {"body": "Goodbye."})["id"])
    bodies = space.server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    told = [json.loads(row.body)["data"]["message_id"] for row in bodies]
    return [message in told for message in made]


def _started(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    space.conversation()
    space.done("DELETE", f"/contacts/{contact}")
    return [
        space.answer("POST", "/conversations", {"contact_id": one}).status_code
        for one in (contact, "nobody")
    ]


def _cut_anew(server: Running) -> object:
    space = new_workspace(server)
    article = space.done("POST", "/knowledge", {"title": "Long", "content": _OLD})["id"]
    place = f"/knowledge/{article}"
    page = space.done("GET", f"{place}/chunks?limit=1")
    before = len(space.list(f"{place}/chunks"))
    space.done("PATCH", place, {"content": _NEW})
    assert len(space.list(f"{place}/chunks")) == before
    after = page["pagination"]["next_cursor"]
    return space.answer("GET", f"{place}/chunks?limit=1&after={after}").status_code


def _spent(server: Running) -> object:
    space = new_workspace(server)
    roles = ("read_only", "read_only", "agent", "agent")
    return [
        space.with_token(role).answer("GET", "/contacts").headers["X-RateLimit-Remaining"]
        for role in roles
    ]


def _made_true(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    seen = []
    for value in (1, True, 2, False):
        space.done("PATCH", place, {"attributes": {"vip": value}})
        seen.append(json.dumps(space.done("GET", place)["attributes"]["vip"]))
    return seen


def _received(server: Running) -> object:
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


def _rotated(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    old = server.key(space.tenant, role="read_only")
    new = server.control("keys/rotate", {"api": "leadiosa", "key": old})["key"]
    return [
        server.get("/contacts", old).status_code,
        server.get("/contacts", new).status_code,
        server.get("/workspace", new).status_code,
        server.patch(place, new, {"name": "Ada"}).status_code,
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F2425": Demonstration(_handed_on, ("pending", "pending"), ("open", "open")),
    "WHK-F2426": Demonstration(_told, [True, True], [True, False]),
    "PRI-F2427": Demonstration(_started, [422, 422], [201, 422]),
    "PAG-F2428": Demonstration(_cut_anew, 400, 200),
    "RAT-F2429": Demonstration(_spent, ["299", "299", "299", "299"], ["299", "298", "299", "299"]),
    "SCH-F2430": Demonstration(_made_true, ["1", "true", "2", "false"], ["1", "1", "2", "false"]),
    "WHK-F2431": Demonstration(_received, 2, 1),
    "ROT-F2432": Demonstration(_rotated, [401, 200, 403, 403], [401, 200, 200, 200]),
}
