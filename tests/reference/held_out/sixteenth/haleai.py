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


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _offsets(server: Running) -> object:
    key = server.key()
    moments = ("2026-05-02T21:45:00+05:30", "2026-05-02T21:15:00+05:00", "2026-05-02T16:15:00Z")
    return [
        "ctk_AbCd"
        in {row["id"] for row in server.walk("/contacts", key, limit=200, updatedSince=moment)}
        for moment in moments
    ]


def _asked_by_another(server: Running) -> object:
    own, other = _seeded(server), server.key()
    asked, unasked = _insert(server, "deals", 2)
    statuses = [server.get(f"/deals/{asked}", key).status_code for key in (own, other, own)]
    statuses.append(server.get(f"/deals/{unasked}", own).status_code)
    server.advance(60)
    return [*statuses, server.get(f"/deals/{asked}", own).status_code]


def _after_silence(server: Running) -> object:
    key = server.key()
    counts = []
    for wait in (0, 10):
        server.advance(wait)
        answers = server.requests(70, "/deals?limit=1", key)
        counts.append(dict(Counter(answer.status_code for answer in answers)))
    return counts


def _spaces(server: Running) -> object:
    key = _seeded(server)
    _insert(server, "leads", 2, source="zillow")
    return [
        len(server.get("/leads", key, source=source).json()["data"])
        for source in ("zillow", "zillow ", " zillow")
    ]


def _more_than_a_key(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", "/deals", None, {"Authorization": value}).status_code
        for value in (f"Bearer {key}", f"Bearer {key} again", f"Bearer again {key}")
    ]


def _limits(server: Running) -> object:
    key = server.key()
    page = server.get("/contacts", key, limit=10).json()
    cursor = page["pagination"]["nextCursor"]
    answers = [
        server.get("/contacts", key, limit=201),
        server.get("/contacts", key, limit=201, cursor=cursor),
        server.get("/contacts", key, limit=0, cursor=cursor),
    ]
    return [answer.status_code for answer in answers]


def _two_walks(server: Running) -> object:
    key = server.key()
    first, second = (
        server.get("/leads", key, limit=2, **filters).json()["pagination"]["nextCursor"]
        for filters in ({}, {"stage": "new"})
    )
    return [
        server.get("/leads", key, limit=2, cursor=first).status_code,
        server.get("/leads", key, limit=2, cursor=second, stage="new").status_code,
    ]


def _kinds_of_errors(server: Running) -> object:
    key = server.key()
    accept = {"Accept": "text/html,application/xhtml+xml"}
    return [
        server.send("GET", path, key, accept).headers["Content-Type"].partition(";")[0]
        for path in ("/companies", "/deals/dl_None")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2701": Demonstration(_offsets, [True, True, True], [False, True, True]),
    "TEN-F2702": Demonstration(
        _asked_by_another, [200, 404, 200, 200, 200], [200, 404, 404, 200, 200]
    ),
    "RAT-F2703": Demonstration(
        _after_silence, [{200: 60, 429: 10}, {200: 60, 429: 10}], [{200: 60, 429: 10}, {200: 70}]
    ),
    "PAG-F2704": Demonstration(_spaces, [2, 0, 0], [2, 2, 0]),
    "AUT-F2705": Demonstration(_more_than_a_key, [200, 401, 401], [200, 200, 401]),
    "LIM-F2706": Demonstration(_limits, [400, 400, 400], [400, 200, 400]),
    "PAG-F2707": Demonstration(_two_walks, [200, 200], [400, 200]),
    "ENV-F2708": Demonstration(
        _kinds_of_errors,
        ["application/json", "application/json"],
        ["text/html", "application/json"],
    ),
}
