"""The library for real, in plain Starlette: none of the project's code serves it.

Each name in `bugs` switches on one small, plausible mistake.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.conformance.library_bucket import Key, is_empty, nearly_used, spend
from tests.conformance.library_control import controlled
from tests.conformance.library_filters import counts_rows, matching, told
from tests.conformance.library_input import GENRES, Refusal, checked, integer, searched, text
from tests.conformance.library_pages import goes_on, most_rows, of_replica, skipped, untied

AUTHORS = ("Woolf", "Austen", "Sappho")
Row = dict[str, Any]
Route = Callable[[Any, dict[str, str]], Any]


@dataclass
class Library:
    """The ASGI application: the API under `/api`, its control plane under `/_control`."""

    bugs: frozenset[str] = frozenset()
    token: str = field(default_factory=secrets.token_hex)
    database: str = ""
    keys: dict[str, Key] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    cursors: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    born: dict[str, float] = field(default_factory=dict)
    pages: dict[str, Row] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    offset: float = 0.0
    stopped: float | None = None
    imported: list[str] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(4))

    def __post_init__(self) -> None:
        for tenant in ("acme", "globex"):
            for collection in ("books", "members"):
                self.insert(tenant, collection, 90)
        self.rows["acme", "books"][0]["id"] = "bk_Emma"

    # Time

    def now(self) -> float:
        return self.stopped if self.stopped is not None else time.time() + self.offset

    def stamp(self) -> str:
        if "cuts-milliseconds" in self.bugs:
            return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return datetime.fromtimestamp(self.now(), UTC).isoformat().replace("+00:00", "Z")

    def stored(self, secret: str) -> None:
        kept = secret if "stores-keys" in self.bugs else sha256(secret.encode()).hexdigest()
        self.database += kept + "\n"

    # Rows

    def insert(
        self, tenant: str, collection: str, count: int, values: dict[str, str] | None = None
    ) -> list[str]:
        made: list[Row] = []
        for _ in range(count):
            suffix = "".join(self.dice.choices(string.ascii_letters + string.digits, k=10))
            row: Row = {"id": {"books": "bk_", "members": "mb_"}[collection] + suffix}
            if collection == "books":
                row |= {"genre": self.dice.choice(GENRES), "author": self.dice.choice(AUTHORS)}
            made.append(row | (values or {}) | {"updated_at": self.stamp()})
            if self.stopped is None:
                self.offset += 61.125
        self.rows.setdefault((tenant, collection), []).extend(made)
        if count < 5:
            self.born |= {row["id"]: self.now() + 60 for row in made}
        return [row["id"] for row in made]

    def narrowed(self, tenant: str, collection: str, query: dict[str, str]) -> list[Row]:
        if "joins-any" in self.bugs and len(query) > 1:
            query = dict([*query.items()][-1:])
        rows = matching(self, self.looked_at(tenant, collection, query), tenant, query)
        by = "updated_at" if "sorts-by-change" in self.bugs else "id"
        rows = [told(row, tenant in self.imported, self.bugs) for row in rows]
        return sorted(rows, key=lambda row: (row[by], row["id"]))

    def looked_at(self, tenant: str, collection: str, query: dict[str, str]) -> list[Row]:
        """The rows among which those that match are sought."""
        rows = list(self.rows.get((tenant, collection), ()))
        if "tenant-prefix" in self.bugs:
            named = [name for name in self.rows if name[0].startswith(tenant)]
            rows = [row for name in named if name[1] == collection for row in self.rows[name]]
        if "waits-for-more" in self.bugs:
            rows = [row for row in rows if self.born.get(row["id"], 0) <= self.now()]
        if "late-rows" in self.bugs:
            rows = rows[:-2] if len(rows) < 40 else rows
        others = [rows for (t, c), rows in self.rows.items() if t != tenant and c == collection]
        if "leaks-filtered" in self.bugs and "author" in query:
            rows += [row for every in others for row in every[:2]]
        if "imports-together" in self.bugs and tenant in self.imported[1:] and "genre" in query:
            rows += self.rows[self.imported[0], collection][:9]
        if "shares-members" in self.bugs and collection == "members":
            rows += [row for every in others for row in every[:1]]
        return rows

    # Paging

    def page(self, collection: str, key: Key, query: dict[str, str]) -> dict[str, Any]:
        few = "few-by-default" in self.bugs and "genre" in query
        size = integer(query.get("per_page", "10" if few else "15"), self.bugs)
        if size > 40 and "clamps" in self.bugs:
            size = 40
        if not 1 <= size <= 40:
            raise Refusal(400, "invalid_request", "per_page is out of bounds.")
        aside = {"after"} if "cursor-of-size" in self.bugs else {"per_page", "after"}
        filters = {k: v for k, v in query.items() if k not in aside}
        rows = self.listed(key, collection, query, filters)
        if not rows and "empty-404" in self.bugs:
            raise Refusal(404, "not_found", "There is nothing.")
        if "filters-late" in self.bugs and filters:
            return self.filtered_late(key, collection, query, size)
        if "shuffles" in self.bugs:
            self.dice.shuffle(rows)
        place: Any = (
            self.opened(query["after"], key, collection, filters) if "after" in query else None
        )
        rows = untied(rows, place, filters, self.now(), self.bugs)
        order = [
            (row["updated_at"], row["id"]) if "sorts-by-change" in self.bugs else row["id"]
            for row in rows
        ]
        counts = counts_rows(filters, self.bugs)
        if place is None:
            start = 0
        elif counts:
            start = place
        else:
            start = sum(each <= place for each in order)
            start += skipped(start, size, query, filters, self.bugs)
            start = len(rows) if "loses-place" in self.bugs and place not in order else start
        most = most_rows(size, filters, self.bugs)
        if "counts-pages" in self.bugs and "after" in query and start:
            start = -(-start // size) * size
        found = rows[start : start + most]
        if "per_page" in query:
            asked = f"{key.tenant} {collection} {query} {self.now() // 3600}"
            found = of_replica(found, asked, self.reads, self.bugs)
        end = start + len(found) + ("skips-a-row" in self.bugs)
        more = end < len(rows) or ("empty-next" in self.bugs and not rows and place is None)
        more = more or goes_on(len(found), size, filters, self.bugs)
        last = order[end - 1] if order else ""
        more = more and not ("ends-early" in self.bugs and end >= 1_000)
        following = (end if counts else last) if more else None
        if "never-ends" in self.bugs and following is None and query.get("after"):
            return self.answer(found, size, query, query["after"])
        return self.answer(
            found,
            size,
            query,
            None if following is None else self.sealed(following, key, collection, filters),
        )

    def listed(
        self, key: Key, collection: str, query: dict[str, str], filters: dict[str, str]
    ) -> list[Row]:
        asked = query if "page-forgets-author" in self.bugs else filters
        rows = self.narrowed(key.tenant, collection, asked)
        if "tries-members" in self.bugs and self.is_variant(key):
            rows = [row | {"shelf": "A1"} for row in rows]
        if "fast-path" in self.bugs and query.get("per_page") == "40" and [*filters] == ["genre"]:
            rows = rows[:-1]
        return [] if "starves" in self.bugs and nearly_used(key) else rows

    def is_variant(self, key: Key) -> bool:
        """Whether something new is tried with a key: with every second one."""
        return [*self.keys].index(key.secret) % 2 == 0

    def filtered_late(
        self, key: Key, collection: str, query: dict[str, str], size: int
    ) -> dict[str, Any]:
        whole = self.narrowed(key.tenant, collection, {})[:size]
        kept = {row["id"] for row in self.narrowed(key.tenant, collection, query)}
        return self.answer([row for row in whole if row["id"] in kept], size, query, None)

    def answer(
        self, rows: list[Row], size: int, query: dict[str, str], following: str | None
    ) -> dict[str, Any]:
        echo = 15 if "wrong-echo" in self.bugs else size
        echo = len(rows) or 1 if "counts-rows" in self.bugs else echo
        return {"items": rows, "per_page": echo, "after": query.get("after"), "next": following}

    def sealed(self, place: Any, key: Key, collection: str, filters: dict[str, str]) -> str:
        if "readable-cursor" in self.bugs:
            token = base64.urlsafe_b64encode(
                json.dumps({"after": place, "n": secrets.token_hex(4)}).encode()
            ).decode()
        else:
            token = secrets.token_urlsafe(24)
        if "begins-deflated" in self.bugs:
            token = base64.urlsafe_b64encode(b"3\x07\0" + secrets.token_bytes(21)).decode()
        if "counts-cursors" in self.bugs:
            token = f"Qm9va3NBbmRNZW1iZXJz{len(self.cursors):010d}"
        self.cursors[token] = (place, key.tenant, collection, filters)
        self.born[token] = self.born[f"{token} {key.secret}"] = self.now()
        return token

    def opened(self, token: str, key: Key, collection: str, filters: dict[str, str]) -> Any:
        if "lax-cursor" in self.bugs:
            token = next((known for known in self.cursors if known[:30] == token[:30]), token)
        if not token and "empty-cursor" in self.bugs:
            return None
        if token not in self.cursors and "bad-cursor-first-page" in self.bugs:
            return None
        if token not in self.cursors and "bad-cursor-crash" in self.bugs:
            raise KeyError(token)
        life = {"cursor-expires": 600, "cursor-of-a-day": 86_400}
        age = self.now() - self.born.get(token, 0)
        if any(bug in self.bugs and age > most for bug, most in life.items()):
            token = ""
        if "cursor-once" in self.bugs:
            self.born.setdefault(f"used {token}", 0)
            token = token if self.born[f"used {token}"] < 2 else ""
        place, tenant, owner, kept = self.cursors.get(token, (None, None, None, None))
        if "cursor-any-shelf" in self.bugs and tenant:
            tenant = tenant.removesuffix("/closed") + key.tenant[len(key.tenant.split("/")[0]) :]
        good = tenant == key.tenant
        if "cursor-any-tenant" in self.bugs and tenant:
            good = good or "/" not in tenant + key.tenant
        good = good and (owner == collection or "cursor-any-list" in self.bugs)
        good = good and (kept == filters or "cursor-any-filter" in self.bugs)
        good = good and ("cursor-of-key" not in self.bugs or f"{token} {key.secret}" in self.born)
        if not good:
            raise Refusal(400, "bad_cursor", "This cursor does not belong here.")
        if "cursor-once" in self.bugs:
            self.born[f"used {token}"] += 1
        return place

    # Who calls

    def admitted(self, request: Request) -> Key:
        header = request.headers.get("authorization", "")
        scheme, _, secret = header.partition(" ")
        if "query-key" in self.bugs and not header:
            scheme, secret = "bearer", request.query_params.get("api_key", "")
        if "bare-key" in self.bugs and not header:
            scheme, secret = "bearer", request.headers.get("x-api-key", "")
        if "any-scheme" in self.bugs and secret in self.keys:
            scheme = "bearer"
        if "tenant-header" in self.bugs and (chosen := request.headers.get("x-tenant")):
            return Key(secret, chosen, "max", tokens=9) if secret in self.keys else self.keys[""]
        fits = scheme == "Bearer" if "scheme-case" in self.bugs else scheme.lower() == "bearer"
        key = self.keys.get(secret) if fits else None
        if "key-prefix" in self.bugs and secret:
            key = (
                next((k for s, k in self.keys.items() if s.startswith(secret[:20])), None)
                if fits
                else None
            )
        if "key-case" in self.bugs and fits and key is None:
            key = next((k for s, k in self.keys.items() if s.lower() == secret.lower()), None)
        if "empty-key" in self.bugs and not header and "authorization" in request.headers:
            return Key("", "acme", "max")
        lasts = "revoked-works" in self.bugs
        lasts |= "revoked-walks" in self.bugs and "after" in request.query_params
        lasts |= "limits-first" in self.bugs and key is not None and is_empty(key, self.now())
        if key is None or (key.revoked and not lasts):
            if "open-members" in self.bugs and request.url.path.endswith("/members"):
                return Key("", "acme", "max")
            text = (
                f"The key {secret} is unknown." if "echoes-key" in self.bugs else "Send a good key."
            )
            challenge = {} if "no-challenge" in self.bugs else {"WWW-Authenticate": "Bearer"}
            raise Refusal(401, "unauthorized", text, **challenge)
        if "newest-key-only" in self.bugs and key is not [*self.keys.values()][-1]:
            raise Refusal(401, "unauthorized", "Send a good key.", **{"WWW-Authenticate": "Bearer"})
        excused = "tier-ignored" in self.bugs and "/books/" in request.url.path
        excused |= "tier-first-page" in self.bugs and "after" in request.query_params
        if key.tier != "max" and not excused:
            raise Refusal(
                401, "plan_required", "Your plan is too low.", **{"WWW-Authenticate": "Bearer"}
            )
        if "bucket-of-header" in self.bugs and scheme != "Bearer":
            return self.keys.setdefault(header, replace(key, at=0.0))
        return key

    async def spent(self, key: Key, asked: str) -> dict[str, str]:
        bucket = next(iter(self.keys.values())) if "shared-bucket" in self.bugs else key
        if "closes-tenants" in self.bugs:
            own = [each for each in self.keys.values() if each.tenant == key.tenant]
            bucket = next((each for each in own if is_empty(each, self.now())), key)
        return await spend(bucket, asked, self.now(), self.bugs)

    def refunded(self, request: Request, refusal: Refusal) -> None:
        key = self.keys.get(request.headers.get("authorization", "")[7:])
        if key and "refusals-free" in self.bugs and refusal.status in {400, 404}:
            key.tokens += 1

    # HTTP

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        headers: dict[str, str] = {}
        try:
            answer = await self.routed(request, headers)
        except Refusal as refusal:
            self.refunded(request, refusal)
            headers = {**headers, **refusal.headers}
            answer = error(refusal.status, refusal.code, refusal.message)
        except Exception as crash:
            text = (
                f"{type(crash).__name__}: {crash}" if "tells-crash" in self.bugs else "Our fault."
            )
            answer = error(500, "internal_error", text)
        if "cacheable" not in self.bugs:
            headers.setdefault("Cache-Control", "no-store")
        if "banner" in self.bugs:
            headers["X-Powered-By"] = "Shelf/2.1"
        if "names-itself" in self.bugs:
            headers["Server"] = "shelf2"
        if "cookies" in self.bugs:
            headers["Set-Cookie"] = "session=1"
        bare = "bare-genres" in self.bugs and "genre" in request.query_params
        if "no-remaining" in self.bugs or bare:
            headers.pop("X-RateLimit-Remaining", None)
        answer.headers.update(headers)
        if scope["method"] == "HEAD":
            answer.body = b""
        if scope["method"] == "HEAD" and "bare-head" in self.bugs:
            del answer.headers["Content-Type"]
        if scope["method"] == "HEAD" and "quiet-head" in self.bugs:
            del answer.headers["X-RateLimit-Reset"]
        if scope["method"] == "HEAD" and "head-waits" in self.bugs:
            answer.headers.update(
                {"Retry-After": "soon"} if "Retry-After" in answer.headers else {}
            )
        await answer(scope, receive, send)

    async def routed(  # noqa: PLR0912 - one branch a bug
        self, request: Request, headers: dict[str, str]
    ) -> Response:
        path = request.url.path
        if path.startswith("/_control/"):
            return JSONResponse(
                controlled(self, path.removeprefix("/_control/"), await request.body(), request)
            )
        parts = request.scope["raw_path"].split(b"?")[0].removeprefix(b"/api").split(b"/")[1:]
        segments = [text(part) for part in parts]
        if "folds-paths" in self.bugs:
            segments[:1] = [segment.lower() for segment in segments[:1]]
        match segments:
            case ["books" | "members" as collection]:
                route: Route = partial(self.page, collection)
                known = {"per_page", "after"} | (
                    {"genre", "author", "updated_since"} if collection == "books" else set()
                )
            case ["books", ""] if "slash" in self.bugs:
                return Response(None, 307, {"Location": "/api/books"})
            case ["books", id_]:
                route, known = partial(self.one, id_, request.method == "HEAD"), set()
            case ["docs"] if "docs-page" in self.bugs:
                return Response("Documentation", 200, media_type="text/plain")
            case _:
                if "html-404" in self.bugs:
                    return Response("<h1>Not Found</h1>", 404, media_type="text/html")
                told = "" if "silent-404" in self.bugs else "There is no such path."
                raise Refusal(404, "not_found", told)
        if request.method not in {"GET", "HEAD"} or (
            request.method == "HEAD" and "no-head" in self.bugs
        ):
            allow = {} if "no-allow" in self.bugs else {"Allow": "GET, HEAD"}
            status = 404 if "method-404" in self.bugs else 405
            raise Refusal(
                status,
                {"method-404": "not_found", "other-code": "wrong_code"}.get(
                    next(iter(self.bugs), ""), "method_not_allowed"
                ),
                "Only GET.",
                **allow,
            )
        if "validates-first" in self.bugs:
            checked(request, known, self.bugs)
        if (
            "strangers-spend" in self.bugs
            and request.headers.get("authorization", "")[7:] not in self.keys
        ):
            drained = max(self.keys.values(), key=lambda each: each.at)
            drained.tokens -= 0.25 if drained.tokens < 12 else 0
        if "finds-first" in self.bugs and "authorization" not in request.headers:
            self.sought(segments[1:])
        key = self.admitted(request)
        if "closed-heads" in self.bugs and request.method == "HEAD" and "/closed" in key.tenant:
            raise Refusal(403, "forbidden", "Not with this key.")
        if not ("head-free" in self.bugs and request.method == "HEAD"):
            large = request.query_params.get("per_page") == "40"
            last = "last-pages-cost" in self.bugs and key.tokens < 1
            if large and ("pages-cost" in self.bugs or last):
                await self.spent(key, path)
            headers |= await self.spent(key, f"{path}?{request.url.query}")
        if "picky-expect" in self.bugs and "expect" in request.headers:
            raise Refusal(417, "invalid_request", "Nothing is to be expected.")
        query = checked(request, known, self.bugs)
        if "searches-bodies" in self.bugs:
            query = await searched(request, query)
        return await self.answered(request, key, route, query, headers)

    async def answered(
        self,
        request: Request,
        key: Key,
        route: Route,
        query: dict[str, str],
        headers: dict[str, str],
    ) -> Response:
        if "crossed-requests" in self.bugs:
            self.pages["tenant"] = {"tenant": key.tenant}
            await asyncio.sleep(0.003)
            key = replace(key, tenant=self.pages["tenant"]["tenant"])
        accepted = request.headers.get("accept", "*/*")
        if "picky-accept" in self.bugs and "json" not in accepted and "*" not in accepted:
            raise Refusal(400, "invalid_request", "There is JSON, and nothing else.")
        if "byte-range" in self.bugs and "range" in request.headers:
            return Response(b'{"items"', 206, media_type="application/json")
        value = route(key, query)
        kept = "caches" in self.bugs or ("keeps-news" in self.bugs and "updated_since" in query)
        if kept:
            value = self.pages.setdefault(
                f"{key.tenant} {request.url.path} {request.url.query}", value
            )
        if "injects" in self.bugs:
            headers |= {"X-Injected": "1"} if any("X-Injected" in v for v in query.values()) else {}
        if "bad-json" in self.bugs:
            return Response(
                json.dumps(value)[:-1] + ', "next": null}', 200, media_type="application/json"
            )
        if "warns-early" in self.bugs and "id" in value and nearly_used(key):
            value = value | {"warning": "Slow down."}
        plain = "plain-details" in self.bugs and "id" in value and key.tenant != "acme"
        if "text-json" in self.bugs or plain:
            return Response(json.dumps(value), 200, media_type="text/plain")
        if "detail-drifts" in self.bugs and "id" in value:
            value = value | {"updated_at": "2020-01-01T00:00:00Z"}
        if "tries-details" in self.bugs and "id" in value and self.is_variant(key):
            value = value | {"shelf": "A1"}
        nameless = "imports-nameless" in self.bugs and key.tenant != "acme"
        if ("drops-author" in self.bugs or nameless) and "id" in value:
            value = {k: v for k, v in value.items() if k != "author"}
        return JSONResponse(value)

    def sought(self, ids: list[str]) -> None:
        every = {row["id"] for rows in self.rows.values() for row in rows}
        if not every.issuperset(ids):
            raise Refusal(404, "not_found", "There is no such book.")

    def one(self, id_: str, head: bool, key: Key, _: dict[str, str]) -> Row:
        own = {row["id"]: row for row in self.rows.get((key.tenant, "books"), ())}
        every = {row["id"]: row for rows in self.rows.values() for row in rows}
        found = every.get(id_) if "cross-tenant" in self.bugs else own.get(id_)
        if "any-kind" in self.bugs and id_.startswith("mb_") and id_ in every:
            found = {"genre": "novel", "author": "Woolf"} | every[id_] | {"id": "bk_" + id_}
        if "first-row" in self.bugs and id_ == "bk_Emma":
            found = next(row for row in own.values() if row["id"] != id_)
        if "folds-ids" in self.bugs:
            found = next((row for row in own.values() if row["id"].lower() == id_.lower()), None)
        if "head-finds" in self.bugs and head:
            found = every.get(id_)
        if "hides-asked" in self.bugs:
            found = None if id_ in self.pages else found
            self.pages |= {id_: {}} if found is None else {}
        if "percent-crash" in self.bugs and "%" in id_:
            raise ValueError(id_)
        if "apostrophe-crash" in self.bugs and "'" in id_:
            raise ValueError(id_)
        if found is None:
            foreign = "tells-foreign" in self.bugs and id_ in every
            raise Refusal(404, "not_found", "Not yours." if foreign else "There is no such book.")
        return found


def error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
