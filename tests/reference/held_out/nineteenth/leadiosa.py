"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import Workspace, full_workspace, new_workspace


def _subscribe(space: Workspace) -> None:
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    space.server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})


def _told(server: Running) -> list[Mapping[str, str]]:
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [json.loads(row.body)["data"] for row in bodies]


def _assignees(server: Running) -> object:
    space = new_workspace(server)
    _subscribe(space)
    first, second = space.member(), space.member()
    place = f"/conversations/{space.conversation(assignee_id=first)}"
    space.done("PATCH", place, {"status": "pending", "assignee_id": second})
    space.done("PATCH", place, {"assignee_id": first})
    names = {first: "first", second: "second"}
    return [names[data["assignee_id"]] for data in _told(server)]


def _cursors(server: Running) -> object:
    full = full_workspace(server)
    space, seen = full.workspace, []
    afters = {
        name: space.done("GET", f"{full.path(name)}?limit=2")["pagination"]["next_cursor"]
        for name in ("messages", "notes", "contacts")
    }
    space.done("DELETE", f"/contacts/{full.ids['contact']}")
    for name, after in afters.items():
        answer = space.answer("GET", f"{full.path(name)}?limit=2&after={after}")
        seen.append(answer.json().get("error", {}).get("code"))
    return seen


def _redacted(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}/messages"
    for number in range(26):
        space.done("POST", place, {"body": f"My name is Ada, {number}."})
    space.done("DELETE", f"/contacts/{contact}")
    return [message["body"] for message in space.list(place)][24:]


def _refused(server: Running) -> object:
    space = new_workspace(server)
    reader, agent = space.with_token("read_only"), space.with_token("agent")
    seen = [reader.answer("POST", "/knowledge", {"title": "t", "content": "c"}).status_code]
    space.done("POST", "/workspace/close")
    for one in (reader, agent):
        seen.append(one.answer("POST", "/knowledge", {"title": "t", "content": "c"}).status_code)
    return [*seen, agent.answer("POST", "/workspace/close").status_code]


def _locations(server: Running) -> object:
    clear = {"X-Forwarded-Proto": "http"}
    paths = ("/contacts/a%20b?after=%2F", "/contacts/a%2Fb?after=%2F")
    answers = [server.send("GET", path, None, headers=clear) for path in paths]
    return [answer.headers["Location"].partition(server.base)[2] for answer in answers]


def _chunks(server: Running) -> object:
    full = full_workspace(server)
    space, path = full.workspace, full.path("chunks")
    before = space.list(path)
    after = space.done("GET", f"{path}?limit=1")["pagination"]["next_cursor"]
    space.done("PATCH", f"/knowledge/{full.ids['article']}", {"title": "Another"})
    status = space.answer("GET", f"{path}?limit=1&after={after}").status_code
    return [space.list(path) == before, status]


def _notes(server: Running) -> object:
    space = new_workspace(server)
    _subscribe(space)
    for given in ({}, {"assignee_id": space.member()}):
        place = f"/conversations/{space.conversation(**given)}/notes"
        space.done("POST", place, {"body": "Ask Ada."})
    return len(_told(server))


def _closings(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        seen.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return seen[0] == seen[1]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F3749": Demonstration(_assignees, ["second", "first"], ["first", "first"]),
    "PAG-F3750": Demonstration(_cursors, ["cursor_expired"] * 3, [None, None, "cursor_expired"]),
    "PRI-F3751": Demonstration(
        _redacted, ["[redacted]", "[redacted]"], ["[redacted]", "My name is Ada, 25."]
    ),
    "AUT-F3752": Demonstration(_refused, [403, 403, 409, 403], [403, 409, 409, 403]),
    "TLS-F3753": Demonstration(
        _locations,
        ["/contacts/a%20b?after=%2F", "/contacts/a%2Fb?after=%2F"],
        ["/contacts/a%20b?after=%2F", "/contacts/a/b?after=%2F"],
    ),
    "LIF-F3754": Demonstration(_chunks, [True, 200], [False, 400]),
    "WHK-F3755": Demonstration(_notes, 0, 1),
    "LIF-F3756": Demonstration(_closings, honest=False, planted=True),
}
