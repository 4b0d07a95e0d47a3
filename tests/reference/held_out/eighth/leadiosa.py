"""What shows the eighth set of faults of Leadiosa."""

from collections.abc import Mapping

from reference.leadiosa.security import ROLES
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import PUBLIC_URL, new_workspace
from tests.reference.receiver import receiving

_REMAINING = "X-RateLimit-Remaining"


def _looked(server: Running) -> object:
    """What GET and HEAD are answered, by the role of the token."""
    space = new_workspace(server)
    return [
        [space.with_token(role).answer(method, "/contacts").status_code for role in ROLES]
        for method in ("GET", "HEAD")
    ]


def _cut(server: Running) -> object:
    """Whether the chunks of an article are its content: as it was added, longer, and shorter."""
    space, seen = new_workspace(server, rows=0), []
    path = f"/knowledge/{space.done('POST', '/knowledge', {'title': 'T', 'content': 'C'})['id']}"
    for sentences in (30, 60, 2):
        content = "A sentence of some words. " * sentences
        space.done("PATCH", path, {"content": content})
        chunks = space.list(f"{path}/chunks")
        seen.append("".join(chunk["content"] for chunk in chunks) == content)
    return seen


def _received(server: Running) -> object:
    """Where deliveries to two endpoints come, one of which has a query."""
    server.control("webhooks/targets", {"allow_private": True})
    server.run(server.origin.start())
    space = new_workspace(server)
    with receiving() as receiver:
        for query in ("", "?team=support&key=7"):
            body = {"url": receiver.url + query, "events": ["conversation.created"]}
            space.done("POST", "/webhooks", body)
        space.conversation()
        deliveries_settled(server)
    server.run(server.origin.stop())
    return sorted(one.path for one in receiver.received)


def _told(server: Running) -> object:
    """How many deliveries there are once contacts are erased: with a conversation, and without."""
    space, seen = new_workspace(server, rows=0), []
    space.done("POST", "/webhooks", {"url": PUBLIC_URL, "events": ["contact.deleted"]})
    for is_talked_with in (True, False):
        rows = {"api": "leadiosa", "tenant": space.tenant, "collection": "contacts", "insert": 1}
        (contact,) = server.control("rows", rows)["ids"]
        if is_talked_with:
            space.done("POST", "/conversations", {"contact_id": contact})
        space.done("DELETE", f"/contacts/{contact}")
        seen.append(len(server.control("deliveries")["deliveries"]))
    return seen


def _endpoints(server: Running) -> object:
    """How many endpoints a workspace has: in use, closed, and restored."""
    space, seen = new_workspace(server), []
    for url in (f"{PUBLIC_URL}/one", f"{PUBLIC_URL}/two"):
        space.done("POST", "/webhooks", {"url": url, "events": ["message.created"]})
    for life in ("close", "restore"):
        seen.append(len(space.list("/webhooks")))
        space.done("POST", f"/workspace/{life}")
    return [*seen, len(space.list("/webhooks"))]


def _expired(server: Running) -> object:
    """What cursors of messages, notes and contacts are answered, had before an erasure."""
    space, cursors = new_workspace(server), {}
    conversation = f"/conversations/{space.conversation()}"
    for path in (f"{conversation}/messages", f"{conversation}/notes", "/contacts"):
        if path != "/contacts":
            for text in ("one", "two", "three"):
                space.done("POST", path, {"body": text})
        cursors[path] = space.done("GET", f"{path}?limit=1")["pagination"]["next_cursor"]
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    return [
        space.answer("GET", f"{path}?after={cursor}").status_code
        for path, cursor in cursors.items()
    ]


def _attributes(server: Running) -> object:
    """As what attributes come back: numbers, then booleans in their place, then one more."""
    space, seen = new_workspace(server), []
    path = f"/contacts/{space.contact()['id']}"
    for attributes in ({"vip": 1, "seats": 0}, {"vip": True, "seats": False}, {"vip": True}):
        space.done("PATCH", path, {"attributes": attributes})
        kept = space.done("GET", path)["attributes"]
        seen.append({name: repr(value) for name, value in kept.items()})
    return seen


def _left(server: Running) -> object:
    """What a token has left: after a request, where there is nothing, after a wrong method."""
    space, seen = new_workspace(server), []
    for method, path in (("GET", "/contacts"), ("GET", "/nothing"), ("DELETE", "/contacts")):
        answer = space.answer(method, path)
        seen.append((answer.status_code, answer.headers[_REMAINING]))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1625": Demonstration(_looked, [[200, 200, 200]] * 2, [[200, 200, 200], [200, 200, 403]]),
    "LIF-F1626": Demonstration(_cut, [True, True, True], [True, True, False]),
    "WHK-F1627": Demonstration(
        _received, ["/hook", "/hook?team=support&key=7"], ["/hook", "/hook"]
    ),
    "PRI-F1628": Demonstration(_told, [1, 2], [1, 1]),
    "LIF-F1629": Demonstration(_endpoints, [2, 2, 2], [2, 0, 0]),
    "PAG-F1630": Demonstration(_expired, [400, 400, 400], [200, 200, 400]),
    "SCH-F1631": Demonstration(
        _attributes,
        [{"vip": "1", "seats": "0"}, {"vip": "True", "seats": "False"}, {"vip": "True"}],
        [{"vip": "1", "seats": "0"}, {"vip": "1", "seats": "0"}, {"vip": "True"}],
    ),
    "RAT-F1632": Demonstration(
        _left,
        [(200, "299"), (404, "299"), (405, "299")],
        [(200, "299"), (404, "300"), (405, "300")],
    ),
}
