"""What shows the eighth set of faults of HaleAI."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_BURST = 60


def _insert(
    server: Running, tenant: str, collection: str, rows: int = 1, **values: str
) -> list[str]:
    """Give a tenant more rows, all of this moment; return their ids, the oldest first."""
    place = {"api": "haleai", "tenant": tenant, "collection": collection}
    ids: list[str] = server.control("rows", {**place, "insert": rows, "values": values})["ids"]
    return ids


def _update(server: Running, tenant: str, collection: str, row: str, **values: str) -> None:
    place = {"api": "haleai", "tenant": tenant, "collection": collection}
    server.control("rows", {**place, "update": [row], "values": values})


def _admitted(server: Running) -> object:
    """What a key gets that spent its burst, its header written as before and otherwise."""
    key, seen = server.key(), []
    server.requests(_BURST, "/deals?limit=1", key)
    for scheme in ("Bearer", "bearer"):
        answer = server.send("GET", "/deals", None, {"Authorization": f"{scheme} {key}"})
        seen.append(answer.status_code)
    other = server.get("/deals", server.key())
    return [*seen, other.status_code]


def _walks(server: Running) -> object:
    """What the second page has, the last row of the first unchanged, updated, and moved."""
    key, seen = server.key(), []
    changes: tuple[dict[str, str] | None, ...] = (None, {}, {"stage": "lost"})
    for number, change in enumerate(changes):
        source = f"fair {number}"
        ids = _insert(server, "acme", "leads", 4, source=source, stage="new")
        asked = {"source": source, "stage": "new", "limit": 2}
        first = server.get("/leads", key, **asked).json()
        if change is not None:
            _update(server, "acme", "leads", first["data"][-1]["id"], **change)
        cursor = first["pagination"]["nextCursor"]
        second = server.get("/leads", key, **asked, cursor=cursor).json()
        seen.append([row["id"] for row in second["data"]] == ids[1::-1])
    return seen


def _revoked(server: Running) -> object:
    """What a list is answered with, and its next page: for a good key, revoked, unknown."""
    key, seen = server.key(), []
    cursor = server.get("/deals", key, limit=5).json()["pagination"]["nextCursor"]
    for used in (key, key, "hk_unknown"):
        queries: tuple[dict[str, str], ...] = ({}, {"cursor": cursor})
        seen.append([server.get("/deals", used, **query).status_code for query in queries])
        if len(seen) == 1:
            server.control("keys/revoke", {"api": "haleai", "key": key})
    return seen


def _of_tenants(server: Running) -> object:
    """How many rows of three tenants are on a list of acme, and whether acme finds each."""
    key, seen = server.key("acme"), []
    for tenant in ("acme", "acme-eu", "globex"):
        server.key(tenant)
        row = _insert(server, tenant, "contacts", source=f"fair of {tenant}")[0]
        listed = server.get("/contacts", key, source=f"fair of {tenant}").json()["data"]
        seen.append((len(listed), server.get(f"/contacts/{row}", key).status_code))
    return seen


def _cursors(server: Running) -> object:
    """What a cursor is worth with its key, with another of the team, and with another team's."""
    key = server.key()
    cursor = server.get("/leads", key, limit=5).json()["pagination"]["nextCursor"]
    keys = (key, server.key(), server.key("globex"))
    return [server.get("/leads", one, cursor=cursor).status_code for one in keys]


def _since(server: Running) -> object:
    """Whether a row of 300 milliseconds past a second is newer than moments around it."""
    now = datetime.fromisoformat(server.control("clock")["now"])
    server.advance((1_300_000 - now.microsecond) / 1_000_000)
    row, key = _insert(server, "acme", "deals")[0], server.key()
    second = (now + timedelta(seconds=1)).replace(microsecond=0, tzinfo=None).isoformat()
    seen = []
    for fraction in ("299", "300", "2", "4", "299000", "30"):
        answer = server.get("/deals", key, updatedSince=f"{second}.{fraction}Z")
        seen.append(row in {deal["id"] for deal in answer.json()["data"]})
    return seen


def _sources(server: Running) -> object:
    """Whether a list by source has nothing of another source."""
    key, seen = server.key(), []
    for source in ("zillow", "nobody", "null", "undefined"):
        data = server.get("/contacts", key, source=source).json()["data"]
        seen.append(all(row["source"] == source for row in data))
    return seen


def _repeated(server: Running) -> object:
    key = server.key()
    queries = ("limit=5", "limit=5&limit=6", "limit=5&limit=5", "stage=new&stage=new")
    return [server.send("GET", f"/leads?{query}", key).status_code for query in queries]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "RAT-F1601": Demonstration(_admitted, [429, 429, 200], [429, 200, 200]),
    "PAG-F1602": Demonstration(_walks, [True, True, True], [True, True, False]),
    "AUT-F1603": Demonstration(
        _revoked,
        [[200, 200], [401, 401], [401, 401]],
        [[200, 200], [401, 200], [401, 401]],
    ),
    "TEN-F1604": Demonstration(
        _of_tenants,
        [(1, 200), (0, 404), (0, 404)],
        [(1, 200), (1, 404), (0, 404)],
    ),
    "CUR-F1605": Demonstration(_cursors, [200, 200, 400], [200, 400, 400]),
    "TIM-F1606": Demonstration(
        _since,
        [True, False, True, False, True, False],
        [True, False, True, True, False, True],
    ),
    "FIL-F1607": Demonstration(_sources, [True] * 4, [True, True, False, False]),
    "ERR-F1608": Demonstration(_repeated, [200, 400, 400, 400], [200, 400, 200, 200]),
}
