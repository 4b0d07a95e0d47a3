"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, new_workspace


def _log(server: Running) -> object:
    space = new_workspace(server)
    agent = space.with_token("agent")
    for one in (space, agent):
        one.done("POST", "/knowledge", {"title": "a", "content": "b"})
    counts = [len(space.list("/audit"))]
    server.control("keys/rotate", {"api": "leadiosa", "key": agent.token})
    return [*counts, len(space.list("/audit"))]


def _emails(server: Running) -> object:
    spaces = [new_workspace(server), new_workspace(server)]
    paths = [f"/contacts/{space.contact()['id']}" for space in spaces]
    return [
        space.answer("PATCH", path, {"email": email}).status_code
        for email in ("ada@example.com", "ada@example.com")
        for space, path in zip(spaces, paths, strict=True)
    ]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    path = f"/contacts/{space.contact()['id']}"
    given = {"since": "2026-05-12T09:28:25+02:00", "day": "2026-05-12", "seats": 12}
    return space.done("PATCH", path, {"attributes": given})["attributes"]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    path = f"/contacts/{space.contact()['id']}"
    space.done("PATCH", path, {"name": "Grace Hopper"})
    space.done("DELETE", path)
    return [
        "Hopper" in space.refused(404, "contact_not_found", method, path)
        for method in ("GET", "DELETE")
    ]


def _marks(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    made = [
        space.done("POST", f"{place}/{kind}", {"body": body})
        for kind in ("messages", "notes")
        for body in ("[redacted]", "[redacted] it")
    ]
    read = [*space.list(f"{place}/messages"), *space.list(f"{place}/notes")]
    return [["redacted" in row for row in rows] for rows in (made, read)]


def _cursors(server: Running) -> object:
    space = new_workspace(server)
    lists = ("/contacts", "/conversations", "/knowledge")
    after = [space.done("GET", f"{path}?limit=1")["pagination"]["next_cursor"] for path in lists]
    space.done("POST", "/workspace/close")
    return [
        space.answer("GET", f"{path}?limit=1&after={cursor}").status_code
        for path, cursor in zip(lists, after, strict=True)
    ]


def _endpoints(server: Running) -> object:
    space = new_workspace(server)
    first, _, other = (
        space.done("POST", "/webhooks", {"url": url, "events": [event]})["id"]
        for url, event in (
            (PUBLIC_URL, "message.created"),
            (PUBLIC_URL, "contact.deleted"),
            (f"{PUBLIC_URL}/other", "contact.deleted"),
        )
    )
    space.done("DELETE", f"/webhooks/{first}")
    left = [row["id"] for row in space.list("/webhooks")]
    return len(left), other in left


def _overridden(server: Running) -> object:
    space = new_workspace(server)
    path = f"/contacts/{space.contact()['id']}"
    statuses = [
        server.send(
            "POST", path, space.token, {"X-HTTP-Method-Override": method}, json={"name": "Ada"}
        ).status_code
        for method in ("PATCH", "GET")
    ]
    return statuses, space.contact().get("name") == "Ada"


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F4625": Demonstration(_log, [2, 2], [2, 1]),
    "TEN-F4626": Demonstration(_emails, [200] * 4, [200, 409, 200, 409]),
    "SCH-F4627": Demonstration(
        _attributes,
        {"since": "2026-05-12T09:28:25+02:00", "day": "2026-05-12", "seats": 12},
        {"since": "2026-05-12T07:28:25.000Z", "day": "2026-05-12", "seats": 12},
    ),
    "PRI-F4628": Demonstration(_erased, [False, False], [True, True]),
    "SCH-F4629": Demonstration(_marks, [[False] * 4] * 2, [[True, False] * 2] * 2),
    "PAG-F4630": Demonstration(_cursors, [200] * 3, [400] * 3),
    "WHK-F4631": Demonstration(_endpoints, (2, True), (1, True)),
    "STA-F4632": Demonstration(_overridden, ([405, 405], False), ([200, 405], True)),
}
