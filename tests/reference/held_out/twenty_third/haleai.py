"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running, rows: int = 0) -> str:
    """Give a tenant so many rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _update(server: Running, collection: str, row_id: str, **values: str) -> None:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    server.control("rows", {**body, "update": [row_id], "values": values})


def _now(server: Running) -> datetime:
    return datetime.fromisoformat(server.control("clock")["now"])


def _code(response: Any) -> str:
    return str(response.json()["error"]["code"])


def _walk_past_a_change(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 6, stage="working")
    met = []
    for left_out in (1, 0):
        page = server.get("/leads", key, stage="working", limit=2).json()
        _update(server, "leads", page["data"][left_out]["id"], stage="won")
        cursor = page["pagination"]["nextCursor"]
        rest = server.get("/leads", key, stage="working", limit=9, cursor=cursor).json()
        met.append(len(rest["data"]))
    return met


def _offsets(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 1)
    later = _now(server) + timedelta(seconds=1)
    found = []
    for minutes in (-210, -180, 210):
        zone = timezone(timedelta(minutes=minutes))
        since = later.astimezone(zone).isoformat()
        found.append(len(server.get("/contacts", key, updatedSince=since).json()["data"]))
    return found


def _seconds_of_updates(server: Running) -> object:
    key = _seeded(server)
    now = _now(server)
    server.advance(120 - now.second - now.microsecond / 1_000_000)
    shown = []
    for collection in ("deals", "leads"):
        (row,) = _insert(server, collection, 1)
        shown += [
            server.get(f"/{collection}/{row}", key).json()["data"]["updatedAt"].count(":"),
            server.get(f"/{collection}", key).json()["data"][0]["updatedAt"].count(":"),
        ]
    server.advance(1)
    (row,) = _insert(server, "deals", 1)
    return [*shown, server.get(f"/deals/{row}", key).json()["data"]["updatedAt"].count(":")]


def _after_another_team(server: Running) -> object:
    mine, other = server.key(), _seeded(server)
    path = "/contacts/ctk_AbCd"
    statuses = [server.get(path, key).status_code for key in (mine, other, mine)]
    server.advance(60)
    return [*statuses, server.get(path, mine).status_code]


def _revoked(server: Running) -> object:
    codes = []
    for tier in ("team", "team_max"):
        key = server.key(tier=tier)
        server.control("keys/revoke", {"api": "haleai", "key": key})
        codes.append(_code(server.get("/deals", key)))
    return codes


def _walk_with_another_key(server: Running) -> object:
    first, second = server.key(), server.key()
    cursor = server.get("/deals", first, limit=2).json()["pagination"]["nextCursor"]
    return [
        server.get("/deals", key, limit=2, cursor=cursor).status_code for key in (first, second)
    ]


def _overridden(server: Running) -> object:
    key = server.key()
    return [
        server.send("POST", "/deals", key, {"X-HTTP-Method-Override": method}).status_code
        for method in ("GET", "PATCH")
    ]


def _bursts(server: Running) -> object:
    key = server.key()
    server.requests(60, "/deals?limit=1", key)
    return [
        server.send("GET", "/deals", None, {"Authorization": f"{scheme} {key}"}).status_code
        for scheme in ("Bearer", "bearer")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4601": Demonstration(_walk_past_a_change, [4, 3], [0, 3]),
    "PAG-F4602": Demonstration(_offsets, [0, 0, 0], [1, 0, 0]),
    "SCH-F4603": Demonstration(_seconds_of_updates, [2, 2, 2, 2, 2], [1, 1, 2, 2, 2]),
    "TEN-F4604": Demonstration(_after_another_team, [200, 404, 200, 200], [200, 404, 404, 200]),
    "AUT-F4605": Demonstration(
        _revoked, ["unauthorized", "unauthorized"], ["plan_required", "unauthorized"]
    ),
    "PAG-F4606": Demonstration(_walk_with_another_key, [200, 200], [200, 400]),
    "STA-F4607": Demonstration(_overridden, [405, 405], [200, 405]),
    "RAT-F4608": Demonstration(_bursts, [429, 429], [429, 200]),
}
