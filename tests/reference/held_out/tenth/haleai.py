"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running) -> str:
    """Empty a tenant; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": 0})
    return server.key("small")


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _after_a_change_of(server: Running, index: int) -> int:
    """Return how many rows the second page has after a row of the first left its stage."""
    key = _seeded(server)
    _insert(server, "leads", 5, stage="new")
    first = server.get("/leads", key, limit=2, stage="new").json()
    body = {"api": "haleai", "tenant": "small", "collection": "leads"}
    left = {"update": [first["data"][index]["id"]], "values": {"stage": "won"}}
    server.control("rows", {**body, **left})
    cursor = first["pagination"]["nextCursor"]
    return len(server.get("/leads", key, limit=2, stage="new", cursor=cursor).json()["data"])


def _rows_that_left(server: Running) -> object:
    return [_after_a_change_of(server, index) for index in (0, 1)]


def _cursor_of_another_key(server: Running) -> object:
    key, other = server.key(), server.key()
    cursor = server.get("/deals", key, limit=2).json()["pagination"]["nextCursor"]
    return [server.get("/deals", one, limit=2, cursor=cursor).status_code for one in (key, other)]


def _offsets(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 1)
    now = datetime.fromisoformat(server.control("clock")["now"])
    seen = []
    for later, hours in ((-0.5, -3.5), (0.5, -3.5), (0.5, -3), (-0.5, 5.5)):
        moment = now + timedelta(hours=later)
        since = moment.astimezone(timezone(timedelta(hours=hours))).isoformat()
        seen.append(len(server.get("/contacts", key, updatedSince=since).json()["data"]))
    return seen


def _spellings(server: Running) -> object:
    key = server.key()
    server.requests(60, "/deals?limit=1", key)
    return [
        server.send("GET", "/deals", None, {"Authorization": f"{word} {key}"}).status_code
        for word in ("Bearer", "bearer", "BEARER")
    ]


def _lead_among_contacts(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key).status_code
        for path in ("/contacts/ctk_AbCd", "/contacts/ld_AbCd", "/contacts/dl_AbCd")
    ]


def _limits_of_pages(server: Running) -> object:
    key = server.key()
    first = server.get("/deals", key, limit=2).json()["pagination"]
    following = server.get("/deals", key, cursor=first["nextCursor"]).json()
    return first["limit"], following["pagination"]["limit"], len(following["data"])


def _queries_of_head(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, path, key).status_code
        for path in ("/leads?limit=0", "/leads/ld_AbCd?expand=all")
        for method in ("GET", "HEAD")
    ]


def _revoked(server: Running) -> object:
    codes = []
    for tier in ("team", "team_max"):
        key = server.key(tier=tier)
        server.control("keys/revoke", {"api": "haleai", "key": key})
        codes.append(server.get("/leads", key).json()["error"]["code"])
    return codes


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F1801": Demonstration(_rows_that_left, [2, 2], [2, 0]),
    "PAG-F1802": Demonstration(_cursor_of_another_key, [200, 200], [200, 400]),
    "PAG-F1803": Demonstration(_offsets, [1, 0, 0, 1], [1, 1, 0, 1]),
    "RAT-F1804": Demonstration(_spellings, [429, 429, 429], [429, 200, 200]),
    "TEN-F1805": Demonstration(_lead_among_contacts, [200, 404, 404], [200, 200, 404]),
    "LIM-F1806": Demonstration(_limits_of_pages, (2, 50, 50), (2, 2, 2)),
    "STA-F1807": Demonstration(_queries_of_head, [400, 400, 400, 400], [400, 200, 400, 200]),
    "AUT-F1808": Demonstration(
        _revoked, ["unauthorized", "unauthorized"], ["plan_required", "unauthorized"]
    ),
}
