"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import PUBLIC_URL, Workspace, new_workspace
from tests.reference.receiver import answering, receiving


def _subscribe(space: Workspace, url: str, event: str) -> None:
    place = {"api": "leadiosa", "tenant": space.tenant, "url": url}
    space.server.control("webhooks/subscriptions", {**place, "events": [event]})


def _assigned(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation(assignee_id=space.member())}"
    return [
        "assignee_id" in space.done("PATCH", place, {"status": status})
        for status in ("pending", "closed", "open")
    ]


def _told(server: Running) -> object:
    space = new_workspace(server)
    _subscribe(space, "https://receiver.example/hook", "conversation.updated")
    place = f"/conversations/{space.conversation()}"
    for status in ("pending", "closed", "open"):
        space.done("PATCH", place, {"status": status})
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [json.loads(row.body)["data"]["status"] for row in bodies]


def _timestamps(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as receiver:
        _subscribe(space, receiver.url, "conversation.created")
        space.conversation()
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    first, second = (
        {name.lower(): value for name, value in one.headers.items()} for one in receiver.received
    )
    return int(second["webhook-timestamp"]) - int(first["webhook-timestamp"])


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    places = [f"/conversations/{space.conversation()}" for _ in range(2)]
    for place in places:
        space.done("POST", f"{place}/messages", {"body": "My name is Ada."})
    space.done("PATCH", places[0], {"status": "closed"})
    space.done("DELETE", f"/contacts/{contact}")
    return [space.list(f"{place}/messages")[0]["body"] for place in places]


def _cursors(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for path, change in (("/contacts", {"name": "Ada"}), ("/knowledge", {"title": "New"})):
        page = space.done("GET", f"{path}?limit=2")
        after = page["pagination"]["next_cursor"]
        space.done("PATCH", f"{path}/{page['data'][0]['id']}", change)
        answer = space.answer("GET", f"{path}?limit=2&after={after}")
        seen.append(answer.json().get("error", {}).get("code"))
    return seen


def _removed(server: Running) -> object:
    space = new_workspace(server)
    body = {"url": PUBLIC_URL, "events": ["message.created"]}
    webhook = space.done("POST", "/webhooks", body)["id"]
    space.done("POST", "/workspace/close")
    return [
        space.answer("POST", "/webhooks", body).status_code,
        space.answer("DELETE", f"/webhooks/{webhook}").status_code,
    ]


def _logged(server: Running) -> object:
    space = new_workspace(server)
    article = space.list("/knowledge")[0]["id"]
    for change in ({"title": "New"}, {"content": "New."}):
        space.done("PATCH", f"/knowledge/{article}", change)
    return [entry["action"] for entry in space.list("/audit")]


def _handed_over(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    member = other.member()
    place = f"/conversations/{space.conversation()}"
    given = {"contact_id": space.contact()["id"], "assignee_id": member}
    return [
        space.answer("PATCH", place, {"assignee_id": member}).status_code,
        space.answer("PATCH", place, {"assignee_id": "nobody"}).status_code,
        space.answer("POST", "/conversations", given).status_code,
    ]


def _emptied(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    changed = space.done("PATCH", place, {"attributes": {}})
    return ["attributes" in contact for contact in (changed, space.done("GET", place))]


def _spent(server: Running) -> object:
    space = new_workspace(server)
    return [
        space.answer(method, "/audit").headers["X-RateLimit-Remaining"]
        for method in ("GET", "HEAD", "HEAD", "GET")
    ]


def _targets(server: Running) -> object:
    space = new_workspace(server)
    urls = [f"https://{host}/hook" for host in ("172.16.0.1", "172.31.0.1", "172.32.0.1")]
    bodies = [{"url": url, "events": ["message.created"]} for url in urls]
    return [space.answer("POST", "/webhooks", body).status_code for body in bodies]


def _no_article(server: Running) -> object:
    space = new_workspace(server)
    return [
        space.answer("GET", path).json()["error"]["code"]
        for path in ("/knowledge/none", "/knowledge/none/chunks")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "LIF-F861": Demonstration(_assigned, [True, True, True], [True, False, False]),
    "WHK-F862": Demonstration(_told, ["pending", "closed", "open"], ["pending", "closed"]),
    "WHK-F863": Demonstration(_timestamps, 60, 0),
    "PRI-F864": Demonstration(
        _erased, ["[redacted]", "[redacted]"], ["My name is Ada.", "[redacted]"]
    ),
    "PAG-F865": Demonstration(_cursors, ["cursor_expired", "cursor_expired"], [None, None]),
    "STA-F866": Demonstration(_removed, [409, 409], [409, 204]),
    "AUD-F867": Demonstration(_logged, ["article.update"] * 2, ["article.update"] * 3),
    "TEN-F868": Demonstration(_handed_over, [422, 422, 422], [200, 422, 422]),
    "SCH-F869": Demonstration(_emptied, [False, False], [True, False]),
    "RAT-F870": Demonstration(_spent, ["299", "298", "297", "296"], ["299", "299", "299", "298"]),
    "SEC-F871": Demonstration(_targets, [422, 422, 201], [422, 201, 201]),
    "ENV-F872": Demonstration(
        _no_article,
        ["article_not_found", "article_not_found"],
        ["article_not_found", "chunk_not_found"],
    ),
}
