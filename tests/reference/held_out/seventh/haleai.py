"""What shows the seventh set of faults of HaleAI."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_BURST = 60


def _insert(server: Running, tenant: str, collection: str, rows: int = 1, **values: str) -> str:
    """Give a tenant more rows, all of this moment; return the id of the first."""
    place = {"api": "haleai", "tenant": tenant, "collection": collection}
    ids = server.control("rows", {**place, "insert": rows, "values": values})["ids"]
    return str(ids[0])


def _admitted(server: Running) -> object:
    """What a key gets that spends its burst, and then sends a request each 0.9 seconds."""
    key, seen = server.key(), []
    server.requests(_BURST - 1, "/deals?limit=1", key)
    for _ in range(3):
        server.advance(0.9)
        seen.append(server.get("/deals", key, limit=1).status_code)
    server.advance(1)
    return [*seen, server.get("/deals", key, limit=1).status_code]


def _sizes(server: Running) -> object:
    """How long a page is said to be, and is, that a cursor is sent for: with a limit, without."""
    key, seen = server.key(), []
    for query in ({"limit": 2}, {}):
        cursor = server.get("/leads", key, limit=3).json()["pagination"]["nextCursor"]
        page = server.get("/leads", key, cursor=cursor, **query).json()
        seen.append((page["pagination"]["limit"], len(page["data"])))
    return seen


def _refusals(server: Running) -> object:
    seen = []
    for tier in ("team_max", "team"):
        key = server.key(tier=tier)
        before = server.get("/deals", key)
        server.control("keys/revoke", {"api": "haleai", "key": key})
        after = server.get("/deals", key)
        code = before.json().get("error", {}).get("code")
        seen.append((code, after.status_code, after.json()["error"]["code"]))
    return seen


def _since(server: Running) -> object:
    """Whether a deal of 15:48:22 UTC is newer than two moments, each written in three ways."""
    key = server.key()
    moments = (
        ("15:18:22Z", "20:48:22+05:30", "11:48:22-03:30"),
        ("16:03:22Z", "21:33:22+05:30", "12:33:22-03:30"),
    )
    return [
        [
            any(
                row["id"] == "dl_AbCd"
                for row in server.walk("/deals", key, limit=200, updatedSince=f"2026-05-05T{time}")
            )
            for time in times
        ]
        for times in moments
    ]


def _details(server: Running) -> object:
    key = server.key()
    paths = ("/deals/dl_AbCd", "/deals/ld_AbCd", "/contacts/AbCd", "/leads/ld_abcd")
    return [server.get(path, key).status_code for path in paths]


def _absent(server: Running) -> object:
    """What is told of a row of one's own, of another's, and of nobody's."""
    key = server.key("globex")
    row = _insert(server, "globex", "leads")
    return [
        (answer.status_code, "Last-Modified" in answer.headers)
        for answer in (
            server.get(path, key) for path in (f"/leads/{row}", "/leads/ld_AbCd", "/leads/ld_none")
        )
    ]


def _sources(server: Running) -> object:
    key, sources = server.key(), ("open house", "google+", "50%20off")
    for source in sources:
        _insert(server, "acme", "contacts", source=source)
    return [len(server.get("/contacts", key, source=source).json()["data"]) for source in sources]


def _errors(server: Running) -> object:
    key, seen = server.key(), []
    for accept in ("application/json", "text/html,*/*;q=0.8"):
        for path in ("/deals/dl_AbCd", "/deals/dl_none"):
            answer = server.send("GET", path, key, {"Accept": accept})
            seen.append((answer.status_code, answer.headers["Content-Type"].partition(";")[0]))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "RAT-F1501": Demonstration(_admitted, [200] * 4, [200, 429, 429, 200]),
    "PAG-F1502": Demonstration(_sizes, [(2, 2), (50, 50)], [(2, 2), (3, 3)]),
    "AUT-F1503": Demonstration(
        _refusals,
        [(None, 401, "unauthorized"), ("plan_required", 401, "unauthorized")],
        [(None, 401, "unauthorized"), ("plan_required", 401, "plan_required")],
    ),
    "TIM-F1504": Demonstration(
        _since,
        [[True, True, True], [False, False, False]],
        [[True, False, True], [False, False, True]],
    ),
    "LIF-F1505": Demonstration(_details, [200, 404, 404, 404], [200, 200, 200, 404]),
    "TEN-F1506": Demonstration(
        _absent,
        [(200, False), (404, False), (404, False)],
        [(200, True), (404, True), (404, False)],
    ),
    "FIL-F1507": Demonstration(_sources, [1, 1, 1], [1, 0, 0]),
    "ENV-F1508": Demonstration(
        _errors,
        [(200, "application/json"), (404, "application/json")] * 2,
        [
            (200, "application/json"),
            (404, "application/json"),
            (200, "application/json"),
            (404, "text/html"),
        ],
    ),
}
