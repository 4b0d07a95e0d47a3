"""A battery of calls that shows whatever a planted fault changes."""

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from reference.storage.database import open_database
from reference.storage.tables import api_keys
from tests.reference.conftest import BASE, Running

Part = Callable[[Running], Iterator[tuple[str, object]]]

_HALF_A_YEAR = 182 * 86_400
_LISTS = ("/contacts", "/leads", "/deals")
_HEADERS = (
    "content-type",
    "cache-control",
    "www-authenticate",
    "retry-after",
    "allow",
    "server",
    "vary",
)
_QUERIES = (
    "/contacts",
    "/leads?limit=3",
    "/contacts?limit=150",
    "/contacts?limit=0",
    "/contacts?limit=201",
    "/contacts?limit=ten",
    "/contacts?limit=5&limit=6",
    "/contacts?expand=all",
    "/contacts?source=ZILLOW",
    "/contacts?source=z%25",
    "/contacts?source=%27",
    "/contacts?source=%ff",
    "/contacts?updatedSince=never",
    "/contacts?updatedSince=2026-04-31T00:00:00Z",
    "/contacts?stage=new",
    "/contacts?updatedSince=2026-05-02T16:20:11Z&limit=200",
    "/contacts?updatedSince=2026-05-02T16:20:11.500Z&limit=200",
    "/contacts?updatedSince=2026-05-02T18:20:11%2B05:00&limit=200",
    "/deals?stage=closed&updatedSince=2026-05-05T15:48:22Z&limit=200",
    "/leads?stage=lost",
    "/leads?stage=lost&source=zillow",
    "/leads?stage=archived",
    "/deals?stage=under-contract",
    "/contacts?contactId=ctk_AbCd",
    "/contacts?limit=3&source=nobody",
    "/contacts?updatedSince=2026-05-02T16:20:10.9999996Z&limit=200",
    "/deals?source=zillow",
    "/deals?stage=under_contract&updatedSince=2100-01-01T00:00:00Z",
    "/leads?stage=qualified&source=zillow&updatedSince=2001-01-01T00:00:00Z",
    "/contacts?access_token=one",
    "/contacts?updatedSince=2026-05-01T00:00:00,5Z",
    "/contacts?updatedSince=2026-05-01t00:00:00z",
    "/contacts?updatedSince=2026-05-01T12:30:60Z",
    "/contacts?updatedSince=2026-05-01T00:00:00Z%20",
    "/contacts?updatedSince=2026-05-01T00:00:00%2002:00",
    "/contacts?limit=0&updatedSince=never&expand=all",
    "/leads?stage=WON",
    "/contacts?%6Cimit=3",
    "/contacts/latest",
    "/contacts/ctk_AbCd",
    "/contacts/ctk_AbCd?expand=all",
    "/contacts/ctk_nobody",
    "/nothing",
)


def copied(template: Path, directory: Path, *faults: str) -> Running:
    """Start a server on a copy of a seeded database, its clock stopped."""
    file = shutil.copy(template, directory / "copy.db")
    running = Running(open_database(f"sqlite:///{file}"), faults=faults)
    running.control("clock", {"frozen": True})
    return running


def observed(server: Running, family: str) -> dict[str, object]:
    """Return what the server answers to the calls that show the faults of a family."""
    return dict(entry for part in _FAMILIES[family] for entry in part(server))


def _seen(response: httpx2.Response) -> object:
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    return response.status_code, headers, response.text


def _get(server: Running, path: str, authorization: str | None) -> httpx2.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return server.request("GET", BASE + path, headers=headers)


def _queries(server: Running) -> Iterator[tuple[str, object]]:
    authorization = f"Bearer {server.key()}"
    for path in _QUERIES:
        yield path, _seen(_get(server, path, authorization))


