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


def _rows(server: Running, **change: object) -> Any:
    """Add or update leads; return their ids."""
    body = {"api": "haleai", "tenant": "small", "collection": "leads"}
    return server.control("rows", {**body, **change})["ids"]


def _offsets(server: Running) -> object:
    key = _seeded(server)
    _rows(server, insert=1)
    now = datetime.fromisoformat(server.control("clock")["now"])

    def listed(minutes: int, hours: float) -> int:
        zone = timezone(timedelta(hours=hours))
        moment = (now + timedelta(minutes=minutes)).astimezone(zone)
        since = moment.isoformat(timespec="milliseconds")
        return len(server.get("/leads", key, updatedSince=since).json()["data"])

    return [listed(-10, 5.5), listed(10, -3.5), listed(-10, 5), listed(10, -3)]


def _walk(server: Running, changed: int) -> int:
    """Return how long the second page is where a row of the first has left the list."""
    key = _seeded(server)
    _rows(server, insert=4, values={"stage": "new"})
    first = server.get("/leads", key, limit=2, stage="new").json()
    _rows(server, update=[first["data"][changed]["id"]], values={"stage": "won"})
    cursor = first["pagination"]["nextCursor"]
    return len(server.get("/leads", key, limit=2, stage="new", cursor=cursor).json()["data"])


def _pages_after_a_change(server: Running) -> object:
    return [_walk(server, 0), _walk(server, 1)]


def _limits_of_pages(server: Running) -> object:
    key = server.key()
    first = server.get("/deals", key, limit=2).json()["pagination"]
    cursor = first["nextCursor"]
    return [
        first["limit"],
        server.get("/deals", key, cursor=cursor).json()["pagination"]["limit"],
        server.get("/deals", key, cursor=cursor, limit=3).json()["pagination"]["limit"],
    ]


def _headers(server: Running) -> object:
    key = server.key()
    return [
        server.get("/contacts", words).status_code for words in (key, f"{key} {key}", f"x {key}")
    ]


def _bursts(server: Running) -> object:
    key = server.key()
    refused = []
    for count in (61, 70):
        statuses = [one.status_code for one in server.requests(count, "/deals?limit=1", key)]
        refused.append(statuses.count(429))
        server.advance(60)
    return refused


def _foreign_row(server: Running) -> object:
    _seeded(server)
    (lead,) = _rows(server, insert=1)
    ours, theirs = server.key("small"), server.key("acme")
    statuses = [server.get(f"/leads/{lead}", key).status_code for key in (theirs, ours, theirs)]
    server.advance(30)
    return [*statuses, server.get(f"/leads/{lead}", theirs).status_code]


def _lower_tier(server: Running) -> object:
    key = server.key(tier="team")
    answers = [
        server.send("GET", path, key)
        for path in ("/contacts", "/contacts?limit=0", "/deals?source=zillow", "/leads/ld_AbCd")
    ]
    return [(answer.status_code, answer.json()["error"]["code"]) for answer in answers]


def _repeated(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", path, key).status_code
        for path in ("/leads?limit=2&limit=2", "/leads?limit=2&limit=3", "/leads?stage=new&limit=2")
    ]


_PLAN_REQUIRED = (401, "plan_required")
_INVALID_REQUEST = (400, "invalid_request")

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "FIL-F1901": Demonstration(_offsets, [1, 0, 1, 0], [0, 1, 1, 0]),
    "PAG-F1902": Demonstration(_pages_after_a_change, [2, 2], [2, 0]),
    "LIM-F1903": Demonstration(_limits_of_pages, [2, 50, 3], [2, 2, 3]),
    "AUT-F1904": Demonstration(_headers, [200, 401, 401], [200, 200, 401]),
    "RAT-F1905": Demonstration(_bursts, [1, 10], [1, 0]),
    "TEN-F1906": Demonstration(_foreign_row, [404, 200, 404, 404], [404, 200, 200, 404]),
    "AUT-F1907": Demonstration(
        _lower_tier,
        [_PLAN_REQUIRED] * 4,
        [_PLAN_REQUIRED, _INVALID_REQUEST, _INVALID_REQUEST, _PLAN_REQUIRED],
    ),
    "ENV-F1908": Demonstration(_repeated, [400, 400, 200], [200, 400, 200]),
}
