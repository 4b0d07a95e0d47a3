"""A belfry that tells who hears its bells: none of the project's code.

Each name in `bugs` switches on one small, plausible mistake, or a manner that is as good as ours.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import ssl
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

EVENTS = ("bell.hung", "bell.rung")
WAITS = (10, 100)
DAY = 86_400
TURNS = 80
"""How often a receiver that does not answer is looked at: a stalled machine takes one turn."""
CROWD = 8
"""Deliveries that are too many to be tried at once."""
TRUST = ssl.create_default_context()


@dataclass
class Key:
    tenant: str
    ends: float | None = None
    begins: float = 0.0


@dataclass
class Subscription:
    id: str
    tenant: str
    url: str
    events: list[str]
    secret: str
    by_api: bool = False
    gone: bool = False
    muted: bool = False


@dataclass
class Delivery:
    to: Subscription
    event: str
    body: dict[str, Any]
    happened: float
    due: float
    stamp: int = 0
    attempts: int = 0
    under_way: bool = False


def a_bell() -> dict[str, Any]:
    return {"id": f"be_{secrets.token_hex(4)}", "name": "Gloriosa"}


@dataclass
class Belfry:
    """The ASGI application: the API under `/api`, its control plane under `/_control`."""

    bugs: frozenset[str] = frozenset()
    token: str = field(default_factory=secrets.token_hex)
    keys: dict[str, Key] = field(default_factory=dict)
    bells: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    secrets_by_url: dict[str, str] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    offset: float = 0.0
    stopped: float | None = None
    sender: asyncio.Task[None] | None = None
    allows_private: bool = False
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def now(self) -> float:
        return self.stopped if self.stopped is not None else time.time() + self.offset

    # Telling

    def happen(self, tenant: str, event: str, asked: Any) -> None:
        wanting = [
            s
            for s in self.subscriptions
            if (s.tenant == tenant or "tells-tenants" in self.bugs)
            and (event in s.events or "tells-all-kinds" in self.bugs)
            and not ("first-kind" in self.bugs and event not in s.events[:1])
            and not s.muted
            and not (s.by_api and "deaf-endpoints" in self.bugs)
            and not (s.by_api and "hears-first" in self.bugs and event not in s.events[:1])
        ]
        number = self.numbers[tenant]
        self.numbers[tenant] += 1
        id_ = "ev_1" if "same-ids" in self.bugs else f"ev_{secrets.token_hex(4)}"
        if "numbers-from-zero" in self.bugs:
            id_ = str(number or "")
        bell = "Nobody's" if "another-bell" in self.bugs else "Glück & Glas"
        created = int(self.now() * (1000 if "milliseconds" in self.bugs else 1))
        body = {
            "id": id_,
            "event": event,
            "created": created + (3600 * 9 if "local-time" in self.bugs else 0),
            "data": (asked if "repeats-request" in self.bugs else {}) | {"bell": bell},
        }
        if "no-data" in self.bugs:
            del body["data"]
        for one in wanting[:1] if "tells-one" in self.bugs else wanting:
            for _ in range(2 if "tells-twice" in self.bugs else 1):
                now = self.now()
                self.deliveries.append(Delivery(one, event, dict(body), now, now))

    async def send_forever(self) -> None:
        tasks: set[asyncio.Task[None]] = set()
        while True:
            for each in list(self.deliveries):
                if each.due <= self.now() and not each.under_way:
                    each.under_way = True
                    task = asyncio.create_task(self.attempt(each))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
            await asyncio.sleep(0.01)

    async def attempt(self, each: Delivery) -> None:
        haunts = "haunts" in self.bugs or ("haunts-leavers" in self.bugs and not each.to.by_api)
        if each.to.gone and not haunts:
            self.deliveries.remove(each)
            return
        at = self.now()
        if "one-at-a-time" in self.bugs:
            async with self.busy:
                status = await self.post(each, at)
        else:
            status = await self.post(each, at)
        each.attempts += 1
        done = status == 200 if "only-200" in self.bugs else 200 <= status < 300
        done = done or ("redirect-is-fine" in self.bugs and 300 <= status < 400)
        done = done or ("4xx-is-final" in self.bugs and 400 <= status < 500)
        done = done or ("sent-is-delivered" in self.bugs and not status)
        done = done or ("rings-once" in self.bugs and each.event == "bell.rung")
        done = done and not ("late-is-never" in self.bugs and each.attempts > 1)
        waits: tuple[int, ...] = WAITS[:1] if "gives-up" in self.bugs else WAITS
        waits = (*WAITS, 100) if "goes-on" in self.bugs else waits
        if done or each.attempts > len(waits):
            self.deliveries.remove(each)
            each.to.muted |= "tires-of-some" in self.bugs and not done
            return
        wait = waits[each.attempts - 1] / (2 if "impatient" in self.bugs else 1)
        each.due = at + wait + (5 if "dawdles" in self.bugs else 0)
        if "spreads-crowds" in self.bugs and each.attempts > 1 and len(self.deliveries) > CROWD:
            each.due += 5
        if "from-event" in self.bugs:
            each.due = each.happened + wait
        for other in self.deliveries if "in-turn" in self.bugs else ():
            other.due = max(other.due, each.due) if other.to is each.to else other.due
        each.under_way = False

    async def post(self, each: Delivery, at: float) -> int:
        if "new-ids" in self.bugs:
            each.body["id"] = f"ev_{secrets.token_hex(4)}"
        if "counts-attempts" in self.bugs:
            each.body["attempt"] = each.attempts
        body = json.dumps(each.body, ensure_ascii=False).encode()
        other = "signs-other-bytes" in self.bugs
        other = other or ("signs-other-rings" in self.bugs and each.event == "bell.rung")
        signed = json.dumps(each.body).encode() if other else body
        each.stamp = each.stamp if each.stamp and "old-stamp" in self.bugs else int(at)
        secret = "shared" if "one-secret" in self.bugs else each.to.secret
        secret = secret[:64] if "short-secrets" in self.bugs else secret
        if "signs-by-url" in self.bugs:
            secret = self.secrets_by_url.setdefault(each.to.url, secret)
        if each.to.by_api and not self.allows_private and "judges-once" not in self.bugs:
            return 0
        signature = "s=" + base64.b64encode(
            hmac.new(secret.encode(), f"{each.stamp}:".encode() + signed, hashlib.sha512).digest()
        ).decode("ascii")
        event = "bell.rung" if "wrong-event" in self.bugs else each.event
        headers = {"Bell-Time": str(each.stamp), "Bell-Event": event, "Bell-Signature": signature}
        headers["Content-Type"] = "application/json; charset=utf-8"
        if "no-prefix" in self.bugs:
            headers["Bell-Signature"] = signature.removeprefix("s=")
        if "two-signatures" in self.bugs:
            headers["Bell-Signature"] += " s=b2xk"
        if "no-event" in self.bugs:
            del headers["Bell-Event"]
        if "tells-secret" in self.bugs:
            headers["Bell-Secret"] = secret
        if "form" in self.bugs:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = each.to.url.partition("?")[0] if "drops-query" in self.bugs else each.to.url
        method = "PUT" if "puts" in self.bugs else "POST"
        sending = asyncio.create_task(self.sent(method, url, content=body, headers=headers))
        turns = 0
        while not sending.done() and (turns < TURNS or "waits-for-ever" in self.bugs):
            await asyncio.wait({sending}, timeout=0.01)
            turns += 1
        sending.cancel()
        with suppress(httpx2.HTTPError, asyncio.CancelledError):
            return await sending
        return 0

    async def sent(self, method: str, url: str, **given: Any) -> int:
        async with httpx2.AsyncClient(
            timeout=None,
            verify=TRUST,
            trust_env=False,
            follow_redirects="follows" in self.bugs,
        ) as client:
            answer = await client.request(method, url, **given)
            if "follows-too" in self.bugs and "location" in answer.headers:
                await client.request(method, answer.headers["location"], **given)
            return answer.status_code

    # HTTP

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.sender is None:
            self.sender = asyncio.create_task(self.send_forever())
        request = Request(scope, receive)
        path = request.url.path
        if path.startswith("/_control/"):
            answer: Response = JSONResponse(
                self.controlled(path.removeprefix("/_control/"), await request.body())
            )
        else:
            answer = await self.answered(request, path.removeprefix("/api"))
        await answer(scope, receive, send)

    async def answered(self, request: Request, path: str) -> Response:
        plain = self.plain(request, path)
        if plain is not None:
            if "does-anyway" in self.bugs:
                await self.routed(request, path)
            return plain
        answer = await self.routed(request, path)
        told = "2019-01-01" if "past" in self.bugs else "2099-01-01"
        late = path == "/clappers" and not (
            answer.status_code > 400 and "silent-errors" in self.bugs
        )
        if (late and "silent" not in self.bugs) or "cries-wolf" in self.bugs:
            answer.headers["Belfry-Deprecation"] = told
        return answer

    def plain(self, request: Request, path: str) -> Response | None:
        said = request.headers.get("x-forwarded-proto", "")
        proto = said.rpartition(",")[2] if "last-proto" in self.bugs else said.partition(",")[0]
        proto = proto.strip() if "exact-case" in self.bugs else proto.strip().lower()
        wrong = bool(said) if "no-proxy" in self.bugs else proto == "http"
        if (
            not wrong
            or "serves-plain" in self.bugs
            or ("open-bells" in self.bugs and path == "/bells")
        ):
            return None
        known = ("/bells", "/rings", "/clappers", "/endpoints")
        if "routes-first" in self.bugs and not path.startswith(known):
            return None
        if "knows-first" in self.bugs and "authorization" not in request.headers:
            return None
        raw = (
            request.url.path if "decodes-path" in self.bugs else request.scope["raw_path"].decode()
        )
        url = request.url.replace(scheme="https", path=raw)
        if "redirects" in self.bugs:
            target = str(url.replace(query="") if "cuts-query" in self.bugs else url)
            target = f"https://{url.netloc}/" if "to-start" in self.bugs else target
            return Response(status_code=308, headers={"Location": target})
        token = request.headers.get("authorization", "")
        message = f"No: {token}" if "repeats-token" in self.bugs else "Use https."
        answer = error(403, "insecure" if "other-code" in self.bugs else "tls_required", message)
        if "other-form" in self.bugs:
            answer.headers["Content-Type"] = "application/problem+json"
        if "points-on" in self.bugs:
            answer.headers["Location"] = str(url)
        return answer

    async def routed(self, request: Request, path: str) -> Response:  # noqa: PLR0911 - one a route
        secret = request.headers.get("authorization", "").partition(" ")[2]
        key = self.keys.get(secret)
        hangs = "old-hangs" in self.bugs and request.method == "POST"
        if key is None or (key.ends is not None and key.ends <= self.now() and not hangs):
            return error(401, "unauthorized", "No key.")
        if key.begins > self.now():
            return error(401, "unauthorized", "Not yet.")
        tenant, body = key.tenant, await request.body()
        asked = json.loads(body) if body else {}
        match request.method, path:
            case "GET", "/bells":
                return JSONResponse({"items": self.bells.get(tenant, []), "next": None})
            case "POST", "/bells":
                bell = {"id": f"be_{secrets.token_hex(4)}", "name": asked["name"]}
                self.bells.setdefault(tenant, []).insert(0, bell)
                self.happen(tenant, "bell.hung", asked)
                return JSONResponse(bell, 201)
            case "POST", "/rings":
                for _ in range(1 if "rings-as-one" in self.bugs else asked["times"]):
                    self.happen(tenant, "bell.rung", asked)
                return Response(status_code=202)
            case "GET", "/clappers":
                return JSONResponse({"clappers": 3})
            case "GET", "/endpoints":
                shown = ("id", "url", "secret") if "lists-secrets" in self.bugs else ("id", "url")
                own = [s for s in self.subscriptions if s.tenant == tenant and not s.gone]
                rows = [{name: getattr(s, name) for name in shown} for s in own]
                if "lists-hints" in self.bugs:
                    rows = [
                        row | {"hint": s.secret[-16:]} for row, s in zip(rows, own, strict=True)
                    ]
                return JSONResponse({"items": rows, "next": None})
            case "POST", "/endpoints":
                made = self.subscribe(tenant, asked["url"], asked["events"])
                made.by_api = True
                told = secrets.token_hex(16) if "shows-other" in self.bugs else made.secret
                return JSONResponse({"id": made.id, "secret": told}, 201)
            case "DELETE", _:
                return self.removed(tenant, path.rpartition("/")[2])
        return error(404, "not_found", "Nothing.")

    def removed(self, tenant: str, id_: str) -> Response:
        for each in self.subscriptions:
            mine = each.tenant == tenant or "anyone-removes" in self.bugs
            each.muted |= "anyone-mutes" in self.bugs and each.id == id_ and not mine
            if each.id == id_ and mine and not each.gone:
                self.subscriptions.remove(each)
                each.gone = "retries-removed" not in self.bugs
                if "drops-url" in self.bugs:
                    self.deliveries = [d for d in self.deliveries if d.to.url != each.url]
                if "drops-beside" in self.bugs:
                    self.deliveries = [d for d in self.deliveries if d.to.tenant != tenant]
                return Response(status_code=204)
        return error(404, "not_found", "Nothing.")

    def subscribe(self, tenant: str, url: str, events: list[str]) -> Subscription:
        secret = "shared" if "one-secret" in self.bugs else secrets.token_hex(16)
        made = Subscription(f"ep_{secrets.token_hex(4)}", tenant, url, events, secret)
        self.subscriptions.append(made)
        return made

    def replace_twins(self, tenant: str, url: str) -> None:
        if "replaces-twins" in self.bugs:
            others = [s for s in self.subscriptions if (s.tenant, s.url) != (tenant, url)]
            self.subscriptions = others

    # Control plane

    def controlled(self, call: str, body: bytes) -> Any:
        asked = json.loads(body) if body else {}
        match call:
            case "capabilities":
                calls = ["seed", "keys", "keys/rotate", "clock"]
                return {"calls": [*calls, "webhooks/subscriptions", "webhooks/targets"]}
            case "seed":
                self.bells |= {tenant: [a_bell() for _ in range(3)] for tenant in asked["tenants"]}
            case "keys":
                secret = "bk_" + secrets.token_hex(16)
                self.keys[secret] = Key(asked["tenant"])
                return {"key": secret, "id": "1", "tenant": asked["tenant"]}
            case "keys/revoke":
                self.revoke(self.keys[asked["key"]])
            case "keys/rotate":
                return {"key": self.rotated(asked["key"])}
            case "webhooks/subscriptions":
                self.replace_twins(asked["tenant"], asked["url"])
                made = self.subscribe(asked["tenant"], asked["url"], asked["events"])
                made.secret = asked.get("secret", made.secret)
                return {"id": made.id, "secret": made.secret}
            case "webhooks/unsubscribe":
                for each in self.subscriptions:
                    each.gone = each.gone or each.tenant == asked["tenant"]
                self.subscriptions = [each for each in self.subscriptions if not each.gone]
            case "webhooks/targets":
                self.allows_private = asked["allow_private"]
            case "clock":
                if "frozen" in asked:
                    now = self.now()
                    self.stopped = now if asked["frozen"] else None
                    self.offset = now - time.time()
                self.offset += asked.get("advance", 0)
                if self.stopped is not None:
                    self.stopped += asked.get("advance", 0)
        known = [each.secret for each in self.subscriptions]
        return {
            "now": datetime.fromtimestamp(self.now(), UTC).isoformat(),
            "frozen": self.stopped is not None,
            "subscriptions": known if "control-tells-secrets" in self.bugs else [],
        }

    def revoke(self, key: Key) -> None:
        if key.ends is None or "old-stays" not in self.bugs:
            key.ends = self.now()

    def rotated(self, secret: str) -> str:
        old, new = self.keys[secret], "bk_" + secrets.token_hex(16)
        tenant = "" if "own-tenant" in self.bugs else old.tenant
        self.keys[new] = Key(tenant, begins=self.now() + DAY if "later" in self.bugs else 0.0)
        first = old.ends is None
        old.ends = self.now() + (0 if "no-grace" in self.bugs else DAY)
        for endpoint in self.subscriptions:
            lost = endpoint.by_api and endpoint.tenant == old.tenant
            endpoint.muted |= "rotates-away" in self.bugs and lost
        if "old-lives" in self.bugs:
            old.ends = None
        if "inherits-end" in self.bugs and first:
            self.keys[new].ends = old.ends
        if "ends-younger" in self.bugs:
            younger = [*self.keys.values()][[*self.keys].index(secret) + 1 : -1]
            for each in younger:
                each.ends = (
                    old.ends if each.tenant == old.tenant and each.ends is None else each.ends
                )
        if "ends-all" in self.bugs:
            for each in self.keys.values():
                each.ends = (
                    old.ends if each.tenant == old.tenant and each is not self.keys[new] else None
                )
        return new


def error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
