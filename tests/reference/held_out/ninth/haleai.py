"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_NEWFOUNDLAND = timezone(-timedelta(hours=3, minutes=30))


def _seeded(server: Running, rows: int = 0) -> str:
    """Give a tenant so many rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _change(server: Running, collection: str, **change: object) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, **change})


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    return _change(server, collection, insert=count, values=values)["ids"]


def _now(server: Running) -> datetime:
    return datetime.fromisoformat(server.control("clock")["now"])


def _revoked_over_the_limit(server: Running) -> object:
    key = server.key()
    server.get("/deals", key, limit=1)
    server.control("keys/revoke", {"api": "haleai", "key": key})
    within = server.get("/deals", key, limit=1).status_code
    server.requests(60, "/deals?limit=1", key)
    return within, server.get("/deals", key, limit=1).status_code


def _grouped_limits(server: Running) -> object:
    key = server.key()
    return [server.get("/leads", key, limit=limit).status_code for limit in ("10", "1_0")]


def _west_of_greenwich(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "deals", 1)
    ahead = _now(server) + timedelta(minutes=30)
    moments = (ahead.isoformat(), ahead.astimezone(_NEWFOUNDLAND).isoformat())
    pages = [server.get("/deals", key, updatedSince=moment).json() for moment in moments]
    return [len(page["data"]) for page in pages]


def _following_pages(server: Running) -> object:
    key = _seeded(server, rows=3)
    first = server.get("/contacts", key, limit=1).json()
    path = f"/contacts?limit=1&cursor={first['pagination']['nextCursor']}"
    answers = server.requests(70, path, key)
    return sum(answer.status_code == 429 for answer in answers)


def _asked_for_in_vain(server: Running) -> object:
    key, foreign = _seeded(server), server.key()
    (lead,) = _insert(server, "leads", 1)
    before = server.get(f"/leads/{lead}", key).status_code
    in_vain = server.get(f"/leads/{lead}", foreign).status_code
    after = server.get(f"/leads/{lead}", key).status_code
    server.advance(31)
    return before, in_vain, after, server.get(f"/leads/{lead}", key).status_code


def _calendar(server: Running) -> object:
    key = server.key()
    return [
        server.get("/contacts", key, limit=1, updatedSince=since).status_code
        for since in (
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
        )
    ]


def _fractions(server: Running) -> object:
    key = _seeded(server)
    server.advance(1.05 - _now(server).microsecond / 1_000_000)
    _insert(server, "contacts", 1)
    (row,) = server.get("/contacts", key).json()["data"]
    shown = datetime.fromisoformat(row["updatedAt"])
    just_before = (shown - timedelta(milliseconds=1)).isoformat()
    rows = server.get("/contacts", key, updatedSince=just_before).json()["data"]
    return shown.microsecond, len(rows)


def _left_the_list(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 4, stage="working")
    page = server.get("/leads", key, limit=2, stage="working").json()
    last = page["data"][-1]["id"]
    _change(server, "leads", update=[last], values={"stage": "won"})
    cursor = page["pagination"]["nextCursor"]
    following = server.get("/leads", key, limit=2, stage="working", cursor=cursor).json()
    return len(following["data"])


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1701": Demonstration(_revoked_over_the_limit, (401, 401), (401, 429)),
    "LIM-F1702": Demonstration(_grouped_limits, [200, 400], [200, 200]),
    "PAG-F1703": Demonstration(_west_of_greenwich, [0, 0], [0, 1]),
    "RAT-F1704": Demonstration(_following_pages, 11, 0),
    "TEN-F1705": Demonstration(_asked_for_in_vain, (200, 404, 200, 200), (200, 404, 404, 200)),
    "STA-F1706": Demonstration(_calendar, [200, 200, 200], [200, 500, 500]),
    "SCH-F1707": Demonstration(_fractions, (50_000, 1), (500_000, 0)),
    "PAG-F1708": Demonstration(_left_the_list, 2, 0),
}
