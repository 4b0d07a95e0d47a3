"""What shows the faults of HaleAI that were planted from its documentation alone."""

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


def _code(server: Running, path: str, key: str, **query: Any) -> object:
    return server.get(path, key, **query).json().get("error", {}).get("code")


def _walked(server: Running) -> object:
    key = _seeded(server, rows=202)
    return [len(server.walk("/deals", key, limit=limit)) for limit in (200, 199)]


def _with_a_parameter(server: Running) -> object:
    key = server.key()
    _seeded(server)
    (foreign,) = _insert(server, "leads", 1)
    return [
        _code(server, f"/leads/{lead}", key, expand=1) for lead in (foreign, "ld_Nobody", "ld_AbCd")
    ] + [_code(server, f"/leads/{lead}", key) for lead in (foreign, "ld_Nobody")]


def _rested(server: Running) -> object:
    key = server.key()
    bursts = []
    for wait in (0, 10):
        server.advance(wait)
        answers = server.requests(100, "/deals?limit=1", key)
        bursts.append(Counter(answer.status_code for answer in answers)[200])
    return bursts


def _revoked(server: Running) -> object:
    codes = []
    for tier in ("team", "team_max"):
        key = server.key(tier=tier)
        codes.append(_code(server, "/deals", key))
        server.control("keys/revoke", {"api": "haleai", "key": key})
        codes.append(_code(server, "/deals", key))
    return codes


def _lengths(server: Running) -> object:
    key = server.key()
    path = "/contacts/ctk_AbCd"
    length = str(len(server.get(path, key).content))
    return [
        server.send(method, path, key).headers["Content-Length"] == length
        for method in ("GET", "HEAD")
    ]


def _since(server: Running) -> object:
    key = server.key()
    moments = (
        "2026-05-02T21:50:11+05:30",
        "2026-05-02T21:50:10+05:30",
        "2026-05-02T18:20:10+02:00",
    )
    found = []
    for moment in moments:
        rows = server.walk("/contacts", key, limit=200, updatedSince=moment)
        found.append("ctk_AbCd" in {row["id"] for row in rows})
    return found


def _of_another_filter(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 3, stage="working", source="zillow")
    page = server.get("/leads", key, limit=1, stage="working").json()
    cursor = page["pagination"]["nextCursor"]
    filters: list[dict[str, str]] = [{"stage": "working"}, {"source": "working"}, {"stage": "won"}]
    return [_code(server, "/leads", key, limit=1, cursor=cursor, **one) for one in filters]


def _limits(server: Running) -> object:
    key = server.key()
    return [server.get("/contacts", key, limit=limit).status_code for limit in ("10", "1_0", "10a")]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4301": Demonstration(_walked, [202, 202], [200, 202]),
    "TEN-F4302": Demonstration(
        _with_a_parameter,
        ["invalid_request", "invalid_request", "invalid_request", "not_found", "not_found"],
        ["invalid_request", "not_found", "invalid_request", "not_found", "not_found"],
    ),
    "RAT-F4303": Demonstration(_rested, [60, 60], [60, 100]),
    "AUT-F4304": Demonstration(
        _revoked,
        ["plan_required", "unauthorized", None, "unauthorized"],
        ["plan_required", "plan_required", None, "unauthorized"],
    ),
    "HDR-F4305": Demonstration(_lengths, [True, True], [True, False]),
    "PAG-F4306": Demonstration(_since, [False, True, True], [False, False, True]),
    "PAG-F4307": Demonstration(
        _of_another_filter,
        [None, "invalid_cursor", "invalid_cursor"],
        [None, None, "invalid_cursor"],
    ),
    "LIM-F4308": Demonstration(_limits, [200, 400, 400], [200, 200, 400]),
}
