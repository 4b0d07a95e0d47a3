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


def _change(server: Running, collection: str, **change: Any) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, **change})["ids"]


def _growing_pages(server: Running) -> object:
    key = _seeded(server, rows=9)
    first = server.get("/deals", key, limit=2).json()["pagination"]["nextCursor"]
    second = server.get("/deals", key, limit=5, cursor=first).json()
    return second["pagination"]["limit"], len(second["data"])


def _cursor_of_two_keys(server: Running) -> object:
    key, other = _seeded(server, rows=4), server.key("small")
    cursor = server.get("/contacts", key, limit=2).json()["pagination"]["nextCursor"]
    return [
        server.get("/contacts", one, limit=2, cursor=cursor).status_code for one in (key, other)
    ]


def _of_a_lower_tier(server: Running) -> object:
    key = server.key(tier="team")
    asked: tuple[dict[str, Any], ...] = ({"limit": 0}, {"cursor": "none"}, {})
    lists = [server.get("/leads", key, **query) for query in asked]
    answers = [*lists, server.get("/leads/ld_AbCd", key), server.get("/leads/ld_Nobody", key)]
    return [(answer.status_code, answer.json()["error"]["code"]) for answer in answers]


def _after_the_wait(server: Running) -> object:
    key = server.key()
    server.requests(60, "/deals?limit=1", key)
    wait = int(server.get("/deals", key, limit=1).headers["Retry-After"])
    server.advance(wait)
    answers = server.requests(20, "/deals?limit=1", key)
    return wait, Counter(answer.status_code for answer in answers)


def _since_in_the_west(server: Running) -> object:
    key = server.key()
    updated = server.get("/leads/ld_AbCd", key).json()["data"]["updatedAt"]
    assert updated.startswith("2026-05-03T08:12:30")
    return [
        any(
            row["id"] == "ld_AbCd" for row in server.walk("/leads", key, limit=200, updatedSince=at)
        )
        for at in ("2026-05-03T04:42:29-03:30", "2026-05-03T04:42:30-03:30")
    ]


def _heads(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, f"/leads?{query}", key).status_code
        for query in ("stage=sold", "limit=0", "cursor=none")
        for method in ("GET", "HEAD")
    ]


def _repeated(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", f"/contacts?{query}", key).status_code
        for query in ("limit=5&limit=5", "limit=5&limit=6", "source=zillow&source=zillow")
    ]


def _leaving_row(server: Running) -> object:
    key = _seeded(server)
    _change(server, "leads", insert=5, values={"stage": "new"})
    page = server.get("/leads", key, stage="new", limit=2).json()
    _change(server, "leads", update=[page["data"][-1]["id"]], values={"stage": "won"})
    cursor = page["pagination"]["nextCursor"]
    return len(server.get("/leads", key, stage="new", cursor=cursor).json()["data"])


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2401": Demonstration(_growing_pages, (5, 5), (2, 2)),
    "PAG-F2402": Demonstration(_cursor_of_two_keys, [200, 200], [200, 400]),
    "AUT-F2403": Demonstration(
        _of_a_lower_tier,
        [(401, "plan_required")] * 5,
        [(400, "invalid_request"), (400, "invalid_cursor"), *[(401, "plan_required")] * 3],
    ),
    "RAT-F2404": Demonstration(_after_the_wait, (1, {200: 10, 429: 10}), (1, {200: 20})),
    "FIL-F2405": Demonstration(_since_in_the_west, [True, False], [True, True]),
    "STA-F2406": Demonstration(
        _heads, [400, 400, 400, 400, 400, 400], [400, 200, 400, 200, 400, 200]
    ),
    "STA-F2407": Demonstration(_repeated, [400, 400, 400], [200, 400, 200]),
    "PAG-F2408": Demonstration(_leaving_row, 3, 0),
}
