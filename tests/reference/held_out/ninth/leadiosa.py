"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import new_workspace


def _assigned(server: Running) -> object:
    space = new_workspace(server)
    member, other = space.member(), space.member()
    place = f"/conversations/{space.conversation(assignee_id=member)}"
    space.done("PATCH", place, {"status": "closed"})
    bodies = ({"assignee_id": member}, {"assignee_id": other}, {"status": "closed"})
    return [space.answer("PATCH", place, body).status_code for body in bodies]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    place = space.conversation()
    for collection in ("messages", "notes"):
        rows = {"api": "leadiosa", "tenant": space.tenant, "collection": collection}
        values = {"conversation_id": place, "body": "My name is Ada."}
        server.control("rows", rows | {"insert": 26, "values": values})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    lists = [space.list(f"/conversations/{place}/{texts}") for texts in ("messages", "notes")]
    return [[row["body"] for row in texts].count("[redacted]") for texts in lists]


def _chunks(server: Running) -> object:
    space = new_workspace(server)
    words = "A sentence of some words. " * 60
    article = space.done("POST", "/knowledge", {"title": "Long", "content": words})["id"]
    place, seen = f"/knowledge/{article}", []
    for change in ({"title": "New"}, {"content": f"New. {words}"}):
        page = space.done("GET", f"{place}/chunks?limit=1")
        space.done("PATCH", place, change)
        after = page["pagination"]["next_cursor"]
        answer = space.answer("GET", f"{place}/chunks?limit=1&after={after}")
        seen.append(answer.status_code)
    return seen


def _foreign(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    place = f"/conversations/{other.conversation()}"
    paths = (f"{place}/notes", f"{place}/messages", "/conversations/none/notes")
    return [space.answer("GET", path).status_code for path in paths]


def _told(server: Running) -> object:
    space = new_workspace(server)
    contacts = [contact["id"] for contact in space.list("/contacts")]
    taken = {row["contact_id"] for row in space.list("/conversations")}
    alone, often = server.control(
        "rows", {"api": "leadiosa", "tenant": space.tenant, "collection": "contacts", "insert": 2}
    )["ids"]
    assert alone not in taken | {*contacts}
    for _ in range(2):
        space.done("POST", "/conversations", {"contact_id": often})
    subscription = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example"}
    server.control("webhooks/subscriptions", subscription | {"events": ["contact.deleted"]})
    bodies = select(deliveries.c.body).where(deliveries.c.tenant == space.tenant)
    counts = []
    for contact in (alone, often):
        space.done("DELETE", f"/contacts/{contact}")
        counts.append(sum(contact.encode() in row.body for row in server.read(bodies)))
    return counts


def _closed(server: Running) -> object:
    space = new_workspace(server)
    since = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        since.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return since[0] == since[1]


def _heads(server: Running) -> object:
    space = new_workspace(server)
    agent = space.with_token("agent")
    return [
        caller.answer(method, "/workspace").status_code
        for caller in (space, agent)
        for method in ("GET", "HEAD")
    ]


def _request_ids(server: Running) -> object:
    space = new_workspace(server)
    own = {"X-Request-Id": "mine"}
    answers = [
        server.send("GET", "/audit", space.token, headers=own),
        server.send("GET", "/contacts/none", space.token, headers=own),
        server.send("POST", "/workspace/close", space.token, headers=own),
    ]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    told = [answers[1].json()["error"]["request_id"], space.list("/audit")[0]["request_id"]]
    return [len({*ids}), told == ids[1:]]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "STA-F1725": Demonstration(_assigned, [409, 409, 200], [200, 409, 200]),
    "PRI-F1726": Demonstration(_erased, [26, 26], [25, 25]),
    "PAG-F1727": Demonstration(_chunks, [200, 400], [400, 400]),
    "TEN-F1728": Demonstration(_foreign, [404, 404, 404], [200, 404, 404]),
    "WHK-F1729": Demonstration(_told, [1, 1], [0, 2]),
    "LIF-F1730": Demonstration(_closed, honest=False, planted=True),
    "AUT-F1731": Demonstration(_heads, [200, 200, 403, 403], [200, 200, 403, 200]),
    "HDR-F1732": Demonstration(_request_ids, [3, True], [1, True]),
}
