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


def _rows(server: Running, collection: str, **change: object) -> Any:
    place = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**place, **change})


def _large_pages(server: Running) -> object:
    key = _seeded(server, rows=201)
    return [len(server.walk("/contacts", key, limit=limit)) for limit in (199, 200)]


def _stage_left(server: Running) -> object:
    key = _seeded(server)
    _rows(server, "deals", insert=6, values={"stage": "listing"})
    met = 0
    for number, page in enumerate(server.pages("/deals", key, limit=2, stage="listing")):
        met += len(page["data"])
        if number == 0:
            left = page["data"][0]["id"]
            _rows(server, "deals", update=[left], values={"stage": "closed"})
    return met


def _asked_by_another(server: Running) -> object:
    owner, other = _seeded(server), server.key()
    (lead,) = _rows(server, "leads", insert=1)["ids"]
    statuses = [server.get(f"/leads/{lead}", key).status_code for key in (other, owner)]
    server.advance(60)
    return [*statuses, server.get(f"/leads/{lead}", owner).status_code]


def _limit_left_out(server: Running) -> object:
    key = server.key()
    first = server.get("/leads", key, limit=3).json()["pagination"]
    page = server.get("/leads", key, cursor=first["nextCursor"]).json()
    return page["pagination"]["limit"], len(page["data"])


def _revoked(server: Running) -> object:
    codes = []
    for tier in ("team_max", "team"):
        key = server.key(tier=tier)
        server.control("keys/revoke", {"api": "haleai", "key": key})
        codes.append(server.get("/deals", key).json()["error"]["code"])
    return codes


def _two_keys(server: Running) -> object:
    busy, idle = server.key(), server.key()
    server.requests(60, "/deals/dl_AbCd", busy)
    return [server.get(path, idle).status_code for path in ("/deals", "/deals/dl_AbCd")]


def _heads(server: Running) -> object:
    key = server.key()
    return [server.send(method, "/leads?limit=0", key).status_code for method in ("GET", "HEAD")]


def _west_of_utc(server: Running) -> object:
    key = _seeded(server)
    _rows(server, "deals", insert=1)
    soon = datetime.fromisoformat(server.control("clock")["now"]) + timedelta(minutes=30)
    zones = (timezone(timedelta(hours=-3)), timezone(-timedelta(hours=3, minutes=30)))
    return [
        len(
            server.get("/deals", key, updatedSince=soon.astimezone(zone).isoformat()).json()["data"]
        )
        for zone in zones
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4801": Demonstration(_large_pages, [201, 201], [201, 200]),
    "PAG-F4802": Demonstration(_stage_left, 6, 5),
    "TEN-F4803": Demonstration(_asked_by_another, [404, 200, 200], [404, 404, 200]),
    "LIM-F4804": Demonstration(_limit_left_out, (50, 50), (3, 3)),
    "AUT-F4805": Demonstration(
        _revoked, ["unauthorized", "unauthorized"], ["unauthorized", "plan_required"]
    ),
    "RAT-F4806": Demonstration(_two_keys, [200, 200], [200, 429]),
    "STA-F4807": Demonstration(_heads, [400, 400], [400, 200]),
    "PAG-F4808": Demonstration(_west_of_utc, [0, 0], [0, 1]),
}
