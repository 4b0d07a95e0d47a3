"""Notebooks that are written to, in plain Starlette: each of `bugs` is one small mistake."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MEMBERS = {"notebooks": {"title", "color", "due", "link", "labels"}, "pages": {"text"}}
SCALARS = (str, int, float, bool)
REQUIRED = {"notebooks": "title", "pages": "text"}
AT_ONCE = {"one-at-a-time", "same-number", "loses-rows"}
"""Bugs of a creation that comes while another one is under way."""
Row = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - what it is
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class Shelf:
    """The rows of one list, the newest last, and how often it changed."""

    rows: list[Row] = field(default_factory=list)
    changes: int = 0


@dataclass
class Notebooks:
    """The ASGI application: the API under `/api`, its control plane under `/_control`."""

    bugs: frozenset[str] = frozenset()
    token: str = field(default_factory=secrets.token_hex)
    keys: dict[str, str] = field(default_factory=dict)
    shelves: dict[tuple[str, str], Shelf] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    seen: dict[str, Row] = field(default_factory=dict)
    numbers: int = 0
    writes: int = 0
    offset: float = 0.0
    reads: int = 0
    busy: bool = False
    answers: dict[tuple[str, str], Response] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        body = await request.body()
        path = request.url.path
        try:
            if path.startswith("/_control/"):
                answer = self.control(path.removeprefix("/_control/"), json.loads(body or b"{}"))
            else:
                answer = await self.meanwhile(request, path.removeprefix("/api/"), body)
        except Refusal as refusal:
            tells = f"tells-owner-{request.method.lower()}" in self.bugs
            owned = refusal.status == 404 and any(self.stored(part) for part in path.split("/"))
            message = "This is another's." if tells and owned else refusal.code
            error = {"code": refusal.code, "message": message}
            answer = JSONResponse({"error": error}, refusal.status)
        await answer(scope, receive, send)

    async def meanwhile(self, request: Request, path: str, body: bytes) -> Response:
        """Answer; with a bug, not as if no other request came at the same time."""
        bearer = request.headers.get("authorization", "")
        crowded = request.method == "POST" and self.busy
        if request.method == "POST" and self.bugs & AT_ONCE and not crowded:
            self.busy = True
            await asyncio.sleep(0.01)
            self.busy = False
        if crowded and "one-at-a-time" in self.bugs:
            raise Refusal(500, "internal_error")
        rows = [row for shelf in self.shelves.values() for row in shelf.rows]
        found = next((row for row in rows if path.endswith(f"/{row['id']}")), {})
        before = dict(found)
        if request.method == "PATCH" and "writes-back" in self.bugs:
            await asyncio.sleep(0.02)
        asked = bearer, f"{path}?{request.url.query}"
        if request.method != "GET":
            self.answers = {key: kept for key, kept in self.answers.items() if key[0] != bearer}
        elif asked in self.answers and "remembers-reads" in self.bugs:
            return self.answers[asked]
        answer = self.api(request, path.split("/"), body)
        if crowded and "same-number" in self.bugs:
            self.numbers -= 1
        if crowded and "loses-rows" in self.bugs:
            self.shelves[self.keys[bearer.removeprefix("Bearer ")], path].rows.pop()
        if request.method == "PATCH" and "writes-back" in self.bugs:
            found.update({name: kept for name, kept in before.items() if name not in body.decode()})
        if request.method == "GET":
            self.answers[asked] = answer
        return answer

    def control(self, call: str, body: Row) -> Response:
        told: Row = {}
        match call:
            case "capabilities":
                told = {"calls": ["keys", "clock", "seed"], "apis": {"notebook": {}}}
                told["apis"]["notebook"] = {"collections": {}, "keys": {}}
            case "keys":
                told = {"key": f"nb_{secrets.token_hex()}", "tenant": body["tenant"]}
                self.keys[told["key"]] = body["tenant"]
            case "seed":
                for tenant in body["tenants"]:
                    self.add(tenant, "notebooks", {"title": "First"})
            case "clock":
                self.offset += body.get("advance", 0)
                told = {"now": (datetime.now(UTC) + timedelta(seconds=self.offset)).isoformat()}
        return JSONResponse(told)

    def add(self, tenant: str, path: str, sent: Row) -> Row:
        shelf = self.shelves.setdefault((tenant, path), Shelf())
        self.numbers += 1
        self.touch(path)
        id_ = f"n{self.numbers}"
        if "reuses-ids" in self.bugs:
            taken = {row["id"] for each in self.shelves.values() for row in each.rows}
            id_ = next(f"n{n}" for n in range(1000) if f"n{n}" not in taken)
        now = datetime.now(UTC) + timedelta(seconds=self.offset)
        summer = "summer-time" in self.bugs and 4 <= now.month <= 9
        made = now.replace(tzinfo=None) - timedelta(hours="local-time" in self.bugs or summer)
        row = {"id": id_, **sent, "created_at": f"{made:%Y-%m-%dT%H:%M:%S}Z"}
        shelf.rows.append(row)
        self.changed(shelf)
        return row

    def touch(self, path: str) -> None:
        """With a bug, a page that is added tells on its notebook, or on all other pages."""
        _, _, below = path.partition("/")
        for (_, beside), shelf in self.shelves.items():
            if below and "pages-share" in self.bugs and beside.endswith("/pages"):
                shelf.changes += 1
            for row in shelf.rows if "pages-touch" in self.bugs else ():
                if row["id"] == below.partition("/")[0]:
                    row["changes"] = row.get("changes", 0) + 1

    def changed(self, shelf: Shelf) -> None:
        shelf.changes += 1
        self.writes += 1

    def api(self, request: Request, path: list[str], body: bytes) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        tenant, method = self.keys.get(bearer, ""), request.method
        obeyed = {"PATCH": "obeys-headers", "POST": "creates-by-headers"}.get(method)
        if obeyed in self.bugs:
            method = request.headers.get("x-http-method-override", method)
        if method == "POST" and "writes-first" in self.bugs and not tenant:
            for owner in set(self.keys.values()):
                self.add(owner, "notebooks", {"title": "Nobody's"})
        if not tenant:
            raise Refusal(401, "unauthorized")
        if path == ["settings"]:
            twice = ', "paper": "A5"' if "says-twice" in self.bugs else ""
            return Response(f'{{"paper": "A5"{twice}}}', media_type="application/json")
        if method != "GET" and request.query_params and "drops-queries" not in self.bugs:
            raise Refusal(400, "invalid_request")
        if len(path) == 2:
            return self.row(tenant, method, path[1], body)
        if len(path) == 3 and not self.owned(tenant, path[1], writing=method == "POST"):
            raise Refusal(404, "not_found")
        key = "/".join(path)
        if method == "POST":
            row = self.add(tenant, key, self.read(path[-1], body, tenant, key))
            sent = {**row, "title": row["title"].upper()} if "shouts" in self.bugs else row
            if "answers-ahead" in self.bugs:
                moment = datetime.fromisoformat(row["created_at"]) - timedelta(seconds=1)
                sent = {**row, "created_at": f"{moment:%Y-%m-%dT%H:%M:%S}Z"}
            return JSONResponse(sent, 201)
        return self.page(tenant, key, request)

    def owned(self, tenant: str, id_: str, *, writing: bool = False) -> bool:
        foreign = ("foreign-appends" if writing else "foreign-reads") in self.bugs
        if "lists-of-nothing" in self.bugs and not writing and not self.stored(id_):
            return True
        if "lists-of-undefined" in self.bugs and not writing and id_ in {"0", "undefined"}:
            return True
        return any(
            row["id"] == id_
            for (owner, path), shelf in self.shelves.items()
            for row in shelf.rows
            if path == "notebooks" and (owner == tenant or foreign)
        )

    def stored(self, id_: str) -> bool:
        return any(row["id"] == id_ for shelf in self.shelves.values() for row in shelf.rows)

    def read(self, kind: str, body: bytes, tenant: str = "", key: str = "") -> Row:
        """What was sent, checked; with a bug it is stored before that."""
        try:
            sent = json.loads(body)
        except ValueError:
            raise Refusal(400, "invalid_request") from None
        if not isinstance(sent, dict):
            raise Refusal(400, "invalid_request")
        if "stores-first" in self.bugs and tenant:
            self.add(tenant, key, {"title": "?", "text": "?"})
        if "trims" in self.bugs:
            sent = {k: v.strip() if isinstance(v, str) else v for k, v in sent.items()}
        if "short-texts" in self.bugs and len(sent.get("text", "")) > 2_200:
            raise Refusal(400, "invalid_request")
        if "takes-weights" in self.bugs:
            sent.pop("weight", None)
        texts = [value for name, value in sent.items() if name != "labels"]
        if set(sent) - MEMBERS[kind] or not all(isinstance(v, str) and v for v in texts):
            raise Refusal(400, "invalid_request")
        labels = sent.get("labels", {})
        if not isinstance(labels, dict) or not all(isinstance(v, SCALARS) for v in labels.values()):
            raise Refusal(400, "invalid_request")
        sent = self.spoilt(sent)
        if not sent and "takes-nothing" not in self.bugs:
            raise Refusal(400, "invalid_request")
        if tenant and REQUIRED[kind] not in sent:
            raise Refusal(400, "invalid_request")
        return sent

    def spoilt(self, sent: Row) -> Row:
        """What is kept of what was sent; with a bug, not quite that."""
        if "cuts-long" in self.bugs:
            sent = {k: v[:10_000] if isinstance(v, str) else v for k, v in sent.items()}
        if "drops-offsets" in self.bugs and "due" in sent:
            sent["due"] = re.sub(r"[+-]\d\d:\d\d$", "Z", sent["due"])
        if "drops-ports" in self.bugs and "link" in sent:
            sent["link"] = sent["link"].replace(":8443", "")
        labels = sent.get("labels", {})
        if "reads-labels" in self.bugs:
            labels = {k: int(v) if v == "12" else v for k, v in labels.items()}
        if "drops-falsy" in self.bugs:
            labels = {k: v for k, v in labels.items() if v}
        if "one-case" in self.bugs:
            labels = dict({k.lower(): (k, v) for k, v in labels.items()}.values())
        if "folds-labels" in self.bugs:
            labels = {k.lower(): v for k, v in labels.items()}
        if "few-labels" in self.bugs:
            labels = dict([*labels.items()][:20])
        if "own-labels" in self.bugs:
            labels = {k: v for k, v in labels.items() if k not in MEMBERS["notebooks"]}
        return {**sent, "labels": labels} if "labels" in sent else sent

    def page(self, tenant: str, key: str, request: Request) -> Response:
        shelf = self.shelves.setdefault((tenant, key), Shelf())
        start, version = 0, str(self.writes if "any-write" in self.bugs else shelf.changes)
        if cursor := request.query_params.get("after"):
            place, _, then = cursor.partition(".")
            if then != version and "never-expires" not in self.bugs:
                raise Refusal(400, "cursor_expired")
            start = int(place)
        size = int(request.query_params.get("limit", 5))
        late = "lists-late" in self.bugs and len(shelf.rows) > 1
        late = late or ("lists-pages-late" in self.bugs and "/" in key)
        rows = shelf.rows[:-1] if late else shelf.rows
        told: Row = {"data": rows[start : start + size]}
        if start + size < len(rows):
            told["next"] = f"{start + size}.{version}"
        return JSONResponse(told)

    def row(self, tenant: str, method: str, id_: str, body: bytes) -> Response:
        shelf = self.shelves.setdefault((tenant, "notebooks"), Shelf())
        if method != "GET" and "foreign-writes" in self.bugs:
            shelf = next(
                (s for s in self.shelves.values() if any(r["id"] == id_ for r in s.rows)), shelf
            )
        found = next((row for row in shelf.rows if row["id"] == id_), None)
        title = found["title"] if found else ""
        sign = "hides-signs" in self.bugs and len(title) <= 3 and not title.isascii()
        if sign or ("hides-short" in self.bugs and found and len(title) <= 3):
            raise Refusal(404, "not_found")
        if method == "GET" and "reads-deleted" in self.bugs:
            found = found or self.seen.get(id_)
        if found is None:
            if method == "DELETE" and "deletes-always" in self.bugs:
                return Response(status_code=204)
            if method == "DELETE" and "deletes-again" in self.bugs and id_ in self.gone:
                return Response(status_code=204)
            unheard = not self.stored(id_) and id_ not in self.gone
            if method == "PATCH" and "upserts-unheard" in self.bugs and unheard:
                return JSONResponse(self.add(tenant, "notebooks", json.loads(body)))
            unheard = "upserts-names" in self.bugs and "-" in id_
            if method == "PATCH" and ("upserts" in self.bugs or unheard):
                return JSONResponse(self.add(tenant, "notebooks", json.loads(body)))
            raise Refusal(404, "not_found")
        if method == "PATCH":
            self.patch(shelf, found, body)
        if method == "DELETE":
            return self.delete(shelf, found)
        self.seen[id_] = found
        self.reads += 1
        settled = self.reads > 3 and "never-settles" not in self.bugs
        return JSONResponse({**found, "settled": True} if settled else found)

    def patch(self, shelf: Shelf, found: Row, body: bytes) -> None:
        if "patches-first" in self.bugs:
            found["changes"] = found.get("changes", 0) + 1
        try:
            sent = self.read("notebooks", body)
        except Refusal:
            if "keeps-what-fits" in self.bugs:
                found.update(fitting(body))
            raise
        before = [dict(row) for row in shelf.rows]
        if "replaces" in self.bugs:
            found.pop("color", None)
        for row in shelf.rows if "updates-all" in self.bugs else [found]:
            if "forgets-updates" not in self.bugs:
                row.update(sent)
        if "update-keeps-cursors" in self.bugs:
            return
        for (_, below), pages in self.shelves.items() if "title-ends-pages" in self.bugs else ():
            pages.changes += found["id"] in below
        if "color-keeps-cursors" in self.bugs and set(sent) == {"color"}:
            return
        if shelf.rows != before or "repeats-change" in self.bugs:
            self.changed(shelf)

    def delete(self, shelf: Shelf, found: Row) -> Response:
        place = shelf.rows.index(found)
        self.gone.add(found["id"])
        if "keeps-deleted" not in self.bugs:
            del shelf.rows[place : place + (2 if "deletes-two" in self.bugs else 1)]
        self.changed(shelf)
        if "delete-is-200" in self.bugs:
            return JSONResponse(found)
        return Response(status_code=204)


def fitting(body: bytes) -> Row:
    """The members of a body that fit by themselves."""
    try:
        sent = json.loads(body)
    except ValueError:
        return {}
    texts = MEMBERS["notebooks"] - {"labels"}
    members = sent.items() if isinstance(sent, dict) else ()
    return {k: v for k, v in members if k in texts and isinstance(v, str) and v}
