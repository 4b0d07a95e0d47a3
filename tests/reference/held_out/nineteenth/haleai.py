"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running, rows: int = 0) -> str:
    """Give a tenant so many rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _rows(server: Running, collection: str, **change: Any) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, **change})["ids"]


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    return _rows(server, collection, insert=count, values=values)


def _left_the_filter(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 5, stage="new")
    pages = server.pages("/leads", key, limit=2, stage="new")
    first = next(pages)["data"]
    _rows(server, "leads", update=[first[-1]["id"]], values={"stage": "won"})
    return len(first), sum(len(page["data"]) for page in pages)


def _since_a_fraction(server: Running) -> object:
    key = _seeded(server)
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance(1.5 - now.microsecond / 1_000_000)
    (early,) = _insert(server, "contacts", 1)
    since = server.get(f"/contacts/{early}", key).json()["data"]["updatedAt"]
    server.advance(0.1)
    _insert(server, "contacts", 3)
    return [
        early in [row["id"] for row in server.walk("/contacts", key, limit=n, updatedSince=since)]
        for n in (50, 2)
    ]


def _limits_on_the_way(server: Running) -> object:
    key = server.key()
    cursor = server.get("/contacts", key).json()["pagination"]["nextCursor"]
    return [
        server.get("/contacts", key, **query).status_code
        for query in ({"limit": 201}, {"limit": 201, "cursor": cursor}, {"cursor": cursor})
    ]


def _after_refusals(server: Running) -> object:
    seen = []
    for refusals in (9, 10):
        key = server.key()
        server.requests(60, "/deals?limit=1", key)
        refused = server.requests(refusals, "/deals?limit=1", key)
        wait = {answer.headers["Retry-After"] for answer in refused}
        server.advance(1)
        seen.append((wait, server.get("/deals", key, limit=1).status_code))
    return seen


def _first_rows(server: Running) -> object:
    key = _seeded(server)
    seen = [len(server.get("/deals", key).json()["data"])]
    _insert(server, "deals", 1)
    return [*seen, len(server.get("/deals", key).json()["data"])]


def _read_once_revoked(server: Running) -> object:
    key = server.key()
    server.get("/leads/ld_AbCd", key)
    server.control("keys/revoke", {"api": "haleai", "key": key})
    seen = [server.get(path, key).status_code for path in ("/leads/ld_AbCd", "/deals/dl_AbCd")]
    server.advance(300)
    return [*seen, server.get("/leads/ld_AbCd", key).status_code]


def _sources(server: Running) -> object:
    key = _seeded(server)
    ids = [_insert(server, "leads", 1, stage=stage, source="x")[0] for stage in ("lost", "won")]
    listed = {row["source"] for row in server.get("/leads", key).json()["data"]}
    return listed, [server.get(f"/leads/{one}", key).json()["data"]["source"] for one in ids]


def _headed(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, "/deals", key, params=query).status_code
        for method, query in (
            ("HEAD", {"cursor": "none"}),
            ("GET", {"cursor": "none"}),
            ("HEAD", {"limit": "0"}),
        )
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F3701": Demonstration(_left_the_filter, (2, 3), (2, 0)),
    "PAG-F3702": Demonstration(_since_a_fraction, [False, False], [False, True]),
    "LIM-F3703": Demonstration(_limits_on_the_way, [400, 400, 200], [400, 200, 200]),
    "RAT-F3704": Demonstration(
        _after_refusals, [({"1"}, 200), ({"1"}, 200)], [({"1"}, 200), ({"1"}, 429)]
    ),
    "TEN-F3705": Demonstration(_first_rows, [0, 1], [50, 1]),
    "AUT-F3706": Demonstration(_read_once_revoked, [401, 401, 401], [200, 401, 401]),
    "SCH-F3707": Demonstration(_sources, ({"x"}, ["x", "x"]), ({"x"}, [None, "x"])),
    "STA-F3708": Demonstration(_headed, [400, 400, 400], [200, 400, 400]),
}
