"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_COMPOSED, _DECOMPOSED = "caf\u00e9", "cafe\u0301"


def _seeded(server: Running, tenant: str = "small") -> str:
    """Make a tenant without rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": [tenant], "rows": 0})
    return server.key(tenant)


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _walked(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "deals", 5)
    return [len(server.walk("/deals", key, limit=limit)) for limit in (2, 3, 4, 5)]


def _half_past(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "contacts", 1)
    now = datetime.fromisoformat(server.control("clock")["now"])
    zone = timezone(timedelta(hours=5, minutes=30))
    moments = [(now + timedelta(minutes=minutes)).astimezone(zone) for minutes in (-10, 10)]
    return [
        len(server.get("/contacts", key, updatedSince=moment.isoformat()).json()["data"])
        for moment in moments
    ]


def _accents(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 1, source=_COMPOSED)
    _insert(server, "leads", 2, source=_DECOMPOSED)
    return [
        len(server.get("/leads", key, source=source).json()["data"])
        for source in (_COMPOSED, _DECOMPOSED)
    ]


def _other_case(server: Running) -> object:
    key = server.key()
    swapped = f"hk_{key.removeprefix('hk_').swapcase()}"
    return [server.get("/deals", token).status_code for token in (swapped, key, swapped)]


def _foreign_row(server: Running) -> object:
    key = _seeded(server)
    (contact,) = _insert(server, "contacts", 1)
    path, foreign = f"/contacts/{contact}", server.key()
    statuses = [server.get(path, caller).status_code for caller in (foreign, key, foreign)]
    server.advance(61)
    return [*statuses, server.get(path, foreign).status_code]


def _heads(server: Running) -> object:
    keys = (server.key(), server.key())
    for _ in range(60):
        server.send("HEAD", "/deals", keys[0])
    return [server.send(method, "/deals", keys[1]).status_code for method in ("HEAD", "GET")]


def _overridden(server: Running) -> object:
    key = server.key()
    return [
        server.send("POST", "/deals", key, {"X-HTTP-Method-Override": method}).status_code
        for method in ("GET", "PUT")
    ]


def _with_another_key(server: Running) -> object:
    key = _seeded(server)
    other = server.key("small")
    _insert(server, "leads", 3)
    cursor = server.get("/leads", key, limit=2).json()["pagination"]["nextCursor"]
    return [server.get("/leads", caller, cursor=cursor).status_code for caller in (key, other)]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2501": Demonstration(_walked, [5, 5, 5, 5], [4, 5, 4, 5]),
    "FIL-F2502": Demonstration(_half_past, [1, 0], [0, 0]),
    "FIL-F2503": Demonstration(_accents, [1, 2], [1, 1]),
    "AUT-F2504": Demonstration(_other_case, [401, 200, 401], [401, 200, 200]),
    "TEN-F2505": Demonstration(_foreign_row, [404, 200, 404, 404], [404, 200, 200, 404]),
    "RAT-F2506": Demonstration(_heads, [200, 200], [429, 200]),
    "STA-F2507": Demonstration(_overridden, [405, 405], [200, 405]),
    "PAG-F2508": Demonstration(_with_another_key, [200, 200], [200, 400]),
}
