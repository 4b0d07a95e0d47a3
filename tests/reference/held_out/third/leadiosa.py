"""What shows the third set of faults of Leadiosa."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _logged(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for status in ("open", "pending", "pending"):
        space.done("PATCH", place, {"status": status})
    return [entry["action"] for entry in space.list("/audit")]


def _told_of_the_erased(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    space.done("PATCH", place, {"name": "Ada Lovelace"})
    space.done("DELETE", place)
    log = space.list("/audit")
    return [entry["action"] for entry in log], "Lovelace" in json.dumps(log)


def _opened(server: Running) -> object:
    space = new_workspace(server)
    place, member = f"/conversations/{space.conversation()}", space.member()
    space.done("PATCH", place, {"status": "closed"})
    changes = ({"assignee_id": member}, {"status": "open", "assignee_id": member})
    statuses = [space.answer("PATCH", place, change).status_code for change in changes]
    return statuses, space.done("GET", place)["status"]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    conversation = f"/conversations/{space.conversation()}"
    for status in ("pending", "closed"):
        space.done("PATCH", conversation, {"status": status})
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [json.loads(row.body)["data"]["status"] for row in bodies]


def _chunks(server: Running) -> object:
    space = new_workspace(server)
    content = "A sentence of some words. " * 60
    article = space.done("POST", "/knowledge", {"title": "a", "content": content})["id"]
    chunks = f"/knowledge/{article}/chunks?limit=1"
    statuses = []
    for change in ({"title": "b"}, {"content": f"{content}More."}):
        after = space.done("GET", chunks)["pagination"]["next_cursor"]
        space.done("PATCH", f"/knowledge/{article}", change)
        statuses.append(space.answer("GET", f"{chunks}&after={after}").status_code)
    return statuses


def _redirected(server: Running) -> object:
    space = new_workspace(server)
    clear = {"X-Forwarded-Proto": "http", "Host": "leadiosa.com"}
    answer = server.send("GET", "/conversations?limit=50", space.token, clear)
    return answer.status_code, answer.headers["Location"].rpartition("/")[2]


_UPDATE, _CREATE = "conversation.update", "conversation.create"
_ERASED = ["contact.delete", "contact.update"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUD-F1061": Demonstration(_logged, [*[_UPDATE] * 3, _CREATE], [_UPDATE, _CREATE]),
    "PRI-F1062": Demonstration(_told_of_the_erased, (_ERASED, False), (_ERASED, True)),
    "LIF-F1063": Demonstration(_opened, ([409, 200], "open"), ([409, 409], "closed")),
    "WHK-F1064": Demonstration(_told, ["pending", "closed"], ["open", "pending"]),
    "PAG-F1065": Demonstration(_chunks, [200, 400], [400, 400]),
    "HDR-F1066": Demonstration(
        _redirected, (308, "conversations?limit=50"), (308, "conversations")
    ),
}
