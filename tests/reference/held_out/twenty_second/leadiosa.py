"""What shows the faults of Leadiosa that were planted from its documentation alone."""

from collections.abc import Mapping

from reference.webhooks.profile import Attempt
from reference.webhooks.signatures import standard_headers
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.receiver import Received, receiving

_SECOND = 1_000_000


def _is_signed(one: Received, secret: str) -> bool:
    sent = {name.lower(): value for name, value in one.headers.items()}
    at = int(sent["webhook-timestamp"]) * _SECOND
    attempt = Attempt(sent["webhook-id"], "", one.body, secret, at)
    return standard_headers(attempt)["webhook-signature"] == sent["webhook-signature"]


def _registered_anew(server: Running) -> object:
    space = new_workspace(server)
    server.control("webhooks/targets", {"allow_private": True})
    server.run(server.origin.start())
    secrets = []
    with receiving() as receiver:
        for _ in range(2):
            body = {"url": receiver.url, "events": ["conversation.created"]}
            webhook = space.done("POST", "/webhooks", body)
            secrets.append(webhook["secret"])
            space.conversation()
            deliveries_settled(server)
            space.done("DELETE", f"/webhooks/{webhook['id']}")
    server.run(server.origin.stop())
    received = zip(receiver.received, secrets, strict=True)
    return [_is_signed(one, secret) for one, secret in received]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for number in range(27):
        space.done("POST", f"{place}/messages", {"body": f"Ada, {number}"})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    return [row["body"] for row in space.list(f"{place}/messages")][24:]


def _half_changed(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation(assignee_id=space.member())}"
    before = space.done("GET", place)
    changes: tuple[Mapping[str, str], ...] = ({}, {"status": "closed"}, {"status": "pending"})
    asked = [{**change, "assignee_id": "nobody"} for change in changes]
    statuses = [space.answer("PATCH", place, body).status_code for body in asked]
    after = space.done("GET", place)
    is_kept = after["assignee_id"] == before["assignee_id"]
    return statuses, after["status"], is_kept, len(space.list("/audit"))


def _cursors_of_chunks(server: Running) -> object:
    space = new_workspace(server)
    body = {"title": "Long", "content": "a sentence. " * 100}
    article = space.done("POST", "/knowledge", body)["id"]
    chunks = f"/knowledge/{article}/chunks"
    seen = []
    for content in ("other words. " * 95, "a sentence. " * 200):
        after = space.done("GET", f"{chunks}?limit=1")["pagination"]["next_cursor"]
        space.done("PATCH", f"/knowledge/{article}", {"content": content})
        answer = space.answer("GET", f"{chunks}?after={after}")
        seen.append(answer.json().get("error", {}).get("code"))
    return seen


def _started(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    erased, kept = (row["id"] for row in space.list("/contacts")[:2])
    space.done("DELETE", f"/contacts/{erased}")
    asked = ((space, erased), (other, erased), (space, "nobody"), (space, kept))
    return [
        one.answer("POST", "/conversations", {"contact_id": contact}).status_code
        for one, contact in asked
    ]


def _closings(server: Running) -> object:
    space = new_workspace(server)
    moments = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        moments.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        space.done("POST", "/workspace/restore")
        server.advance(60)
    return moments[0] == moments[1]


def _locations(server: Running) -> object:
    plain = {"X-Forwarded-Proto": "http", "Host": "leadiosa.example"}
    return [
        server.send("GET", path, None, headers=plain).headers["Location"]
        for path in ("/contacts/a%2Fb", "/contacts?after=a%2Fb")
    ]


def _request_ids(server: Running) -> object:
    space = new_workspace(server)

    def seen(method: str, path: str, space: Workspace = space) -> tuple[str, bool]:
        headers = {"X-Request-Id": "mine"}
        answer = server.send(method, path, space.token, headers=headers)
        given = answer.headers["X-Request-Id"]
        told = answer.json().get("error", {}).get("request_id", given)
        return "mine" if given == "mine" else "new", told == given

    return [seen("GET", "/contacts"), seen("GET", "/contacts/nobody")]


_BASE = "https://leadiosa.example/leadiosa/api/v1"

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F4349": Demonstration(_registered_anew, [True, True], [True, False]),
    "PRI-F4350": Demonstration(_erased, ["[redacted]"] * 3, ["[redacted]", "Ada, 25", "Ada, 26"]),
    "STA-F4351": Demonstration(
        _half_changed, ([422, 409, 422], "open", True, 1), ([422, 409, 422], "pending", True, 1)
    ),
    "PAG-F4352": Demonstration(
        _cursors_of_chunks, ["cursor_expired", "cursor_expired"], [None, "cursor_expired"]
    ),
    "LIF-F4353": Demonstration(_started, [422, 422, 422, 201], [201, 422, 422, 201]),
    "LIF-F4354": Demonstration(_closings, False, True),
    "TLS-F4355": Demonstration(
        _locations,
        [f"{_BASE}/contacts/a%2Fb", f"{_BASE}/contacts?after=a%2Fb"],
        [f"{_BASE}/contacts/a/b", f"{_BASE}/contacts?after=a%2Fb"],
    ),
    "ENV-F4356": Demonstration(
        _request_ids, [("new", True), ("new", True)], [("mine", True), ("mine", True)]
    ),
}
