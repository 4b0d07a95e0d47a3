"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import PUBLIC_URL, new_workspace
from tests.reference.receiver import answering, receiving

_LONG = "A sentence of some words. " * 60


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}/messages"
    for number in range(27):
        space.done("POST", place, {"body": f"My number is {number}."})
    space.done("DELETE", f"/contacts/{contact}")
    bodies = [message["body"] for message in space.list(place)]
    return [bodies.count("[redacted]"), *(body for body in bodies if body != "[redacted]")]


def _titled(server: Running) -> object:
    space = new_workspace(server)
    article = space.done("POST", "/knowledge", {"title": "Long", "content": _LONG})["id"]
    place = f"/knowledge/{article}"
    after = space.done("GET", f"{place}/chunks?limit=1")["pagination"]["next_cursor"]
    seen = []
    for change in ({"title": "Longer"}, {"content": f"{_LONG}The end."}):
        space.done("PATCH", place, change)
        seen.append(space.answer("GET", f"{place}/chunks?after={after}").status_code)
    return seen


def _foreign(server: Running) -> object:
    space = new_workspace(server)
    places = [f"/conversations/{space.conversation()}/messages" for _ in range(2)]
    for place in places:
        for text in ("one", "two"):
            space.done("POST", place, {"body": text})
    after = space.done("GET", f"{places[0]}?limit=1")["pagination"]["next_cursor"]
    asked = (*places, places[1].replace("messages", "notes"))
    return [space.answer("GET", f"{place}?after={after}").status_code for place in asked]


def _retried(server: Running, status: int) -> int:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(status, 200)) as receiver:
        place = {"api": "leadiosa", "tenant": space.tenant, "url": receiver.url}
        events = ["conversation.created"]
        server.control("webhooks/subscriptions", {**place, "events": events})
        space.conversation()
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return len(receiver.received)


def _gone(server: Running) -> object:
    return [_retried(server, status) for status in (404, 410)]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    given = {"planName": "growth", "seats": 12, "is_vip": True}
    space.done("PATCH", place, {"attributes": given})
    return sorted(space.done("GET", place)["attributes"])


def _closed(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        seen.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return [space.done("GET", "/workspace/archive-status")["archived"], seen[0] < seen[1]]


def _redirected(server: Running) -> object:
    space = new_workspace(server)
    queries = ("?limit=5", "?after=a%26limit%3D1")
    in_the_clear = {"X-Forwarded-Proto": "http"}
    answers = [
        server.send("GET", f"/contacts{query}", space.token, headers=in_the_clear)
        for query in queries
    ]
    return [
        (answer.status_code, answer.headers["Location"].partition("/contacts")[2])
        for answer in answers
    ]


def _refused(server: Running) -> object:
    space = new_workspace(server)
    reader, agent = space.with_token("read_only"), space.with_token("agent")
    body = {"url": PUBLIC_URL, "events": ["message.created"]}
    seen = [reader.answer("POST", "/webhooks", body).status_code]
    space.done("POST", "/workspace/close")
    seen += [one.answer("POST", "/webhooks", body).status_code for one in (reader, agent)]
    return [*seen, agent.answer("POST", "/workspace/restore").status_code]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PRI-F4871": Demonstration(_erased, [27], [25, "My number is 25.", "My number is 26."]),
    "PAG-F4872": Demonstration(_titled, [200, 400], [400, 400]),
    "PAG-F4873": Demonstration(_foreign, [200, 400, 400], [200, 200, 400]),
    "WHK-F4874": Demonstration(_gone, [2, 2], [2, 1]),
    "SCH-F4875": Demonstration(
        _attributes, ["is_vip", "planName", "seats"], ["is_vip", "plan_name", "seats"]
    ),
    "LIF-F4876": Demonstration(_closed, [False, True], [False, False]),
    "TLS-F4877": Demonstration(
        _redirected,
        [(308, "?limit=5"), (308, "?after=a%26limit%3D1")],
        [(308, "?limit=5"), (308, "?after=a&limit=1")],
    ),
    "STA-F4878": Demonstration(_refused, [403, 403, 409, 403], [403, 409, 409, 403]),
}
