"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import Workspace, new_workspace


def _assigned(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    updates = ("pending", "pending", "open")
    given = [{"status": status, "assignee_id": space.member()} for status in updates]
    changed = [space.done("PATCH", place, update) for update in given]
    return [
        answer["assignee_id"] == update["assignee_id"]
        for answer, update in zip(changed, given, strict=True)
    ]


def _redacted(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for kind in ("messages", "notes"):
        for _ in range(27):
            space.done("POST", f"{place}/{kind}", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        [text["body"] for text in space.list(f"{place}/{kind}")].count("[redacted]")
        for kind in ("messages", "notes")
    ]


def _cursors(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for _ in range(2):
        space.done("POST", f"{place}/messages", {"body": "Hello."})
    seen = []
    for kind in ("notes", "messages"):
        after = space.done("GET", f"{place}/messages?limit=1")["pagination"]["next_cursor"]
        space.done("POST", f"{place}/{kind}", {"body": "Hello."})
        seen.append(space.answer("GET", f"{place}/messages?limit=1&after={after}").status_code)
    return seen


def _logged(server: Running) -> object:
    space = new_workspace(server)
    space.conversation()
    before = [entry["action"] for entry in space.list("/audit")]
    rotated = server.control("keys/rotate", {"api": "leadiosa", "key": space.token})
    space = Workspace(server, space.tenant, rotated["key"])
    space.done("POST", "/workspace/close")
    return [before, [entry["action"] for entry in space.list("/audit")]]


def _told(server: Running) -> object:
    space = new_workspace(server, rows=0)
    place = {"api": "leadiosa", "tenant": space.tenant}
    ids = server.control("rows", {**place, "collection": "contacts", "insert": 2})["ids"]
    body = {"url": "https://receiver.example/hook", "events": ["contact.deleted"]}
    server.control("webhooks/subscriptions", {**place, **body})
    space.done("POST", "/conversations", {"contact_id": ids[0]})
    for contact in ids:
        space.done("DELETE", f"/contacts/{contact}")
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    told = [json.loads(row.body)["data"]["contact_id"] for row in bodies]
    return [contact in told for contact in ids]


def _forbidden(server: Running) -> object:
    space = new_workspace(server)
    reader = space.with_token("read_only")
    bodies = ({"title": "Hours", "content": "From nine to five."}, {"title": ""})
    return [
        *(reader.answer("POST", "/knowledge", body).status_code for body in bodies),
        reader.answer("POST", "/workspace/close").status_code,
        space.with_token("agent").answer("POST", "/knowledge", bodies[0]).status_code,
    ]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    given = {"plan": "pro", "seats": 0, "vip": False}
    changed = space.done("PATCH", f"/contacts/{space.contact()['id']}", {"attributes": given})
    return changed["attributes"]


def _chunks(server: Running) -> object:
    space = new_workspace(server)
    body = {"title": "Long", "content": "A sentence of some words. " * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', body)['id']}"
    seen = []
    for content in (body["content"], "Short."):
        space.done("PATCH", place, {"content": content})
        pieces = [chunk["content"] for chunk in space.list(f"{place}/chunks")]
        seen.append("".join(pieces) == content)
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F2025": Demonstration(_assigned, [True, True, True], [True, False, True]),
    "PRI-F2026": Demonstration(_redacted, [27, 27], [25, 25]),
    "PAG-F2027": Demonstration(_cursors, [200, 400], [400, 400]),
    "ROT-F2028": Demonstration(
        _logged,
        [["conversation.create"], ["workspace.close", "conversation.create"]],
        [["conversation.create"], ["workspace.close"]],
    ),
    "WHK-F2029": Demonstration(_told, [True, True], [True, False]),
    "STA-F2030": Demonstration(_forbidden, [403, 403, 403, 201], [403, 400, 403, 201]),
    "SCH-F2031": Demonstration(
        _attributes, {"plan": "pro", "seats": 0, "vip": False}, {"plan": "pro"}
    ),
    "LIF-F2032": Demonstration(_chunks, [True, True], [True, False]),
}