def _authentication(server: Running) -> Iterator[tuple[str, object]]:
    key, low = server.key(), server.key(tier="team")
    yield "good key", _get(server, "/deals", f"Bearer {key}").status_code
    yield "lower tier", _seen(_get(server, "/deals", f"Bearer {low}"))
    presented = {
        "nothing": None,
        "malformed": "Bearer",
        "unknown": "Bearer hk_unknown",
        "lower case": f"bearer {key}",
        "bare": key,
        "other scheme": f"Token {key}",
        "prefix": f"Bearer {key[:20]}",
        "key in lower case": f"Bearer {key.lower()}",
    }
    for name, authorization in presented.items():
        for path in ("/deals", "/deals/dl_AbCd", "/deals?limit=ten"):
            yield f"{name} {path}", _seen(_get(server, path, authorization))
    yield "key in query", _get(server, f"/deals?api_key={key}", None).status_code
    server.control("keys/revoke", {"api": "haleai", "key": key})
    kept = str(server.read(select(api_keys.c.attributes)))
    forms = (key, base64.b64encode(key.encode()).decode())
    yield "kept", [form in kept for form in forms]
    yield "revoked", _seen(_get(server, "/deals", f"Bearer {key}"))


def _methods(server: Running) -> Iterator[tuple[str, object]]:
    headers = {"Authorization": f"Bearer {server.key()}"}
    for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE"):
        for path in ("/contacts", "/contacts/ctk_AbCd"):
            yield f"{method} {path}", _seen(server.request(method, BASE + path, headers=headers))
    page = headers | {"Origin": "https://a.example"}
    preflight = page | {"Access-Control-Request-Method": "GET"}
    for path in ("/contacts", "/contacts/ctk_AbCd", "/nothing"):
        answer = server.request("OPTIONS", BASE + path, headers=preflight)
        yield f"preflight of {path}", _seen(answer)
    yield "stranger's write", _seen(server.request("POST", BASE + "/contacts"))
    yield "of a page", _seen(server.request("GET", BASE + "/contacts", headers=page))


def _cursors(server: Running) -> Iterator[tuple[str, object]]:
    key, other = server.key(), server.key("globex")
    cursor = server.get("/leads", key, limit=2).json()["pagination"].get("nextCursor", "")
    changed = cursor[:6] + ("A" if cursor[6:7] != "A" else "B") + cursor[7:]
    yield "readable", base64.urlsafe_b64decode(cursor[:4]).isascii() and len(cursor) > 60
    for name, sent in {"good": cursor, "again": cursor, "changed": changed, "odd": "odd"}.items():
        yield f"{name} cursor", _seen(server.get("/leads", key, limit=2, cursor=sent))
    yield "other filter", _seen(server.get("/leads", key, limit=2, cursor=cursor, stage="won"))
    yield "limit last", _seen(server.get("/leads", key, cursor=cursor, limit=2))
    yield "other collection", _seen(server.get("/contacts", key, limit=2, cursor=cursor))
    yield "other tenant", _seen(server.get("/leads", other, limit=2, cursor=cursor))
    tags = server.get("/leads", key, limit=2, stage="working").json()["pagination"]
    cursor = tags.get("nextCursor", "")
    yield "other tag", _seen(server.get("/leads", key, limit=2, cursor=cursor, source="working"))
    zillow, since = {"source": "zillow"}, {"updatedSince": "2001-01-01T00:00:00Z"}
    later = {"updatedSince": "2001-01-01T00:00:00.001Z"}
    for path, made, sent in (("/contacts", zillow, zillow), ("/leads", since, later)):
        pagination = server.get("/leads", key, limit=2, **made).json()["pagination"]
        cursor = pagination.get("nextCursor", "")
        yield f"{made} {path}", _seen(server.get(path, key, limit=2, cursor=cursor, **sent))


def _contents(server: Running) -> Iterator[tuple[str, object]]:
    key = server.key()
    yield "content of GET", _seen(server.send("GET", "/contacts", key, json={"limit": 1}))


def _changes(server: Running) -> Iterator[tuple[str, object]]:
    server.control("seed", {"api": "haleai", "tenants": ["tiny"], "rows": 1})
    key = server.key("tiny")
    (row,) = server.get("/contacts", key).json()["data"]
    rows = {"api": "haleai", "tenant": "tiny", "collection": "contacts", "update": [row["id"]]}
    for half_years in range(2):
        before = server.control("clock", {"advance": _HALF_A_YEAR})["now"]
        server.control("rows", rows)
        (row,) = server.get("/contacts", key).json()["data"]
        yield f"changed after {half_years}", row["updatedAt"][:13] == before[:13]


