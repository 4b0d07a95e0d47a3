"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
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


def _given_twice(server: Running) -> object:
    key = _seeded(server, rows=3)
    queries = ("limit=2&limit=2", "limit=2&limit=3", "source=a&source=a")
    return [server.send("GET", f"/leads?{query}", key).status_code for query in queries]


def _updated_just_now(server: Running) -> object:
    key = _seeded(server)
    _change(server, "contacts", insert=1)
    now = datetime.fromisoformat(server.control("clock")["now"])
    since = now + timedelta(minutes=30)
    return [
        len(
            server.get(
                "/contacts", key, updatedSince=since.astimezone(_west(minutes)).isoformat()
            ).json()["data"]
        )
        for minutes in (210, 180, -210)
    ]


def _west(minutes: int) -> timezone:
    return timezone(timedelta(minutes=-minutes))


def _read_by_others(server: Running) -> object:
    own, key = server.key("small"), server.key()
    _seeded(server)
    (deal,) = _change(server, "deals", insert=1)
    statuses = []
    for reader, wait in ((key, 0), (own, 0), (key, 0), (key, 60)):
        server.advance(wait)
        statuses.append(server.get(f"/deals/{deal}", reader).status_code)
    return statuses


def _admitted(server: Running) -> object:
    return [
        Counter(
            answer.status_code
            for answer in server.requests(61, f"/contacts?limit={limit}", server.key())
        )
        for limit in (100, 101)
    ]


def _heads(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, path, key).status_code
        for method in ("GET", "HEAD")
        for path in ("/deals?source=zillow", "/leads?limit=201", "/leads?limit=1")
    ]


def _words(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", "/leads", None, {"Authorization": value}).status_code
        for value in (f"Bearer {key}", f"Bearer {key} more", f"Bearer more {key}")
    ]


def _sources(server: Running) -> object:
    key = _seeded(server)
    for source in ("website", "zillow", "sphere"):
        _change(server, "leads", insert=2, values={"source": source})
    return [
        [row["source"] for row in server.walk("/leads", key, limit=3, source=source)]
        for source in ("zillow", "website,zillow")
    ]


def _walked_on(server: Running) -> object:
    key = _seeded(server)
    leads = _change(server, "leads", insert=6, values={"stage": "new"})
    first = server.get("/leads", key, stage="new", limit=2).json()
    last = first["data"][-1]["id"]
    _change(server, "leads", update=[last], values={"stage": "won"})
    cursor = first["pagination"]["nextCursor"]
    following = server.get("/leads", key, stage="new", limit=4, cursor=cursor).json()["data"]
    return [leads.index(row["id"]) for row in following]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "SCH-F4201": Demonstration(_given_twice, [400, 400, 400], [200, 400, 200]),
    "PAG-F4202": Demonstration(_updated_just_now, [0, 0, 0], [1, 0, 0]),
    "TEN-F4203": Demonstration(_read_by_others, [404, 200, 404, 404], [404, 200, 200, 404]),
    "RAT-F4204": Demonstration(
        _admitted, [{200: 60, 429: 1}, {200: 60, 429: 1}], [{200: 60, 429: 1}, {200: 30, 429: 31}]
    ),
    "STA-F4205": Demonstration(
        _heads, [400, 400, 200, 400, 400, 200], [400, 400, 200, 200, 200, 200]
    ),
    "AUT-F4206": Demonstration(_words, [200, 401, 401], [200, 200, 401]),
    "PAG-F4207": Demonstration(
        _sources, [["zillow"] * 2, []], [["zillow"] * 2, ["zillow"] * 2 + ["website"] * 2]
    ),
    "PAG-F4208": Demonstration(_walked_on, [3, 2, 1, 0], []),
}
