"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_JSON = {"Content-Type": "application/json"}


def _small(server: Running, rows: int = 0) -> str:
    """Give a tenant so many rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _rows(server: Running, collection: str, **change: object) -> Any:
    place = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**place, **change})


def _row_moved_on(server: Running) -> object:
    key = _small(server)
    _rows(server, "leads", insert=6, values={"stage": "working"})
    first = server.get("/leads", key, stage="working", limit=2).json()
    _rows(server, "leads", update=[first["data"][-1]["id"]], values={"stage": "won"})
    cursor = first["pagination"]["nextCursor"]
    return len(server.walk("/leads", key, stage="working", limit=4, cursor=cursor))


def _sizes(server: Running) -> object:
    key = _small(server, rows=12)
    page = server.get("/deals", key, limit=5).json()
    sizes = []
    for limit in (2, 5):
        cursor = page["pagination"]["nextCursor"]
        page = server.get("/deals", key, limit=limit, cursor=cursor).json()
        sizes.append((page["pagination"]["limit"], len(page["data"])))
    return sizes


def _since_with_offset(server: Running) -> object:
    key = server.key()
    found = []
    for since in ("2026-05-02T21:50:10+05:30", "2026-05-02T21:50:11+05:30"):
        rows = server.walk("/contacts", key, limit=200, source="zillow", updatedSince=since)
        found.append("ctk_AbCd" in {row["id"] for row in rows})
    return found


def _walk_of_a_lower_tier(server: Running) -> object:
    page = server.get("/contacts", server.key(), limit=1).json()
    lower = server.key(tier="team")
    return [
        server.get("/contacts", lower, limit=1, **more).status_code
        for more in ({}, {"cursor": page["pagination"]["nextCursor"]})
    ]


def _heads_in_a_burst(server: Running) -> object:
    key = server.key()
    statuses = [server.send("HEAD", "/deals/dl_AbCd", key).status_code for _ in range(60)]
    return statuses.count(200)


def _absences(server: Running) -> object:
    _small(server)
    (foreign,) = _rows(server, "deals", insert=1)["ids"]
    key = server.key()
    answers = [server.get(f"/deals/{row}", key) for row in (foreign, "dl_Nobody")]
    return [(answer.status_code, "Last-Modified" in answer.headers) for answer in answers]


def _limits(server: Running) -> object:
    key = server.key()
    return [
        server.get("/leads", key, limit=limit).status_code for limit in ("1_0", " 10", "ten", "201")
    ]


def _posts(server: Running) -> object:
    key = server.key()
    return [
        server.send("POST", "/contacts", key, _JSON, content=body).status_code
        for body in (b'{"source":', b'{"source": "zillow"}')
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F3501": Demonstration(_row_moved_on, 4, 0),
    "PAG-F3502": Demonstration(_sizes, [(2, 2), (5, 5)], [(2, 5), (5, 2)]),
    "SCH-F3503": Demonstration(_since_with_offset, [True, False], [False, False]),
    "AUT-F3504": Demonstration(_walk_of_a_lower_tier, [401, 401], [401, 200]),
    "RAT-F3505": Demonstration(_heads_in_a_burst, 60, 30),
    "TEN-F3506": Demonstration(
        _absences, [(404, False), (404, False)], [(404, True), (404, False)]
    ),
    "LIM-F3507": Demonstration(_limits, [400, 400, 400, 400], [200, 200, 400, 400]),
    "STA-F3508": Demonstration(_posts, [405, 405], [400, 405]),
}
