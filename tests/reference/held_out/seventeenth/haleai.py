"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running) -> str:
    """Make a tenant without rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": 0})
    return server.key("small")


def _insert(server: Running, collection: str, count: int, **values: str) -> Any:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    return server.control("rows", {**body, "insert": count, "values": values})["ids"]


def _update(server: Running, collection: str, ids: Sequence[str]) -> None:
    body = {"api": "haleai", "tenant": "small", "collection": collection}
    server.control("rows", {**body, "update": ids})


def _bursts(server: Running) -> object:
    key = server.key()
    admitted = []
    for _ in range(3):
        answers = server.requests(65, "/deals?limit=1", key)
        admitted.append(sum(answer.status_code == 200 for answer in answers))
        server.advance(60)
    return admitted


def _authorizations(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", "/deals", None, {"Authorization": value}).status_code
        for value in (f"Bearer {key}", f"Bearer {key}, Bearer hk_other", f"Bearer {key} hk_other")
    ]


def _cursor_after_updates(server: Running) -> object:
    key = _seeded(server)
    first, second, *_ = reversed(_insert(server, "leads", 5))
    cursor = server.get("/leads", key, limit=2).json()["pagination"]["nextCursor"]
    statuses = []
    for row in (None, first, second):
        server.advance(1)
        if row is not None:
            _update(server, "leads", [row])
        statuses.append(server.get("/leads", key, limit=2, cursor=cursor).status_code)
    return statuses


def _since_a_moment(server: Running) -> object:
    key = _seeded(server)
    for collection in ("deals", "contacts"):
        _insert(server, collection, 4)
    since = server.get("/deals", key).json()["data"][0]["updatedAt"]
    server.advance(1)
    for collection in ("deals", "contacts"):
        _insert(server, collection, 3)
    return [
        len(server.walk(path, key, limit=limit, updatedSince=since))
        for path, limit in (("/deals", 2), ("/deals", 3), ("/contacts", 2))
    ]


def _details_with_a_parameter(server: Running) -> object:
    key = server.key()
    _seeded(server)
    (foreign,) = _insert(server, "deals", 1)
    return [
        server.get(f"/deals/{deal}", key, **query).status_code
        for query in ({}, {"expand": "all"})
        for deal in ("dl_AbCd", foreign, "dl_Nobody")
    ]


def _accepting(server: Running) -> object:
    key = server.key()
    return [
        server.send("GET", "/contacts/ctk_AbCd", key, {"Accept": value}).status_code
        for value in ("application/json;q=0.9", "text/html, */*;q=0.1", "text/html")
    ]


def _stages(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key, stage=stages).status_code
        for path, stages in (
            ("/leads", "won,lost"),
            ("/leads", "worn,lost"),
            ("/deals", "closed,dead"),
        )
    ]


def _spaced_sources(server: Running) -> object:
    key = _seeded(server)
    for collection in ("contacts", "leads"):
        _insert(server, collection, 2, source="zillow")
        _insert(server, collection, 1, source="zillow ")
    return [
        len(server.get(path, key, source=source).json()["data"])
        for path in ("/contacts", "/leads")
        for source in ("zillow", "zillow ", " zillow")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "RAT-F3401": Demonstration(_bursts, [60, 60, 60], [60, 59, 59]),
    "AUT-F3402": Demonstration(_authorizations, [200, 401, 401], [200, 200, 401]),
    "PAG-F3403": Demonstration(_cursor_after_updates, [200, 200, 200], [200, 200, 400]),
    "PAG-F3404": Demonstration(_since_a_moment, [3, 3, 3], [7, 3, 3]),
    "TEN-F3405": Demonstration(
        _details_with_a_parameter,
        [200, 404, 404, 400, 400, 400],
        [200, 404, 404, 400, 400, 404],
    ),
    "STA-F3406": Demonstration(_accepting, [200, 200, 200], [200, 200, 406]),
    "STA-F3407": Demonstration(_stages, [400, 400, 400], [200, 400, 400]),
    "PAG-F3408": Demonstration(_spaced_sources, [2, 1, 0, 2, 1, 0], [3, 3, 0, 2, 1, 0]),
}
