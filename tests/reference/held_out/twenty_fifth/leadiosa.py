"""What shows the faults of Leadiosa of the twenty-fifth set."""

from collections.abc import Mapping
from datetime import datetime

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace

_SENTENCE = "A sentence of some words. "


def _fractions(server: Running) -> object:
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance((1_120_500 - now.microsecond) / 1_000_000)
    space = new_workspace(server)
    article = space.done("POST", "/knowledge", {"title": "t", "content": "c"})
    cycle = space.done("GET", "/billing/subscription")["billing_cycle"]
    return [article["created_at"][19:], cycle["starts_at"][19:]]


def _reassigned(server: Running) -> object:
    space = new_workspace(server)
    member = space.member()
    place = f"/conversations/{space.conversation()}"
    shown = []
    for change in (
        {"status": "closed"},
        {"assignee_id": member},
        {"status": "open", "assignee_id": member},
        {"status": "open"},
        {"assignee_id": member},
    ):
        shown.append(space.answer("PATCH", place, change).status_code)
    return shown


def _redacted(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}/messages"
    for number in range(27):
        space.done("POST", place, {"body": f"My number is {number}."})
    space.done("DELETE", f"/contacts/{contact}")
    return [message["body"] for message in space.list(place)[24:]]


def _expired(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    conversation = f"/conversations/{space.conversation()}"
    places = [f"{conversation}/{texts}" for texts in ("messages", "notes")]
    cursors = []
    for place in places:
        for text in ("one", "two"):
            space.done("POST", place, {"body": text})
        cursors.append(space.done("GET", f"{place}?limit=1")["pagination"]["next_cursor"])
    space.done("DELETE", f"/contacts/{contact}")
    return [
        space.answer("GET", f"{place}?limit=1&after={cursor}").status_code
        for place, cursor in zip(places, cursors, strict=True)
    ]


def _identified(server: Running) -> object:
    space = new_workspace(server)
    given = {"X-Request-Id": "req_mine"}
    found, missing = (
        server.send("GET", path, space.token, headers=given)
        for path in ("/contacts", "/contacts/none")
    )
    article = {"title": "t", "content": "c"}
    server.send("POST", "/knowledge", space.token, headers=given, json=article)
    ids = (
        found.headers["X-Request-Id"],
        missing.json()["error"]["request_id"],
        space.list("/audit")[0]["request_id"],
    )
    return [request_id == "req_mine" for request_id in ids]


def _targets(server: Running) -> object:
    space = new_workspace(server)
    hosts = ("10.0.0.1", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[::1]", "93.184.215.14")
    bodies = [{"url": f"https://{host}/hook", "events": ["message.created"]} for host in hosts]
    return [space.answer("POST", "/webhooks", body).status_code for body in bodies]


def _tail(server: Running) -> object:
    space = new_workspace(server)
    body = {"title": "Long", "content": _SENTENCE * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', body)['id']}"
    shown = []
    for content in (_SENTENCE * 90, "Short."):
        space.done("PATCH", place, {"content": content})
        pieces = [chunk["content"] for chunk in space.list(f"{place}/chunks")]
        shown.append("".join(pieces) == content)
    return shown


def _closed(server: Running) -> object:
    space = new_workspace(server)
    space.done("POST", "/workspace/close")
    since = space.done("GET", "/workspace/archive-status")["closed_at"]
    server.advance(60)
    again = space.answer("POST", "/workspace/close").status_code
    return [again, space.done("GET", "/workspace/archive-status")["closed_at"] == since]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "SCH-F4725": Demonstration(_fractions, [".120Z", ".000Z"], [".12Z", "Z"]),
    "LIF-F4726": Demonstration(_reassigned, [200, 409, 200, 200, 200], [200, 409, 409, 200, 200]),
    "PRI-F4727": Demonstration(
        _redacted,
        ["[redacted]"] * 3,
        ["[redacted]", "My number is 25.", "My number is 26."],
    ),
    "PAG-F4728": Demonstration(_expired, [400, 400], [200, 200]),
    "ENV-F4729": Demonstration(_identified, [False] * 3, [True] * 3),
    "WHK-F4730": Demonstration(_targets, [422, 422, 422, 422, 201], [422, 201, 201, 422, 201]),
    "LIF-F4731": Demonstration(_tail, [True, True], [True, False]),
    "STA-F4732": Demonstration(_closed, [409, True], [200, False]),
}