def _tenants(server: Running) -> Iterator[tuple[str, object]]:
    acme, globex = server.key(), server.key("globex")
    yield "foreign id", _seen(server.get("/contacts/ctk_AbCd", globex))
    since = {"updatedSince": "2026-10-01T00:00:00Z"}
    for key in (acme, globex):
        yield f"since {key == acme}", _seen(server.get("/contacts", key, limit=5, **since))


def _walks(server: Running) -> Iterator[tuple[str, object]]:
    server.control("seed", {"api": "haleai", "tenants": ["tiny"], "rows": 10})
    key = server.key("tiny")
    for path in _LISTS:
        yield f"walk {path}", _walk(server, path, key, {}, limit=5)
    yield "filtered walk", _walk(server, "/leads", server.key(), {}, limit=20, stage="won")
    rows = {"api": "haleai", "tenant": "tiny", "collection": "contacts"}
    first = server.get("/contacts", key, limit=3).json()["pagination"]
    yield "rest", server.get("/contacts", key, cursor=first["nextCursor"]).json().get("pagination")
    server.control("rows", rows | {"insert": 620, "values": {"source": "fair"}})
    yield "long walk", _walk(server, "/contacts", key, {}, limit=200, source="fair")
    ids = server.control("rows", rows | {"insert": 12})["ids"]
    for change in ({"insert": 1}, {"update": ids[:1]}):
        name = f"walk during {[*change]}"
        yield name, _walk(server, "/contacts", key, rows | change, limit=3)


def _walk(
    server: Running, path: str, key: str, disturbance: dict[str, Any], **query: Any
) -> object:
    """Walk at most six pages, disturbed after each; return the ids and cursors of each."""
    seen: list[object] = []
    cursor: dict[str, str] = {}
    for _ in range(6):
        response = server.get(path, key, **query, **cursor)
        body = response.json()
        ids = [row.get("id") for row in body.get("data", [])]
        seen.append((response.status_code, ids, body.get("pagination")))
        following = body.get("pagination", {}).get("nextCursor")
        if following is None:
            break
        cursor = {"cursor": following}
        if disturbance:
            server.advance(1)
            server.control("rows", disturbance)
    return seen


def _rate_limit(server: Running) -> Iterator[tuple[str, object]]:
    server.control("clock", {"frozen": True})
    key, sibling, stranger = server.key(), server.key(), server.key("globex")
    walking = server.key()
    cursor = server.get("/deals", walking, limit=1).json()["pagination"]["nextCursor"]
    yield "burst", _granted(server, 80, key)
    yield "sibling", _granted(server, 5, sibling)
    yield "stranger", _granted(server, 5, stranger)
    yield "refused", _seen(server.get("/deals", key))
    server.advance(1)
    yield "a second later", _granted(server, 12, key)
    server.advance(60)
    yield "a minute later", _granted(server, 80, key)
    detail = server.key()
    yield "details", _granted(server, 65, detail, "/deals/dl_AbCd")
    yield "later pages", _granted(server, 65, walking, f"/deals?limit=1&cursor={cursor}")


def _granted(server: Running, count: int, key: str, path: str = "/deals?limit=1") -> int:
    return [response.status_code for response in server.requests(count, path, key)].count(200)


_FAMILIES: dict[str, tuple[Part, ...]] = {
    "PAG": (_queries, _cursors, _walks),
    "FIL": (_queries,),
    "AUT": (_authentication,),
    "TEN": (_tenants, _walks),
    "RAT": (_rate_limit,),
    "ENV": (_queries, _methods, _authentication),
    "SCH": (_queries,),
    "STA": (_methods,),
    "HDR": (_queries, _methods, _authentication, _contents),
    "DOC": (_queries,),
    "LIM": (_queries,),
    "LIF": (_queries, _changes),
}
