"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
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


def _in_another_case(server: Running) -> object:
    key = _seeded(server)
    for collection in ("contacts", "leads"):
        for source in ("zillow", "Zillow"):
            _insert(server, collection, 1, source=source)
    return [
        len(server.get(path, key, source="zillow").json()["data"])
        for path in ("/contacts", "/leads")
    ]


def _within_a_second(server: Running) -> object:
    key = _seeded(server)
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance(1.6 - now.microsecond / 1_000_000)
    (lead,) = _insert(server, "leads", 1)
    updated = datetime.fromisoformat(server.get(f"/leads/{lead}", key).json()["data"]["updatedAt"])
    found = []
    for before in (0.0, 0.2, 1.0):
        since = (updated - timedelta(seconds=before)).isoformat()
        found.append(len(server.get("/leads", key, updatedSince=since).json()["data"]))
    return found


def _limits_of_a_walk(server: Running) -> object:
    key = _seeded(server, rows=8)
    cursor = server.get("/deals", key, limit=2).json()["pagination"]["nextCursor"]
    return [
        server.get("/deals", key, limit=limit, cursor=cursor).status_code for limit in (2, 3, 200)
    ]


def _lower_tier(server: Running) -> object:
    key = server.key(tier="team")
    return [server.get(path, key).status_code for path in ("/deals", "/contacts/ctk_AbCd")]


def _refused_often(server: Running) -> object:
    key = server.key()
    statuses = []
    for count in (61, 80):
        refused = server.requests(count, "/deals?limit=1", key)[-1]
        server.advance(1)
        statuses.append((refused.status_code, server.get("/deals", key, limit=1).status_code))
        server.advance(60)
    return statuses


def _options(server: Running) -> object:
    preflight = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    return [
        server.send("OPTIONS", "/contacts", None, headers).status_code
        for headers in ({}, preflight)
    ]


def _null_characters(server: Running) -> object:
    key = server.key()
    return [
        server.get("/contacts", key, source=source).status_code for source in ("\0", "a\0", "\1")
    ]


def _foreign_deals(server: Running) -> object:
    key = server.key()
    _seeded(server)
    nobody = server.get("/deals/dl_Nobody", key).json()
    (deal,) = _insert(server, "deals", 1)
    return server.get(f"/deals/{deal}", key).json() == nobody


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4701": Demonstration(_in_another_case, [1, 1], [2, 1]),
    "PAG-F4702": Demonstration(_within_a_second, [0, 1, 1], [0, 0, 1]),
    "PAG-F4703": Demonstration(_limits_of_a_walk, [200, 200, 200], [200, 400, 400]),
    "AUT-F4704": Demonstration(_lower_tier, [401, 401], [401, 200]),
    "RAT-F4705": Demonstration(_refused_often, [(429, 200), (429, 200)], [(429, 200), (429, 429)]),
    "STA-F4706": Demonstration(_options, [405, 405], [405, 204]),
    "STA-F4707": Demonstration(_null_characters, [200, 200, 200], [500, 500, 200]),
    "TEN-F4708": Demonstration(_foreign_deals, honest=True, planted=False),
}
