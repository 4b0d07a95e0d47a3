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


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _last_pages(server: Running) -> object:
    key = _seeded(server, rows=8)
    return [
        page["pagination"]["nextCursor"] is None for page in server.pages("/leads", key, limit=4)
    ]


def _rows_of_a_moment(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 5)
    return len(server.walk("/contacts", key, limit=2, updatedSince="2020-01-01T00:00:00Z"))


def _sources_of_a_walk(server: Running) -> object:
    key = _seeded(server)
    for source in ("website", "zillow"):
        _insert(server, "leads", 4, stage="working", source=source)
    rows = server.walk("/leads", key, limit=2, stage="working", source="zillow")
    return [row["source"] for row in rows]


def _updated_in_the_future(server: Running) -> object:
    key = _seeded(server, rows=3)
    since = "2099-01-01T00:00:00Z"
    return [
        len(server.get(path, key, updatedSince=since).json()["data"])
        for path in ("/contacts", "/leads")
    ]


def _foreign_head(server: Running) -> object:
    key = server.key()
    _seeded(server)
    (foreign,) = _insert(server, "leads", 1)
    return [
        server.send(method, f"/leads/{lead}", key).status_code
        for method, lead in (("HEAD", foreign), ("GET", foreign), ("HEAD", "ld_Nobody"))
    ]


def _after_revocation(server: Running) -> object:
    key = server.key()
    used = server.get("/deals", key).status_code
    server.control("keys/revoke", {"api": "haleai", "key": key})
    revoked = server.get("/deals", key).status_code
    server.advance(31)
    return [used, revoked, server.get("/deals", key).status_code]


def _ten_a_second(server: Running) -> object:
    key = server.key()
    server.requests(60, "/deals?limit=1", key)
    statuses = set()
    for _ in range(12):
        server.advance(0.1)
        statuses.add(server.get("/deals", key, limit=1).status_code)
    return statuses


def _limits_out_of_range(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key, limit=201).json()["error"]["code"] for path in ("/deals", "/leads")
    ]


def _update_in_detail(server: Running) -> object:
    key = _seeded(server)
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance(1.5 - now.microsecond / 1_000_000)
    (lead,) = _insert(server, "leads", 1)
    detail = server.get(f"/leads/{lead}", key).json()["data"]["updatedAt"]
    rows = server.get("/leads", key, updatedSince=detail).json()["data"]
    return [row["id"] == lead for row in rows]


def _caching(server: Running) -> object:
    key = server.key()
    return [
        server.get("/contacts", key, source=source).headers["Cache-Control"]
        for source in ("zillow", "nowhere")
    ]


def _lower_tier(server: Running) -> object:
    key = server.key(tier="team")
    return [
        server.get(path, key).json()["error"]["code"] for path in ("/deals", "/contacts/ctk_AbCd")
    ]


def _rows_of_a_stage(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 120, stage="won")
    page = server.get("/leads", key, limit=150, stage="won").json()
    return page["pagination"]["limit"], len(page["data"])


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F801": Demonstration(_last_pages, [False, True], [False, False, True]),
    "PAG-F802": Demonstration(_rows_of_a_moment, 5, 2),
    "FIL-F803": Demonstration(_sources_of_a_walk, ["zillow"] * 4, ["zillow"] * 4 + ["website"] * 4),
    "FIL-F804": Demonstration(_updated_in_the_future, [0, 0], [3, 0]),
    "TEN-F805": Demonstration(_foreign_head, [404, 404, 404], [200, 404, 404]),
    "AUT-F806": Demonstration(_after_revocation, [200, 401, 401], [200, 200, 401]),
    "RAT-F807": Demonstration(_ten_a_second, {200}, {429}),
    "ENV-F808": Demonstration(
        _limits_out_of_range,
        ["invalid_request", "invalid_request"],
        ["invalid_limit", "invalid_request"],
    ),
    "SCH-F809": Demonstration(_update_in_detail, [], [True]),
    "HDR-F810": Demonstration(
        _caching, ["no-store", "no-store"], ["no-store", "public, max-age=60"]
    ),
    "AUT-F811": Demonstration(
        _lower_tier, ["plan_required", "plan_required"], ["plan_required", "unauthorized"]
    ),
    "LIM-F812": Demonstration(_rows_of_a_stage, (150, 120), (150, 100)),
}
