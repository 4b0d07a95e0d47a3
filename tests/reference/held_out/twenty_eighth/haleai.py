"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections import Counter
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


def _after_the_last_row_left(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 5, stage="working")
    page = server.get("/leads", key, stage="working", limit=2).json()
    left = page["data"][-1]["id"]
    place = {"api": "haleai", "tenant": "small", "collection": "leads"}
    server.control("rows", {**place, "update": [left], "values": {"stage": "won"}})
    cursor = page["pagination"]["nextCursor"]
    following = server.get("/leads", key, stage="working", limit=2, cursor=cursor).json()
    return len(following["data"]), following["pagination"]["nextCursor"] is not None


def _offsets(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 1)
    since = datetime.fromisoformat(server.control("clock")["now"]) + timedelta(minutes=10)
    zones = [timezone(timedelta(minutes=minutes)) for minutes in (-210, -180, 210)]
    moments = [since.astimezone(zone).isoformat() for zone in zones]
    return [
        len(server.get("/contacts", key, updatedSince=moment).json()["data"]) for moment in moments
    ]


def _lower_tier(server: Running) -> object:
    keys = [server.key(tier=tier) for tier in ("team", "team_max", "team")]
    return [server.get("/deals", key, limit=1).status_code for key in (*keys, keys[0])]


def _tenants_of_narrow_lists(server: Running) -> object:
    _seeded(server)
    _insert(server, "leads", 2, stage="won", source="fair")
    since = {"updatedSince": "2020-01-01T00:00:00Z"}
    key = server.key()
    return [
        len(server.get("/leads", key, stage="won", source="fair", **more).json()["data"])
        for more in ({}, since)
    ]


def _after_a_rest(server: Running) -> object:
    key = server.key()
    granted = []
    for wait in (0, 60):
        server.advance(wait)
        answers = server.requests(70, "/deals?limit=1", key)
        granted.append(Counter(answer.status_code for answer in answers)[200])
    return granted


def _sources(server: Running) -> object:
    key = server.key()
    return [server.get("/leads", key, source=source).status_code for source in ("house", "é", "🏠")]


def _overridden(server: Running) -> object:
    key = server.key()
    headers = {"X-HTTP-Method-Override": "GET"}
    return [server.send("POST", "/deals", key, given).status_code for given in ({}, headers)]


def _largest_pages(server: Running) -> object:
    key = _seeded(server, rows=201)
    return [
        server.get("/deals", key, limit=limit).json()["pagination"]["nextCursor"] is None
        for limit in (199, 200)
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4841": Demonstration(_after_the_last_row_left, (2, True), (0, False)),
    "PAG-F4842": Demonstration(_offsets, [0, 0, 0], [1, 0, 0]),
    "AUT-F4843": Demonstration(_lower_tier, [401, 200, 401, 401], [401, 200, 200, 200]),
    "TEN-F4844": Demonstration(_tenants_of_narrow_lists, [0, 0], [0, 2]),
    "RAT-F4845": Demonstration(_after_a_rest, [60, 60], [60, 70]),
    "ENV-F4846": Demonstration(_sources, [200, 200, 200], [200, 200, 500]),
    "STA-F4847": Demonstration(_overridden, [405, 405], [405, 200]),
    "PAG-F4848": Demonstration(_largest_pages, [False, False], [False, True]),
}
