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


def _other_case(server: Running) -> object:
    key = server.key()
    other = f"hk_{key.removeprefix('hk_').swapcase()}"
    return [server.get("/deals", sent, limit=1).status_code for sent in (other, key, other)]


def _two_limits(server: Running) -> object:
    key = _seeded(server, rows=9)
    whole = [row["id"] for row in server.walk("/deals", key)]
    first = server.get("/deals", key, limit=2).json()
    cursor = first["pagination"]["nextCursor"]
    second = server.get("/deals", key, limit=4, cursor=cursor).json()
    return [whole.index(row["id"]) for page in (first, second) for row in page["data"]]


def _half_an_hour(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 1)
    updated = datetime.fromisoformat(
        server.get("/contacts", key).json()["data"][0]["updatedAt"],
    )
    later = updated + timedelta(minutes=10)
    zones = (timezone(-timedelta(hours=3, minutes=minutes)) for minutes in (0, 30))
    sinces = [later.astimezone(zone).isoformat() for zone in zones]
    return [
        len(server.get("/contacts", key, updatedSince=since).json()["data"]) for since in sinces
    ]


def _read_before(server: Running) -> object:
    own, other = _seeded(server), server.key()
    (lead,) = _insert(server, "leads", 1)
    return [server.get(f"/leads/{lead}", key).status_code for key in (other, own, other)]


def _absent(server: Running) -> object:
    return [
        [answer.status_code for answer in server.requests(61, path, server.key())].count(429)
        for path in ("/deals/dl_Nobody", "/deals/dl_AbCd")
    ]


def _loose_limits(server: Running) -> object:
    key = server.key()
    return [
        server.get("/contacts", key, limit=limit).status_code
        for limit in ("1_0", " 5", "\u0665", "5", "201", "5.0")
    ]


def _preflight(server: Running) -> object:
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    answer = server.send("OPTIONS", "/contacts", server.key(), headers)
    return answer.status_code, answer.headers["Content-Type"].partition(";")[0]


def _ampersand(server: Running) -> object:
    key = _seeded(server)
    (lead,) = _insert(server, "leads", 1, source="A&B <web>")
    (row,) = server.get("/leads", key).json()["data"]
    return row["source"], server.get(f"/leads/{lead}", key).json()["data"]["source"]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F3801": Demonstration(_other_case, [401, 200, 401], [401, 200, 200]),
    "PAG-F3802": Demonstration(_two_limits, [0, 1, 2, 3, 4, 5], [0, 1, 4, 5, 6, 7]),
    "PAG-F3803": Demonstration(_half_an_hour, [0, 0], [0, 1]),
    "TEN-F3804": Demonstration(_read_before, [404, 200, 404], [404, 200, 200]),
    "RAT-F3805": Demonstration(_absent, [1, 1], [0, 1]),
    "LIM-F3806": Demonstration(
        _loose_limits, [400, 400, 400, 200, 400, 400], [200, 200, 200, 200, 400, 400]
    ),
    "COR-F3807": Demonstration(_preflight, (405, "application/json"), (200, "text/plain")),
    "SCH-F3808": Demonstration(
        _ampersand, ("A&B <web>", "A&B <web>"), ("A&amp;B &lt;web&gt;", "A&B <web>")
    ),
}
