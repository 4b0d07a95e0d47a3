"""What shows the faults of HaleAI that were planted from its documentation alone."""

import base64
from collections import Counter
from collections.abc import Mapping
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


def _after_a_minute(server: Running) -> object:
    key = server.key()
    server.get("/deals", key, limit=1)
    server.advance(60)
    statuses = Counter(one.status_code for one in server.requests(100, "/deals?limit=1", key))
    return statuses[200]


def _of_the_largest_limit(server: Running) -> object:
    key = _seeded(server, rows=201)
    return [len(server.walk("/contacts", key, limit=limit)) for limit in (199, 200)]


def _with_commas(server: Running) -> object:
    key = _seeded(server)
    for source in ("website", "zillow", "a,b"):
        _insert(server, "leads", 1, source=source)
    rows = [
        server.get("/leads", key, source=source).json()["data"]
        for source in ("website,zillow", "a,b", "zillow")
    ]
    return [[row["source"] for row in found] for found in rows]


def _left_behind(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "deals", 4, stage="listing")
    found = []
    for changed in (1, 0):
        page = server.get("/deals", key, limit=2, stage="listing").json()
        change = {"update": [page["data"][changed]["id"]], "values": {"stage": "closed"}}
        body = {"api": "haleai", "tenant": "small", "collection": "deals"}
        _insert(server, "deals", 1, stage="listing")
        server.control("rows", {**body, **change})
        cursor = page["pagination"]["nextCursor"]
        following = server.get("/deals", key, limit=2, stage="listing", cursor=cursor)
        found.append(len(following.json()["data"]))
    return found


def _with_another_key(server: Running) -> object:
    first, second = _seeded(server, rows=4), server.key("small")
    cursor = server.get("/leads", first, limit=3).json()["pagination"]["nextCursor"]
    answers = [
        server.get("/leads", key, limit=3, cursor=cursor) for key in (first, second, server.key())
    ]
    echoed = answers[0].json()["pagination"]["cursor"] == cursor
    return [answer.status_code for answer in answers], echoed


def _spellings(server: Running) -> object:
    key = server.key()
    limits = ("10", "1_0", "+5", " 5", "\u0665", "5.0", "0_0")
    return [server.get("/deals", key, limit=limit).status_code for limit in limits]


def _overridden(server: Running) -> object:
    key = server.key()
    return [
        server.send("POST", "/deals", key, {"X-HTTP-Method-Override": method}).status_code
        for method in ("GET", "PUT")
    ]


def _basic(server: Running) -> object:
    key = server.key()
    return [
        server.send(
            "GET",
            "/deals",
            None,
            {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
        ).status_code
        for pair in (f"{key}:", f":{key}")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "RAT-F2601": Demonstration(_after_a_minute, 60, 100),
    "PAG-F2602": Demonstration(_of_the_largest_limit, [201, 201], [201, 200]),
    "PAG-F2603": Demonstration(
        _with_commas, [[], ["a,b"], ["zillow"]], [["zillow", "website"], [], ["zillow"]]
    ),
    "PAG-F2604": Demonstration(_left_behind, [2, 2], [0, 2]),
    "PAG-F2605": Demonstration(_with_another_key, ([200, 200, 400], True), ([200, 400, 400], True)),
    "LIM-F2606": Demonstration(
        _spellings, [200, 400, 400, 400, 400, 400, 400], [200, 200, 200, 200, 200, 400, 400]
    ),
    "STA-F2607": Demonstration(_overridden, [405, 405], [200, 405]),
    "AUT-F2608": Demonstration(_basic, [401, 401], [200, 401]),
}
