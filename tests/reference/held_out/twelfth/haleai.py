"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running) -> str:
    """Give a tenant no rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": 0})
    return server.key("small")


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _offsets(server: Running) -> object:
    key = _seeded(server)
    (contact,) = _insert(server, "contacts", 1)
    updated = server.get(f"/contacts/{contact}", key).json()["data"]["updatedAt"]
    counts = []
    for hours, minutes, ahead in ((5, 30, -1), (5, 30, 1), (5, 0, -1)):
        zone = timezone(timedelta(hours=hours, minutes=minutes))
        since = (datetime.fromisoformat(updated) + timedelta(minutes=ahead)).astimezone(zone)
        page = server.get("/contacts", key, updatedSince=since.isoformat()).json()
        counts.append(len(page["data"]))
    return counts


def _left_the_filter(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 4, stage="working")
    first = server.get("/leads", key, stage="working", limit=2).json()
    last = first["data"][-1]["id"]
    body = {"api": "haleai", "tenant": "small", "collection": "leads"}
    server.control("rows", {**body, "update": [last], "values": {"stage": "won"}})
    cursor = first["pagination"]["nextCursor"]
    second = server.get("/leads", key, stage="working", limit=2, cursor=cursor).json()
    return len(second["data"])


def _after_a_rest(server: Running) -> object:
    key = server.key()
    at_first = [one.status_code for one in server.requests(61, "/deals?limit=1", key)]
    server.advance(60)
    rested = [one.status_code for one in server.requests(61, "/deals?limit=1", key)]
    return at_first.count(429), rested.count(429)


def _heads(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, path, key).status_code
        for method, path in (
            ("HEAD", "/deals?limit=0"),
            ("GET", "/deals?limit=0"),
            ("HEAD", "/deals/dl_AbCd?limit=0"),
        )
    ]


def _longer_keys(server: Running) -> object:
    key = server.key()
    return [server.get("/deals", sent).status_code for sent in (key, f"{key}x", key[:-1])]


def _kinds_of_ids(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key).status_code
        for path in ("/contacts/ctk_AbCd", "/contacts/ld_AbCd", "/leads/ctk_AbCd")
    ]


def _largest_pages(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "deals", 202)
    return [len(server.walk("/deals", key, limit=limit)) for limit in (199, 200)]


def _commas(server: Running) -> object:
    key = _seeded(server)
    for source in ("Smith", "Smith, Jones"):
        _insert(server, "leads", 1, source=source)
    rows = server.get("/leads", key, source="Smith, Jones").json()["data"]
    return [row["source"] for row in rows]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2001": Demonstration(_offsets, [1, 0, 1], [0, 0, 1]),
    "PAG-F2002": Demonstration(_left_the_filter, 2, 0),
    "RAT-F2003": Demonstration(_after_a_rest, (1, 1), (1, 0)),
    "STA-F2004": Demonstration(_heads, [400, 400, 400], [200, 400, 400]),
    "AUT-F2005": Demonstration(_longer_keys, [200, 401, 401], [200, 200, 401]),
    "STA-F2006": Demonstration(_kinds_of_ids, [200, 404, 404], [200, 200, 404]),
    "PAG-F2007": Demonstration(_largest_pages, [202, 202], [202, 200]),
    "PAG-F2008": Demonstration(_commas, ["Smith, Jones"], ["Smith"]),
}
