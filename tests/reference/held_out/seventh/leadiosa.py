"""What shows the seventh set of faults of Leadiosa."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.receiver import Received, receiving

_REMAINING = "X-RateLimit-Remaining"


def _spent(server: Running) -> object:
    """What is left to a token that may only read: after a read, and after writes."""
    reading, seen = new_workspace(server).with_token("read_only"), []
    for method, path in (("GET", "/contacts"), ("POST", "/workspace/close"), ("GET", "/contacts")):
        answer = reading.answer(method, path)
        seen.append((answer.status_code, answer.headers[_REMAINING]))
    return seen


def _chunks(server: Running) -> object:
    """Whether chunks are the same ones, and their cursor good: as they are, under a new title."""
    space, seen = new_workspace(server, rows=0), []
    body = {"title": "Long", "content": "A sentence of some words. " * 60}
    path = f"/knowledge/{space.done('POST', '/knowledge', body)['id']}"
    before = space.list(f"{path}/chunks")
    cursor = space.done("GET", f"{path}/chunks?limit=1")["pagination"]["next_cursor"]
    for title in ("Long", "Longer"):
        space.done("PATCH", path, {"title": title})
        is_good = space.answer("GET", f"{path}/chunks?after={cursor}").status_code == 200
        seen.append((space.list(f"{path}/chunks") == before, is_good))
    return seen


def _signed(server: Running) -> object:
    """How many of two deliveries, one to each endpoint, the secret of each endpoint signed."""
    server.control("webhooks/targets", {"allow_private": True})
    server.run(server.origin.start())
    space = new_workspace(server)
    with receiving() as receiver:
        body = {"url": receiver.url, "events": ["conversation.created"]}
        secrets = [space.done("POST", "/webhooks", body)["secret"] for _ in range(2)]
        space.conversation()
        deliveries_settled(server)
    server.run(server.origin.stop())
    return [sum(_is_signed(one, secret) for one in receiver.received) for secret in secrets]


def _is_signed(one: Received, secret: str) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    named = (one.headers["webhook-id"], one.headers["webhook-timestamp"])
    signed = b".".join((*(text.encode() for text in named), one.body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return one.headers["webhook-signature"] == f"v1,{signature}"


def _redacted(server: Running) -> object:
    """How many of the texts of two conversations are redacted once their contact is erased."""
    space, paths = new_workspace(server), []
    for count in (25, 27):
        paths.append(f"/conversations/{space.conversation()}/messages")
        for number in range(count):
            space.done("POST", paths[-1], {"body": f"number {number}"})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    return [sum("redacted" in message for message in space.list(path)) for path in paths]


def _logged(server: Running) -> object:
    space = new_workspace(server)
    for contact in space.list("/contacts")[:2]:
        space.done("PATCH", f"/contacts/{contact['id']}", {"phone": "+351210"})
    space.done("DELETE", f"/contacts/{contact['id']}")
    return [entry["action"] for entry in space.list("/audit")]


def _named(server: Running) -> object:
    space = new_workspace(server)
    path = f"/contacts/{space.contact()['id']}"
    given: tuple[dict[str, Any], ...] = ({"seats": 12}, {"planName": "growth", "CRM": True})
    return [space.done("PATCH", path, {"attributes": one})["attributes"] == one for one in given]


def _good_after(space: Workspace, *changes: tuple[str, str, object]) -> list[int]:
    """Whether a cursor of the contacts is good after each change, had before it."""
    seen = []
    for change in changes:
        cursor = space.done("GET", "/contacts?limit=1")["pagination"]["next_cursor"]
        space.done(*change)
        seen.append(space.answer("GET", f"/contacts?after={cursor}").status_code)
    return seen


def _expired(server: Running) -> object:
    """Whether cursors are good after a first change, a second, one a second later, an erasure."""
    space = new_workspace(server)
    newest, *_, oldest = (f"/contacts/{one['id']}" for one in space.list("/contacts"))
    at_once = _good_after(
        space, ("PATCH", newest, {"phone": "1"}), ("PATCH", newest, {"phone": "2"})
    )
    server.advance(1)
    later = _good_after(space, ("PATCH", newest, {"phone": "3"}), ("DELETE", oldest, None))
    return at_once + later


def _assigned(server: Running) -> object:
    """How conversations stand that were open and pending, once somebody takes care of them."""
    space, seen = new_workspace(server), []
    member = space.member()
    for status in ("open", "pending"):
        path = f"/conversations/{space.conversation()}"
        space.done("PATCH", path, {"status": status})
        changed = space.done("PATCH", path, {"assignee_id": member})
        assert changed == space.done("GET", path)
        seen.append((changed["status"], changed["assignee_id"] == member))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "RAT-F1525": Demonstration(
        _spent,
        [(200, "299"), (403, "298"), (200, "297")],
        [(200, "299"), (403, "299"), (200, "298")],
    ),
    "LIF-F1526": Demonstration(_chunks, [(True, True)] * 2, [(False, False)] * 2),
    "WHK-F1527": Demonstration(_signed, [1, 1], [0, 2]),
    "PRI-F1528": Demonstration(_redacted, [25, 27], [25, 25]),
    "LIF-F1529": Demonstration(
        _logged,
        ["contact.delete", "contact.update", "contact.update"],
        ["contact.delete", "contact.update"],
    ),
    "SCH-F1530": Demonstration(_named, [True, True], [True, False]),
    "PAG-F1531": Demonstration(_expired, [400] * 4, [400, 200, 400, 200]),
    "STA-F1532": Demonstration(
        _assigned, [("open", True), ("pending", True)], [("open", True), ("open", True)]
    ),
}
