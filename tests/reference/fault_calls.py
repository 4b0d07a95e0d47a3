"""Calls to HaloAgents, Aloha and Leadiosa that show most of what can be planted there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.leadiosa import Workspace

_HEADERS = (
    "www-authenticate",
    "cache-control",
    "content-type",
    "location",
    "access-control-allow-origin",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-credentials",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-api-deprecation",
    "vary",
)
_RANDOM = re.compile(
    r"(req|post|job|conv|msg|note|art|aud|wh|key|tkt|whsec|chunk)_[A-Za-z0-9_+/=-]{6,}"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+")

Seen = tuple[str, object]
Calls = Callable[[Running], Iterator[Seen]]


def seen(response: httpx2.Response) -> object:
    """Return what is the same for the same call, whenever it is made."""
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    text = _MOMENT.sub(lambda m: re.sub(r"\d", "0", m[0]), _RANDOM.sub(r"\1_", response.text))
    return response.status_code, headers, "x-request-id" in response.headers, text


def _haloagents(server: Running) -> Iterator[Seen]:
    org, other = organization(server, "acme"), organization(server, "globex")

    yield from _limits(org)
    yield from _records(org, other)
    yield from _refused(org, other)
    yield from _agents(org)
    yield from _tokens(server)


def _limits(org: Organization) -> Iterator[Seen]:
    server = org.server

    def post(path: str, body: object) -> object:
        return seen(org.post(path, body))

    ask = {"message": "How long does a refund take?"}
    yield "chat", post("/chat", ask)
    yield "stream", post("/chat/stream", {**ask, "history": [{"role": "user", "content": "Hi"}]})
    yield "no json", seen(server.send("POST", "/events", org.key, content=b"{"))
    for length in (10_000, 10_001):
        yield f"message of {length}", post("/chat", {"message": "a" * length})
    for count in (50, 51):
        history = [{"role": "user", "content": "a"}] * count
        yield f"history of {count}", post("/chat", {**ask, "history": history})
    yield "wide message", post("/chat", {"message": "\N{GRINNING FACE}" * 6_000})
    yield "behavior", post("/chat", {**ask, "behavior_context": "a" * 5_001})
    for text in ("a" * 10_000, "é" * 5_500):
        yield f"custom {text[0]}", post("/chat", {**ask, "custom_fields": {"a": text}})
    for count in (100, 101):
        yield f"{count} events", post("/events", {"events": [{"name": "a"}] * count})
    yield "stored", len(org.stored("events"))
    large = {"name": "a", "metadata": {"a": "a" * 6_000}}
    yield "two large events", post("/events", {"events": [large, large]})
    yield "too large", post("/events", {"events": [{"name": "a", "metadata": {"a": "a" * 11_000}}]})
    yield "a bad event", post("/events", {"events": [{"name": "a"}, {"name": 1}]})
    yield "kept events", [*map(str, org.stored("events")[-3:])]
    for traits, context in (("a" * 12_000, "a" * 12_000), ("é" * 10_500, ""), ("é" * 6_000, "")):
        body = {"user_id": "u", "traits": {"a": traits}, "context": {"a": context}}
        yield f"payload {traits[:1]}{len(traits)}", post("/users/identify", body)
    spaces = b'{"user_id": "u"' + b" " * 21_000 + b"}"
    headers = {"Content-Type": "application/json"}
    sent = server.send("POST", "/users/identify", org.key, headers, content=spaces)
    yield "spaces", seen(sent)


def _records(org: Organization, other: Organization) -> Iterator[Seen]:
    def post(path: str, body: object) -> object:
        return seen(org.post(path, body))

    company: dict[str, object] = {"company_id": "c", "traits": {"a": "b"}, "context": {"c": "d"}}
    yield "company", post("/companies/identify", company)
    yield "large company", post("/companies/identify", {**company, "context": {"a": "a" * 50_001}})
    user = {"user_id": "user_9", "email": "a@example.com", "traits": {"a": 1}}
    yield "user", post("/users/identify", user)
    yield "user again", post("/users/identify", user)
    yield "more of it", post("/users/identify", {"user_id": "user_9", "traits": {"b": 2}})
    yield "foreign user", seen(other.post("/users/identify", {"user_id": "user_9"}))
    place = {"series_id": "onboarding", "user_id": "user_9", "action": "enroll"}
    for named in (place, place, {**place, "action": "remove"}, {**place, "series_id": "none"}):
        yield f"series {named}", post("/series", named)
    yield "foreign series", seen(other.post("/series", place))
    yield "enrolled", org.stored("enrollments")
    ticket = {"subject": "a", "description": "b", "user_id": "anon_1"}
    made = org.post("/tickets/create", ticket)
    yield "ticket", (made.status_code, sorted(made.json()), len(made.text) > 20)
    yield "tickets", [sorted(row) for row in org.stored("tickets")]
    yield "more fields", post("/events", {"events": [{"name": "a"}], "unknown": 1})


def _refused(org: Organization, other: Organization) -> Iterator[Seen]:
    server, ask = org.server, {"message": "How long does a refund take?"}
    for name, key in (("no key", None), ("bad key", "ab_live_x"), ("cut key", org.key[:20])):
        yield name, seen(server.send("POST", "/events", key, json={"events": [{"name": "a"}]}))
    query = {"key": org.key}
    yield "key in query", seen(server.send("POST", "/chat", None, json=ask, params=query))
    for path in ("/config", f"/config?org_id={org.org_id}", "/config?org_id=none", "/nothing"):
        yield path, seen(server.send("GET", path, None))
    preflight = {
        "Origin": "https://a.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    yield "preflight", seen(server.send("OPTIONS", "/chat", None, preflight))
    yield "origin", seen(server.send("GET", "/config", None, {"Origin": "https://a.example"}))
    server.control("keys/revoke", {"api": "haloagents", "key": other.key})
    yield "revoked", seen(server.send("POST", "/chat", other.key, json=ask))


def _agents(org: Organization) -> Iterator[Seen]:
    server, ask = org.server, {"message": "How long does a refund take?"}

    def post(path: str, body: object) -> object:
        return seen(org.post(path, body))

    org.agent(fails_after=1)
    yield "failing stream", post("/chat/stream", ask)
    org.agent(fails_after=0)
    yield "failing chat", post("/chat", ask)
    org.agent(active=False, fails_after=-1)
    for path in ("/chat", "/chat/stream"):
        yield f"no agent {path}", post(path, ask)
    yield "no agent", seen(server.send("GET", f"/config?org_id={org.org_id}", None))


def _tokens(server: Running) -> Iterator[Seen]:
    org, other = organization(server, "verified"), organization(server, "unverified")
    unverified = {"user_id": "user_123"}
    yield "not enabled", org.post("/users/identify", unverified).status_code
    secret, foreign = org.verify(), other.verify()
    now = int(org.now())
    good = org.claims()
    without_exp = {"user_id": "user_123"}
    hs512, none = {"alg": "HS512", "typ": "JWT"}, {"alg": "none", "typ": "JWT"}
    tokens: Mapping[str, str | None] = {
        "none sent": None,
        "good": signed(good, secret),
        "alg none": signed(good, "", none).rpartition(".")[0] + ".",
        "HS512": signed(good, secret, hs512, hashlib.sha512),
        "unsigned": signed(good, "wrong"),
        "foreign": signed(good, foreign),
        "expired": signed({**good, "exp": now - 60}, secret),
        "long expired": signed({**good, "exp": now - 2 * HOUR}, secret),
        "no exp": signed(without_exp, secret),
        "not yet": signed({**good, "nbf": now + HOUR}, secret),
        "of another": signed({**good, "user_id": "user_9"}, secret),
        "of another case": signed({**good, "user_id": "USER_123"}, secret),
        "sub": signed({"sub": "user_123", "exp": now + HOUR}, secret),
        "two names": signed({**good, "sub": "user_9"}, secret),
        "trusted": signed({**good, "email": "t@example.com", "plan": "gold"}, secret),
    }
    for name, token in tokens.items():
        body = {"user_id": "user_123", "email": "b@example.com", "plan": "free"}
        proof = {} if token is None else {"user_token": token}
        yield name, seen(org.post("/users/identify", {**body, **proof}))
    for user in ("anon_1", "anonymous"):
        yield user, org.post("/users/identify", {"user_id": user}).status_code
    routes: Mapping[str, Mapping[str, object]] = {
        "/series": {"series_id": "onboarding", "action": "enroll"},
        "/events": {"events": [{"name": "a"}]},
        "/tickets/create": {"subject": "a", "description": "b"},
    }
    for path, sent in routes.items():
        yield path, org.post(path, {**sent, "user_id": "user_123"}).status_code


def _aloha(server: Running) -> Iterator[Seen]:
    key, other = server.key(), server.key("globex")
    test, free = server.key(mode="test"), server.key("small", plan="free")

    def get(path: str, token: str | None = key, **query: Any) -> object:
        return seen(server.send("GET", path, token, params=query))

    def post(path: str, body: object, token: str = key) -> object:
        return seen(server.send("POST", path, token, json=body))

    for limit in (3, 100, 101):
        yield f"posts {limit}", get("/v1/posts", limit=limit)
    first = server.send("GET", "/v1/posts?limit=3&status=draft", key).json()
    cursor = first["pagination"]["nextCursor"]
    for query in ({"status": "draft"}, {"status": "published"}, {}):
        yield f"next {query}", get("/v1/posts", limit=3, cursor=cursor, **query)
    yield "again", get("/v1/posts", limit=3, cursor=cursor, status="draft")
    for name, token in (("other", other), ("test", test)):
        yield f"cursor of {name}", get("/v1/posts", token, limit=3, cursor=cursor, status="draft")
    changed = cursor[:6] + ("A" if cursor[6:7] != "A" else "B") + cursor[7:]
    for sent in (changed, "odd"):
        yield f"cursor {sent == 'odd'}", get("/v1/posts", limit=3, cursor=sent, status="draft")
    yield "cursor", (len(cursor), cursor[:4].isalnum())
    for query in ({"channel": "linkedin"}, {"status": "scheduled"}, {"status": "odd"}):
        yield f"{query}", get("/v1/posts", limit=50, **query)
    yield "date", get("/v1/posts", limit=5, date=str(first["data"][0]["createdAt"])[:10])
    yield "dates", get("/v1/posts", limit=5, date="2026-04-15")
    yield "threads", get("/v1/inbox/threads", limit=4)
    yield "test posts", get("/v1/posts", test, limit=3)
    bodies: Mapping[str, Mapping[str, Any]] = {
        "draft": {"content": " é ", "channels": ["linkedin"]},
        "past": {"content": "a", "channels": ["instagram"], "scheduledAt": "2020-01-01T00:00:00Z"},
        "future": {
            "content": "\N{GRINNING FACE}",
            "channels": ["instagram", "linkedin"],
            "scheduledAt": "2036-01-01T09:30:15+02:00",
        },
        "odd": {"content": "a", "channels": ["linkedin"], "unknown": 1},
        "none": {},
    }
    for name, body in bodies.items():
        made = server.send("POST", "/v1/posts", key, json=body)
        answer = made.json()
        yield name, (seen(made), answer.get("scheduledAt"), answer.get("content"))
        if made.status_code < 300 and "id" in answer:
            yield f"{name} read", get(f"/v1/posts/{answer['id']}")
            yield f"{name} read by another", get(f"/v1/posts/{answer['id']}", other)
    yield "test post", post("/v1/posts", bodies["draft"], test)
    plain = {"Content-Type": "text/plain"}
    raw = b'{"content": "a", "channels": ["linkedin"]}'
    yield "text", seen(server.send("POST", "/v1/posts", key, plain, content=raw))
    for form in ("csv", "json"):
        export = server.send("POST", "/v1/analytics/export", key, json={"format": form})
        yield form, (seen(export), "J000" in export.text)
    matrix = "mtx_none"
    yield "no matrix", post(f"/v1/matrix/{matrix}/run", None)
    yield from _access(server, key)
    yield from _pace(server, key, free)


def _access(server: Running, key: str) -> Iterator[Seen]:
    def get(path: str, token: str | None, **query: Any) -> object:
        return seen(server.send("GET", path, token, params=query))

    presented: Mapping[str, str | None] = {
        "none": None,
        "unknown": "alo_live_none",
        "cut": key[:20],
        "upper": key.upper(),
    }
    for name, given in presented.items():
        yield f"{name} key", get("/v1/posts", given, limit=1)
    yield "key in query", get("/v1/posts", None, limit=1, api_key=key)
    yield "nothing", get("/v1/nothing", key)
    yield "changed", seen(server.send("PATCH", "/v1/posts", key))
    clear = {"X-Forwarded-Proto": "http"}
    for path in ("/v1/posts", "/oauth/authorize"):
        for sent in (key, None):
            yield f"clear {path} {sent is None}", seen(server.send("GET", path, sent, clear))
    yield "authorize", get("/oauth/authorize", None)
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    bad = "grant_type=authorization_code&client_id=none"
    yield "token", seen(server.send("POST", "/oauth/token", None, form_type, content=bad.encode()))


def _pace(server: Running, key: str, free: str) -> Iterator[Seen]:
    def get(path: str, token: str, **query: Any) -> object:
        return seen(server.send("GET", path, token, params=query))

    sibling = server.key("small", plan="free")
    answers = [r.status_code for r in server.requests(61, "/v1/posts?limit=1", free)]
    yield "burst", (answers.count(200), answers.count(429))
    yield "sibling", get("/v1/posts", sibling, limit=1)
    refused = server.send("GET", "/v1/posts?limit=1", free)
    yield "refused", (seen(refused), refused.headers.get("retry-after"))
    rotated = server.control("keys/rotate", {"api": "aloha", "key": key})["key"]
    yield "new key", get("/v1/posts", rotated, limit=1)
    for hours in (0, 23.5, 1, 1):
        server.advance(hours * 3_600)
        yield f"old key after {hours}", server.send("GET", "/v1/posts", key).status_code


def _leadiosa(server: Running) -> Iterator[Seen]:
    def workspace(tenant: str = "acme", **attributes: str) -> Workspace:
        return Workspace(server, tenant, server.key(tenant, **attributes))

    owner, stranger = workspace(), workspace("globex")
    agent, reader = workspace(role="agent"), workspace(role="read_only")
    contact, second = (row["id"] for row in owner.done("GET", "/contacts?limit=3")["data"][:2])
    paging = owner.done("GET", "/contacts?limit=2")["pagination"]
    yield from _cursors(owner, stranger, contact, paging.get("next_cursor", "none"))
    member = owner.member()
    given = {"contact_id": contact, "assignee_id": member}
    made = owner.answer("POST", "/conversations", given)
    yield "started", seen(made)
    place = f"/conversations/{made.json()['id']}"
    yield from _conversation(owner, agent, reader, place, member)
    yield from _knowledge(owner)
    yield from _endpoints(owner)
    yield from _bodies(owner)
    yield from _erasure(owner, reader, place, (contact, second))
    log = owner.done("GET", "/audit?limit=100")["data"]
    yield "log", [(row["action"], row["token_id"] == log[0]["token_id"]) for row in log[:40]]
    written = {row["request_id"] for row in log}
    yield "in log", (made.headers.get("x-request-id") in written, "(" in str(log))
    yield from _closing(owner, agent, place)
    yield from _transport(owner)
    yield from _spending(owner, agent, workspace())


def _called(by: Workspace, method: str, path: str, body: object = None) -> object:
    return seen(by.answer(method, path, body))


def _cursors(owner: Workspace, stranger: Workspace, contact: str, cursor: str) -> Iterator[Seen]:
    paths = ("/conversations", "/contacts?limit=101", "/contacts?limit=2", "/audit", "/knowledge")
    for path in paths:
        yield path, _called(owner, "GET", path)
    yield "cursor", (len(cursor), cursor[:8])
    changed = f"{cursor[:-3]}{'A' if cursor[-3] != 'A' else 'B'}{cursor[-2:]}"
    for name, sent in (("good", cursor), ("changed", changed), ("odd", "odd")):
        yield f"{name} cursor", _called(owner, "GET", f"/contacts?limit=2&after={sent}")
    yield "other list", _called(owner, "GET", f"/conversations?limit=2&after={cursor}")
    yield "other workspace", _called(stranger, "GET", f"/contacts?limit=2&after={cursor}")
    owner.server.advance(61)
    yield "a minute later", _called(owner, "GET", f"/contacts?limit=2&after={cursor}")
    yield "changed", _called(owner, "PATCH", f"/contacts/{contact}", {"name": "Ada"})
    yield "expired", _called(owner, "GET", f"/contacts?limit=2&after={cursor}")
    yield "read", _called(owner, "GET", f"/contacts/{contact}")
    for path in (f"/contacts/{contact}", "/contacts/none", "/knowledge/none"):
        yield f"{path} of another", _called(stranger, "GET", path)
    yield "by another", _called(stranger, "PATCH", f"/contacts/{contact}", {"name": "Eve"})


def _conversation(
    owner: Workspace, agent: Workspace, reader: Workspace, place: str, member: str
) -> Iterator[Seen]:
    yield "nobody", _called(owner, "POST", "/conversations", {"contact_id": "none"})
    yield "unknown assignee", _called(owner, "PATCH", place, {"assignee_id": "none"})
    said = {"body": "Hi", "author": "contact"}
    yield "message", _called(owner, "POST", f"{place}/messages", said)
    yield "message 2", _called(owner, "POST", f"{place}/messages", {"body": "Ho"})
    yield "note", _called(owner, "POST", f"{place}/notes", {"body": "Careful"})
    yield "note by a reader", _called(reader, "POST", f"{place}/notes", {"body": "Hm"})
    yield "message by an agent", _called(agent, "POST", f"{place}/messages", {"body": "Hm"})
    for path in ("/messages", "/notes", ""):
        yield f"thread {path}", _called(owner, "GET", place + path)
    yield "pending", _called(owner, "PATCH", place, {"status": "pending"})
    for body in ({"status": "closed"}, {"assignee_id": member}, {"status": "pending"}):
        yield f"closing {body}", _called(owner, "PATCH", place, body)
    yield "late", _called(owner, "POST", f"{place}/messages", {"body": "Late"})
    yield "reopened", _called(owner, "PATCH", place, {"status": "open"})


def _knowledge(owner: Workspace) -> Iterator[Seen]:
    article = owner.answer("POST", "/knowledge", {"title": "A", "content": "b " * 900})
    where = f"/knowledge/{article.json()['id']}"
    yield "article", seen(article)
    yield "rewritten", _called(owner, "PATCH", where, {"title": "B", "content": "c"})
    yield "chunks", _called(owner, "GET", f"{where}/chunks")
    yield "deleted", (_called(owner, "DELETE", where), _called(owner, "GET", where))


def _endpoints(owner: Workspace) -> Iterator[Seen]:
    for url in ("https://93.184.215.14/a", "http://127.0.0.1/a", "https://[::1]/a"):
        body = {"url": url, "events": ["message.created"]}
        yield url, _called(owner, "POST", "/webhooks", body)
    hook = owner.done("GET", "/webhooks")["data"][0]
    yield "webhooks", sorted(hook)
    yield "removed", _called(owner, "DELETE", f"/webhooks/{hook['id']}")
    yield "left", _called(owner, "GET", "/webhooks")


def _bodies(owner: Workspace) -> Iterator[Seen]:
    server, token = owner.server, owner.token
    texts: Mapping[str, tuple[bytes, Mapping[str, str]]] = {
        "no type": (b'{"contact_id": "a"}', {}),
        "text": (b'{"title": "a", "content": "b"}', {"Content-Type": "text/plain"}),
        "no json": (b"{", {"Content-Type": "application/json"}),
    }
    for name, (content, headers) in texts.items():
        yield name, seen(server.send("POST", "/knowledge", token, headers, content=content))
    more = {"title": "a", "content": "b", "c": 1}
    yield "more fields", _called(owner, "POST", "/knowledge", more)
    named = {"X-Request-Id": "req_of_the_client"}
    ids = [server.send("GET", "/audit", token, named).headers.get("x-request-id") for _ in "ab"]
    yield "ids", (len(set(ids)), "req_of_the_client" in ids)
    lost = owner.answer("GET", "/contacts/none")
    lost_id = lost.json()["error"].get("request_id")
    yield "one id", lost_id == lost.headers.get("x-request-id")


def _erasure(
    owner: Workspace, reader: Workspace, place: str, contacts: tuple[str, str]
) -> Iterator[Seen]:
    erased, kept = contacts
    yield "erased", _called(owner, "DELETE", f"/contacts/{erased}")
    yield "erased contact", _called(owner, "GET", f"/contacts/{erased}")
    for texts in ("notes", "messages"):
        yield f"erased {texts}", _called(owner, "GET", f"{place}/{texts}")
    yield "erased by a reader", _called(reader, "DELETE", f"/contacts/{kept}")


def _closing(owner: Workspace, agent: Workspace, place: str) -> Iterator[Seen]:
    yield "closed by an agent", _called(agent, "POST", "/workspace/close")
    yield "restored early", _called(owner, "POST", "/workspace/restore")
    yield "closed", _called(owner, "POST", "/workspace/close")
    article = {"title": "a", "content": "b"}
    for path in ("/workspace/archive-status", "/contacts?limit=1"):
        yield f"closed {path}", _called(owner, "GET", path)
    yield "closed to notes", _called(owner, "POST", f"{place}/notes", {"body": "a"})
    yield "closed to articles", _called(owner, "POST", "/knowledge", article)
    yield "archive", _called(agent, "GET", "/workspace/archive-status")
    yield "restored", _called(owner, "POST", "/workspace/restore")


def _transport(owner: Workspace) -> Iterator[Seen]:
    server, token = owner.server, owner.token
    for name, key in (("no", None), ("unknown", "ldo_none"), ("cut", token[:20])):
        yield f"{name} token", seen(server.send("GET", "/contacts?limit=1", key))
    yield "in query", seen(server.send("GET", f"/contacts?access_token={token}", None))
    clear = {"X-Forwarded-Proto": "http", "Host": "leadiosa.com"}
    yield "clear", seen(server.send("GET", "/contacts?limit=1", token, clear))
    document = server.send("GET", "/openapi.json", None)
    yield "document", (document.headers["content-type"], seen(document))


def _spending(owner: Workspace, agent: Workspace, sibling: Workspace) -> Iterator[Seen]:
    server = owner.server
    server.advance(61)
    answers = [r.status_code for r in server.requests(301, "/contacts?limit=1", agent.token)]
    yield "burst", (answers.count(200), answers.count(429))
    yield "sibling", _called(sibling, "GET", "/contacts?limit=1")
    refused = agent.answer("GET", "/contacts?limit=1")
    yield "refused", (seen(refused), refused.headers.get("retry-after"))
    server.control("keys/rotate", {"api": "leadiosa", "key": owner.token})
    for minutes in (0, 4, 60):
        server.advance(minutes * 60)
        yield f"old token after {minutes}", _called(owner, "GET", "/contacts?limit=1")


CALLS: Mapping[str, Calls] = {"haloagents": _haloagents, "aloha": _aloha, "leadiosa": _leadiosa}
