"""What shows the fifth set of faults of HaleAI."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_RATE = 10
"""Requests a second, sustained."""


def _insert(server: Running, collection: str, **values: str) -> str:
    """Give the tenant `small` one more row; return its id."""
    place = {"api": "haleai", "tenant": "small", "collection": collection}
    (row,) = server.control("rows", {**place, "insert": 1, "values": values})["ids"]
    return str(row)


def _seeded(server: Running, rows: int = 0) -> str:
    """Give the tenant `small` so many rows a list; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _tiers(server: Running) -> object:
    paths = ("/leads", "/leads/ld_AbCd", "/contacts/ctk_AbCd", "/deals/dl_AbCd")
    return [
        [server.get(path, server.key(tier=tier)).status_code for path in paths]
        for tier in ("team_max", "team_plus")
    ]


def _mistyped_keys(server: Running) -> object:
    key, other = server.key(), server.key()
    swapped = "x" if key[-1] != "x" else "y"
    sent = (f"{key[:-1]}{swapped}", key, f"{key[:-1]}{swapped}", key[:20], key[:19], other[:20])
    return [server.get("/deals", one).status_code for one in sent]


def _shared_details(server: Running) -> object:
    server.control("seed", {"api": "haleai", "tenants": ["other"], "rows": 1})
    keys = (server.key("other"), server.key("acme"), server.key("other"))
    seen = [server.get("/contacts/ctk_AbCd", key).status_code for key in keys]
    server.advance(60)
    return seen, server.get("/contacts/ctk_AbCd", keys[0]).status_code


def _refused_for(server: Running) -> object:
    key = server.key()
    (refused,) = [one for one in server.requests(61, "/deals", key) if one.status_code == 429]
    server.advance(1)
    after_a_second = server.get("/deals", key).status_code
    server.advance(59)
    last = sum(one.status_code == 200 for one in server.requests(_RATE, "/deals", key))
    return refused.headers["Retry-After"], after_a_second, last


def _page_sizes(server: Running) -> object:
    key = server.key()
    first = server.get("/contacts", key, limit=2).json()["pagination"]
    sizes = []
    for limit in (2, 5, 0):
        answer = server.get("/contacts", key, limit=limit, cursor=first["nextCursor"])
        rows = answer.json().get("data", ())
        sizes.append((answer.status_code, len(rows)))
    return sizes


def _listed_since_themselves(server: Running) -> object:
    """Whether a row is listed since it was updated itself; one of the two has a fraction."""
    key, seen = _seeded(server), []
    for _ in range(2):
        row = _insert(server, "leads")
        since = server.get(f"/leads/{row}", key).json()["data"]["updatedAt"]
        seen += server.walk("/leads", key, updatedSince=since)
        server.advance(0.5)
    return bool(seen)


def _later_pages(server: Running) -> object:
    key = server.key()
    cursor = server.get("/deals", key).json()["pagination"]["nextCursor"]
    seen = []
    for _ in range(2):
        server.advance(600)
        seen.append(server.get("/deals", key, cursor=cursor).status_code)
    return seen


def _deals_listed(server: Running) -> object:
    key = _seeded(server)
    for stage in ("listing", "under_contract", "closed"):
        _insert(server, "deals", stage=stage)
    return [
        sorted(deal["stage"] for deal in server.walk("/deals", key, stage=stage))
        for stage in ("listing", "under_contract", "closed")
    ]


def _limits(server: Running) -> object:
    key = server.key()
    given = ("100", "1e2", "50.0", "1e3", "2.5", "ten")
    return [server.get("/leads", key, limit=one).status_code for one in given]


def _odd_texts(server: Running) -> object:
    key = server.key()
    ids = [server.get(f"/leads/ld_{text}", key).status_code for text in ("%00", "%01")]
    filters = [server.get("/leads", key, source=text).status_code for text in ("\0", "\1")]
    return [*ids, *filters]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PLN-F1201": Demonstration(_tiers, [[200] * 4, [401] * 4], [[200] * 4, [401, 200, 401, 401]]),
    "AUT-F1202": Demonstration(
        _mistyped_keys, [401, 200, 401, 401, 401, 401], [401, 200, 200, 200, 401, 401]
    ),
    "TEN-F1203": Demonstration(_shared_details, ([404, 200, 404], 404), ([404, 200, 200], 404)),
    "RAT-F1204": Demonstration(_refused_for, ("1", 200, 10), ("60", 429, 10)),
    "PAG-F1205": Demonstration(
        _page_sizes, [(200, 2), (200, 5), (400, 0)], [(200, 2), (200, 2), (400, 0)]
    ),
    "TIM-F1206": Demonstration(_listed_since_themselves, honest=False, planted=True),
    "CUR-F1207": Demonstration(_later_pages, [200, 200], [200, 400]),
    "FIL-F1208": Demonstration(
        _deals_listed,
        [["listing"], ["under_contract"], ["closed"]],
        [["listing", "under_contract"], ["under_contract"], ["closed"]],
    ),
    "LIM-F1209": Demonstration(
        _limits, [200, 400, 400, 400, 400, 400], [200, 200, 200, 400, 400, 400]
    ),
    "ENV-F1210": Demonstration(_odd_texts, [404, 404, 200, 200], [500, 404, 500, 200]),
}
