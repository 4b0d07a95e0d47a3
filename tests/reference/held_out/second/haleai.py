"""What shows the second set of faults of HaleAI."""

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


def _spaced_sources(server: Running) -> object:
    key = _seeded(server)
    found = []
    for collection in ("leads", "contacts"):
        _insert(server, collection, 2, source="zillow")
        for source in ("zillow", " zillow"):
            page = server.get(f"/{collection}", key, source=source).json()
            found.append(len(page["data"]))
    return found


def _since_with_offset(server: Running) -> object:
    key = _seeded(server, rows=5)
    found = []
    for collection in ("deals", "leads"):
        newest = max(row["updatedAt"] for row in server.walk(f"/{collection}", key))
        # With its offset it is an hour before the newest row, without it an hour after.
        later = datetime.fromisoformat(newest) + timedelta(hours=1)
        since = f"{later:%Y-%m-%dT%H:%M:%S}+02:00"
        rows = server.get(f"/{collection}", key, updatedSince=since).json()["data"]
        found.append(newest in {row["updatedAt"] for row in rows})
    return found


def _growing_pages(server: Running) -> object:
    key = _seeded(server, rows=6)
    cursor = server.get("/deals", key, limit=2).json()["pagination"]["nextCursor"]
    page = server.get("/deals", key, limit=3, cursor=cursor).json()
    return page["pagination"]["limit"], len(page["data"])


def _ids_in_capitals(server: Running) -> object:
    key = server.key()
    ids = ("ctk_AbCd", "ctk_abcd"), ("ld_AbCd", "ld_abcd")
    paths = [
        f"/{collection}/{one}"
        for collection, named in zip(("contacts", "leads"), ids, strict=True)
        for one in named
    ]
    return [server.get(path, key).status_code for path in paths]


def _unknown_parameters(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key, expand="all").status_code
        for path in ("/deals/dl_AbCd", "/leads/ld_AbCd", "/deals")
    ]


def _large_pages(server: Running) -> object:
    passed = []
    for limit in (200, 100):
        answers = server.requests(61, f"/deals?limit={limit}", server.key())
        passed.append(sum(answer.status_code == 200 for answer in answers))
    return passed


def _options(server: Running) -> object:
    key = server.key()
    return [server.send(method, "/deals", key).status_code for method in ("OPTIONS", "DELETE")]


def _cursors_of_pages(server: Running) -> object:
    key = _seeded(server, rows=5)
    return [page["pagination"]["cursor"] is None for page in server.pages("/leads", key, limit=2)]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "FIL-F901": Demonstration(_spaced_sources, [2, 0, 2, 0], [2, 2, 2, 0]),
    "FIL-F902": Demonstration(_since_with_offset, [True, True], [False, True]),
    "PAG-F903": Demonstration(_growing_pages, (3, 3), (2, 2)),
    "TEN-F904": Demonstration(_ids_in_capitals, [200, 404, 200, 404], [200, 200, 200, 404]),
    "FIL-F905": Demonstration(_unknown_parameters, [400, 400, 400], [200, 400, 400]),
    "RAT-F906": Demonstration(_large_pages, [60, 60], [30, 60]),
    "ENV-F907": Demonstration(_options, [405, 405], [204, 405]),
    "PAG-F908": Demonstration(_cursors_of_pages, [True, False, False], [True, False, True]),
}
