"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _redacted(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for _ in range(27):
        space.done("POST", f"{place}/messages", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    bodies = [message["body"] for message in space.list(f"{place}/messages")]
    return [bodies.count(body) for body in ("[redacted]", "My name is Ada.")]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    conversation = f"/conversations/{space.conversation()}"
    changes = ({"assignee_id": space.member()}, {"status": "pending"}, {"status": "closed"})
    for change in changes:
        space.done("PATCH", conversation, change)
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return ["assignee_id" in json.loads(row.body)["data"] for row in bodies]


def _cursors(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    lists = [f"{place}/{texts}" for texts in ("messages", "notes")]
    pages = []
    for path in lists:
        for text in ("one", "two"):
            space.done("POST", path, {"body": text})
        after = space.done("GET", f"{path}?limit=1")["pagination"]["next_cursor"]
        pages.append(f"{path}?limit=1&after={after}")
    space.done("DELETE", f"/contacts/{contact}")
    answers = [space.answer("GET", page).json() for page in pages]
    return [answer.get("error", {}).get("code") for answer in answers]


def _heads(server: Running) -> object:
    agent = new_workspace(server).with_token("agent")
    return [
        agent.answer(method, path).status_code
        for path in ("/workspace", "/workspace/archive-status")
        for method in ("GET", "HEAD")
    ]


def _chunks(server: Running) -> object:
    space = new_workspace(server)
    long = {"title": "Long", "content": "A sentence of some words. " * 40}
    article = f"/knowledge/{space.done('POST', '/knowledge', long)['id']}"
    space.done("PATCH", article, {"content": "Short."})
    chunks = space.list(f"{article}/chunks")
    return "".join(chunk["content"] for chunk in chunks) == "Short."


def _targets(server: Running) -> object:
    space = new_workspace(server)
    urls = [f"https://[{host}]/hook" for host in ("fc00::1", "fd12:3456:789a::1", "::1")]
    bodies = [{"url": url, "events": ["message.created"]} for url in urls]
    return [space.answer("POST", "/webhooks", body).status_code for body in bodies]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    contact = f"/contacts/{space.contact()['id']}"
    seen = []
    for value in (True, 1, 2, 0, False):
        space.done("PATCH", contact, {"attributes": {"vip": value}})
        seen.append(json.dumps(space.done("GET", contact)["attributes"]["vip"]))
    return seen


def _redirected(server: Running) -> object:
    space = new_workspace(server)
    headers = {"X-Forwarded-Proto": "http"}
    seen = []
    for path in ("/contacts/a-b?limit=1", "/contacts/a%2Fb"):
        answer = server.send("GET", path, space.token, headers=headers)
        target = urlsplit(answer.headers["Location"])
        seen.append(target._replace(scheme="", netloc="").geturl().removeprefix(server.base))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PRI-F4831": Demonstration(_redacted, [27, 0], [25, 2]),
    "WHK-F4832": Demonstration(_told, [True, True, True], [True, False, False]),
    "PAG-F4833": Demonstration(_cursors, ["cursor_expired", "cursor_expired"], [None, None]),
    "AUT-F4834": Demonstration(_heads, [403, 403, 403, 403], [403, 200, 403, 200]),
    "LIF-F4835": Demonstration(_chunks, True, False),
    "WHK-F4836": Demonstration(_targets, [422, 422, 422], [422, 201, 422]),
    "SCH-F4837": Demonstration(
        _attributes, ["true", "1", "2", "0", "false"], ["true", "true", "2", "0", "0"]
    ),
    "TLS-F4838": Demonstration(
        _redirected,
        ["/contacts/a-b?limit=1", "/contacts/a%2Fb"],
        ["/contacts/a-b?limit=1", "/contacts/a/b"],
    ),
}
