"""What shows the third set of faults of HaleAI."""

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


def _since_a_fraction(server: Running) -> object:
    key = _seeded(server)
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance(1.5 - now.microsecond / 1_000_000)
    _insert(server, "leads", 1)
    (row,) = server.walk("/leads", key)
    since = (row["updatedAt"], f"{row['updatedAt'][:19]}Z")
    return [len(server.walk("/leads", key, updatedSince=one)) for one in since]


def _wordy_limits(server: Running) -> object:
    key = _seeded(server, rows=5)
    limits = ("3", "3.0", "3rows", "rows", "201.5")
    return [server.get("/deals", key, limit=limit).status_code for limit in limits]


def _several_sources(server: Running) -> object:
    key = _seeded(server)
    found = []
    for collection in ("contacts", "leads"):
        for source in ("a_1", "b", "c"):
            _insert(server, collection, 1, source=source)
        for source in ("a_1,b", "b", "a"):
            found.append(len(server.walk(f"/{collection}", key, source=source)))
    return found


def _after_the_wait(server: Running) -> object:
    key = _seeded(server)
    refused = [one for one in server.requests(100, "/deals", key) if one.status_code == 429]
    server.advance(max(int(one.headers["Retry-After"]) for one in refused))
    return len(refused), server.get("/deals", key).status_code


def _without_prefix(server: Running) -> object:
    key = server.key()
    keys = (key, key.removeprefix("hk_"), key.removeprefix("hk_")[1:])
    return [server.get("/deals", one, limit=1).status_code for one in keys]


def _found_by_others(server: Running) -> object:
    owner, stranger = server.key(), _seeded(server)
    statuses = []
    for key, wait in ((stranger, 0), (owner, 0), (stranger, 9), (stranger, 1)):
        server.advance(wait)
        statuses.append(server.get("/deals/dl_AbCd", key).status_code)
    return statuses


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "FIL-F1001": Demonstration(_since_a_fraction, [0, 1], [1, 1]),
    "LIM-F1002": Demonstration(_wordy_limits, [200, 400, 400, 400, 400], [200, 200, 200, 400, 400]),
    "FIL-F1003": Demonstration(_several_sources, [0, 1, 0, 0, 1, 0], [2, 1, 0, 0, 1, 0]),
    "RAT-F1004": Demonstration(_after_the_wait, (40, 200), (40, 429)),
    "AUT-F1005": Demonstration(_without_prefix, [200, 401, 401], [200, 200, 401]),
    "TEN-F1006": Demonstration(_found_by_others, [404, 200, 404, 404], [404, 200, 200, 404]),
}
