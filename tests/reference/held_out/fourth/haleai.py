"""What shows the fourth set of faults of HaleAI."""

import base64
from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration


def _seeded(server: Running, rows: int = 0) -> str:
    """Give a tenant so many rows; return a key of it."""
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": rows})
    return server.key("small")


def _stages(server: Running) -> object:
    key = server.key()
    asked = (("/leads", "working"), ("/leads", "Working"), ("/deals", "Closed"))
    return [server.get(path, key, stage=stage).status_code for path, stage in asked]


def _bursts(server: Running) -> object:
    return [
        sum(answer.status_code == 200 for answer in server.requests(61, path, server.key()))
        for path in ("/deals/dl_AbCd", "/deals")
    ]


def _schemes(server: Running) -> object:
    key = server.key()
    named = base64.b64encode(f"{key}:".encode()).decode()
    other = base64.b64encode(b"hk_nobody:").decode()
    given = (f"Bearer {key}", f"Basic {named}", f"Basic {other}", f"Token {key}")
    return [server.send("GET", "/deals", None, {"Authorization": one}).status_code for one in given]


def _pages(server: Running) -> object:
    key = _seeded(server, rows=201)
    return [
        [len(page["data"]) for page in server.pages("/contacts", key, limit=limit)]
        for limit in (200, 199)
    ]


def _cursors(server: Running) -> object:
    key = server.key()
    return [server.get("/contacts", key, cursor=one).status_code for one in ("", "x")]


def _details(server: Running) -> object:
    key = _seeded(server)
    place = {"api": "haleai", "tenant": "small", "collection": "deals", "insert": 1}
    seen = []
    for stage in ("dead", "closed"):
        (deal,) = server.control("rows", {**place, "values": {"stage": stage}})["ids"]
        listed = len(server.walk("/deals", key, stage=stage))
        seen.append((listed, server.get(f"/deals/{deal}", key).status_code))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "FIL-F1101": Demonstration(_stages, [200, 400, 400], [200, 200, 400]),
    "RAT-F1102": Demonstration(_bursts, [60, 60], [61, 60]),
    "AUT-F1103": Demonstration(_schemes, [200, 401, 401, 401], [200, 200, 401, 401]),
    "PAG-F1104": Demonstration(_pages, [[200, 1], [199, 2]], [[200], [199, 2]]),
    "PAG-F1105": Demonstration(_cursors, [400, 400], [200, 400]),
    "LIF-F1106": Demonstration(_details, [(1, 200), (1, 200)], [(1, 404), (1, 200)]),
}
