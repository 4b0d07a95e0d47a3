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


def _without_source(server: Running) -> object:
    key = _seeded(server, rows=3)
    return [
        len(server.get(path, key, source="").json().get("data", []))
        for path in ("/contacts", "/leads", "/deals")
    ]


def _left_the_filter(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 4, stage="working")
    first = server.get("/leads", key, stage="working", limit=2).json()
    place = {"api": "haleai", "tenant": "small", "collection": "leads"}
    moved = {"update": [first["data"][-1]["id"]], "values": {"stage": "won"}}
    server.control("rows", {**place, **moved})
    cursor = first["pagination"]["nextCursor"]
    return server.get("/leads", key, stage="working", limit=2, cursor=cursor).status_code


def _synced_again(server: Running) -> object:
    key = _seeded(server)
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance(1.5 - now.microsecond / 1_000_000)
    _insert(server, "deals", 1)
    (deal,) = server.get("/deals", key).json()["data"]
    seen = datetime.fromisoformat(deal["updatedAt"])
    moments = (seen - timedelta(milliseconds=1), seen)
    return [
        len(server.get("/deals", key, updatedSince=moment.isoformat()).json()["data"])
        for moment in moments
    ]


def _after_the_wait(server: Running) -> object:
    key = server.key()
    refused = server.requests(90, "/deals?limit=1", key)[-1]
    server.advance(int(refused.headers["Retry-After"]))
    return refused.status_code, server.get("/deals", key, limit=1).status_code


def _another_header(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", "/deals", None, {"X-API-Key": sent}).status_code
        for sent in (key, "hk_unknown")
    ]


def _deal_of_another(server: Running) -> object:
    own, other = _seeded(server), server.key()
    (deal,) = _insert(server, "deals", 1)
    (lead,) = _insert(server, "leads", 1)
    before = server.get(f"/deals/{deal}", other).status_code
    gets = [
        server.get(path, key).status_code
        for path in (f"/deals/{deal}", f"/leads/{lead}")
        for key in (own, other)
    ]
    server.advance(60)
    return [before, *gets, server.get(f"/deals/{deal}", other).status_code]


def _limits(server: Running) -> object:
    key = server.key()
    return [
        server.get("/leads", key, limit=limit).status_code
        for limit in ("10abc", "2.5", "abc", "0x", "10")
    ]


def _trailing_slashes(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key).status_code
        for path in ("/contacts/", "/contacts/ctk_AbCd/", "/nothing/", "/contacts")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4633": Demonstration(_without_source, [0, 0, 0], [3, 3, 0]),
    "PAG-F4634": Demonstration(_left_the_filter, 200, 400),
    "PAG-F4635": Demonstration(_synced_again, [1, 0], [1, 1]),
    "RAT-F4636": Demonstration(_after_the_wait, (429, 200), (429, 429)),
    "AUT-F4637": Demonstration(_another_header, [401, 401], [200, 401]),
    "TEN-F4638": Demonstration(
        _deal_of_another, [404, 200, 404, 200, 404, 404], [404, 200, 200, 200, 404, 404]
    ),
    "LIM-F4639": Demonstration(_limits, [400, 400, 400, 400, 200], [200, 200, 400, 400, 200]),
    "STA-F4640": Demonstration(_trailing_slashes, [404, 404, 404, 200], [307, 307, 404, 200]),
}
