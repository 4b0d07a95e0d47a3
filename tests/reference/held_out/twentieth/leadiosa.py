"""What shows the faults of Leadiosa that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, Workspace, new_workspace


def _roles(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for role in ("read_only", "agent", "owner"):
        key = space.with_token(role).token
        fresh = server.control("keys/rotate", {"api": "leadiosa", "key": key})["key"]
        rotated = Workspace(server, space.tenant, fresh)
        article = {"title": "New", "content": "New."}
        seen.append(
            [
                rotated.answer("POST", "/knowledge", article).status_code,
                rotated.answer("GET", "/workspace").status_code,
            ]
        )
    return seen


def _erased(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    place = f"/conversations/{space.conversation()}"
    for kind in ("messages", "notes"):
        for _ in range(26):
            space.done("POST", f"{place}/{kind}", {"body": "My name is Ada."})
    space.done("DELETE", f"/contacts/{contact}")
    return [
        [text["body"] for text in space.list(f"{place}/{kind}")][24:]
        for kind in ("messages", "notes")
    ]


def _closings(server: Running) -> object:
    space = new_workspace(server)
    moments = []
    for _ in range(2):
        space.done("POST", "/workspace/close")
        moments.append(space.done("GET", "/workspace/archive-status")["closed_at"])
        server.advance(60)
        space.done("POST", "/workspace/restore")
    return moments[0] < moments[1]


def _removals(server: Running) -> object:
    space = new_workspace(server)
    seen = []
    for path, change in (("/contacts", {"name": "Ada"}), ("/knowledge", {"title": "New"})):
        oldest = min(space.list(path), key=lambda row: str(row["updated_at"]))["id"]
        kept = next(row["id"] for row in space.list(path) if row["id"] != oldest)
        server.advance(1)
        space.done("PATCH", f"{path}/{kept}", change)
        for method, row, body in (("DELETE", oldest, None), ("PATCH", kept, _renewed(change))):
            page = space.done("GET", f"{path}?limit=1")
            server.advance(1)
            space.done(method, f"{path}/{row}", body)
            after = page["pagination"]["next_cursor"]
            answer = space.answer("GET", f"{path}?limit=1&after={after}")
            seen.append(answer.json().get("error", {}).get("code"))
    return seen


def _renewed(change: Mapping[str, str]) -> Mapping[str, str]:
    return {name: f"{value} again" for name, value in change.items()}


def _authors(server: Running) -> object:
    space = new_workspace(server)
    space.done("POST", "/webhooks", {"url": PUBLIC_URL, "events": ["message.created"]})
    place = f"/conversations/{space.conversation()}/messages"
    given: tuple[dict[str, str], ...] = ({}, {"author": "agent"}, {"author": "contact"})
    made = [space.done("POST", place, {"body": "Hello.", **author})["author"] for author in given]
    bodies = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [made, [json.loads(row.body)["data"]["author"] for row in bodies]]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    seen = []
    for vip in (1, True, 2, False, 0):
        space.done("PATCH", place, {"attributes": {"vip": vip}})
        seen.append(json.dumps(space.done("GET", place)["attributes"]["vip"]))
    return seen


def _redirects(server: Running) -> object:
    clear = {"X-Forwarded-Proto": "http"}
    locations = [
        server.send("GET", path, None, headers=clear).headers["Location"]
        for path in ("/contacts/a%2Fb?after=%41", "/contacts/a")
    ]
    return [location.removeprefix(f"https://server{server.base}") for location in locations]


def _cursors(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    pages = [one.done("GET", "/contacts?limit=1") for one in (space, other)]
    own, foreign = (page["pagination"]["next_cursor"] for page in pages)
    paths = (
        f"/contacts?limit=1&after={own}",
        f"/contacts?after={foreign}",
        f"/knowledge?after={own}",
        "/contacts?after=cur_made.up",
    )
    return [space.answer("GET", path).json().get("error", {}).get("code") for path in paths]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F3849": Demonstration(
        _roles, [[403, 403], [201, 403], [201, 200]], [[201, 200], [201, 200], [201, 200]]
    ),
    "PRI-F3850": Demonstration(
        _erased, [["[redacted]", "[redacted]"]] * 2, [["[redacted]", "My name is Ada."]] * 2
    ),
    "LIF-F3851": Demonstration(_closings, True, False),
    "PAG-F3852": Demonstration(_removals, ["cursor_expired"] * 4, [None, "cursor_expired"] * 2),
    "WHK-F3853": Demonstration(
        _authors,
        [["agent", "agent", "contact"], ["agent", "agent", "contact"]],
        [["agent", "agent", "contact"], ["contact", "agent", "contact"]],
    ),
    "SCH-F3854": Demonstration(
        _attributes, ["1", "true", "2", "false", "0"], ["1", "1", "2", "false", "false"]
    ),
    "TLS-F3855": Demonstration(
        _redirects,
        ["/contacts/a%2Fb?after=%41", "/contacts/a"],
        ["/contacts/a/b?after=%41", "/contacts/a"],
    ),
    "TEN-F3856": Demonstration(
        _cursors,
        [None, "invalid_cursor", "invalid_cursor", "invalid_cursor"],
        [None, "cursor_expired", "invalid_cursor", "invalid_cursor"],
    ),
}
