"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, new_workspace


def _assigned(server: Running) -> object:
    space = new_workspace(server)
    member = space.member()
    return [
        space.done("PATCH", f"/conversations/{space.conversation()}", body).get("assignee_id")
        == member
        for body in (
            {"status": "open", "assignee_id": member},
            {"status": "pending", "assignee_id": member},
            {"assignee_id": member},
        )
    ]


def _ended(server: Running) -> object:
    space = new_workspace(server, rows=102)
    return [
        space.done("GET", f"/contacts?limit={limit}")["pagination"]["has_more"]
        for limit in (99, 100)
    ]


def _walked(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for text in ("one", "two"):
        space.done("POST", f"{place}/messages", {"body": text})
    cursor = space.done("GET", f"{place}/messages?limit=1")["pagination"]["next_cursor"]
    seen = []
    for elsewhere in (f"/conversations/{space.conversation()}", place):
        space.done("POST", f"{elsewhere}/notes", {"body": "Internal."})
        path = f"{place}/messages?limit=1&after={cursor}"
        seen.append(space.answer("GET", path).status_code)
    return seen


def _permitted(server: Running) -> object:
    space = new_workspace(server)
    agent = space.with_token("agent")
    return [one.answer("GET", "/workspace").status_code for one in (agent, space, agent)]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    space.done("PATCH", place, {"email": "ada@lovelace.example"})
    space.done("DELETE", place)
    return "lovelace" in json.dumps(space.list("/audit"))


def _told(server: Running) -> object:
    space = new_workspace(server)
    body = {"url": PUBLIC_URL, "events": ["conversation.created"]}
    seen = []
    for seconds in (0, 61):
        space.conversation()
        server.advance(seconds)
        webhook = space.done("POST", "/webhooks", body)["id"]
        space.conversation()
        to_it = select(deliveries.c.id).where(deliveries.c.subscription == webhook)
        seen.append(len(server.read(to_it)))
        server.advance(61)
    return seen


def _waited(server: Running) -> object:
    space = new_workspace(server)
    server.requests(300, "/audit?limit=1", space.token)
    seen = []
    for refused in (1, 12):
        answers = server.requests(refused, "/audit?limit=1", space.token)
        server.advance(int(answers[-1].headers["Retry-After"]))
        seen.append(space.answer("GET", "/audit?limit=1").status_code)
        server.requests(4, "/audit?limit=1", space.token)
    return seen


def _named(server: Running) -> object:
    space = new_workspace(server)
    bodies = ({"title": "New"}, {"content": "New."}, {"title": "", "content": "New."})
    messages = [space.refused(400, "invalid_request", "POST", "/knowledge", b) for b in bodies]
    return [message.split("`")[1] for message in messages]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F4757": Demonstration(_assigned, [True, True, True], [False, True, True]),
    "PAG-F4758": Demonstration(_ended, [True, True], [True, False]),
    "PAG-F4759": Demonstration(_walked, [200, 200], [200, 400]),
    "AUT-F4760": Demonstration(_permitted, [403, 200, 403], [403, 200, 200]),
    "PRI-F4761": Demonstration(_erased, False, True),
    "WHK-F4762": Demonstration(_told, [1, 1], [0, 1]),
    "RAT-F4763": Demonstration(_waited, [200, 200], [200, 429]),
    "ENV-F4764": Demonstration(
        _named, ["content", "title", "title"], ["content", "content", "title"]
    ),
}
