"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import new_workspace
from tests.reference.receiver import answering, receiving


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    body = {"contact_id": contact}
    made = [space.done("POST", "/conversations", body)["id"] for _ in range(26)]
    ends = [f"/conversations/{conversation}" for conversation in (made[0], made[1], made[-1])]
    for place in ends:
        space.done("POST", f"{place}/messages", {"body": "My name is Ada."})
        space.done("POST", f"{place}/notes", {"body": "Ada, again."})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        [space.list(f"{place}/{texts}")[0]["body"] for texts in ("messages", "notes")]
        for place in ends
    ]


def _closed_at(server: Running) -> object:
    space = new_workspace(server)
    closed = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        closed.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return closed[0] == closed[1]


def _told(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as failing, receiving() as good:
        for url in (failing.url, good.url):
            place = {"api": "leadiosa", "tenant": space.tenant, "url": url}
            server.control("webhooks/subscriptions", {**place, "events": ["conversation.created"]})
        space.conversation()
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return len(failing.received), len(good.received)


def _after_a_message(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    seen = []
    for texts in ("notes", "messages"):
        after = space.done("GET", "/conversations?limit=1")["pagination"]["next_cursor"]
        space.done("POST", f"{place}/{texts}", {"body": "one"})
        answer = space.answer("GET", f"/conversations?limit=1&after={after}")
        seen.append(answer.json().get("error", {}).get("code"))
    return seen


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    given = {"postal_code": "01000", "size": 7, "name": "a1"}
    space.done("PATCH", place, {"attributes": given})
    return space.done("GET", place)["attributes"]


def _request_ids(server: Running) -> object:
    space = new_workspace(server)
    answers = [
        server.send("GET", path, space.token, {"X-Request-Id": "req_mine"})
        for path in ("/contacts", "/contacts/none")
    ]
    named = {answer.headers["X-Request-Id"] for answer in answers}
    return len(named), answers[1].json()["error"]["request_id"] in named


def _read_only(server: Running) -> object:
    space = new_workspace(server)
    reader = space.with_token("read_only")
    calls = (
        ("PATCH", "/contacts/none", {"name": "Ada"}),
        ("POST", "/conversations/none/notes", {"body": "a"}),
        ("PATCH", f"/contacts/{space.contact()['id']}", {"name": "Ada"}),
    )
    return [reader.answer(*call).json()["error"]["code"] for call in calls]


def _shortened(server: Running) -> object:
    space = new_workspace(server)
    long = {"title": "Long", "content": "A sentence of some words. " * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', long)['id']}"
    seen = []
    for change in ({"title": "Other"}, {"content": "Short."}):
        content = space.done("PATCH", place, change)["content"]
        chunks = space.list(f"{place}/chunks")
        seen.append("".join(chunk["content"] for chunk in chunks) == content)
    return seen


_REDACTED = ["[redacted]", "[redacted]"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PRI-F4249": Demonstration(
        _erased,
        [_REDACTED, _REDACTED, _REDACTED],
        [["My name is Ada.", "Ada, again."], _REDACTED, _REDACTED],
    ),
    "LIF-F4250": Demonstration(_closed_at, honest=False, planted=True),
    "WHK-F4251": Demonstration(_told, (2, 1), (1, 1)),
    "PAG-F4252": Demonstration(_after_a_message, [None, None], [None, "cursor_expired"]),
    "SCH-F4253": Demonstration(
        _attributes,
        {"postal_code": "01000", "size": 7, "name": "a1"},
        {"postal_code": 1000, "size": 7, "name": "a1"},
    ),
    "ENV-F4254": Demonstration(_request_ids, (2, True), (1, True)),
    "STA-F4255": Demonstration(
        _read_only,
        ["forbidden", "forbidden", "forbidden"],
        ["contact_not_found", "conversation_not_found", "forbidden"],
    ),
    "LIF-F4256": Demonstration(_shortened, [True, True], [True, False]),
}
