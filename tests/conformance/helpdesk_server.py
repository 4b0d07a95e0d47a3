"""A helpdesk in plain Starlette, with its control plane: none of the project's code serves it.

Each name in `bugs` switches on one small, plausible mistake.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from tests.conformance.helpdesk_bodies import Refusal, checked, invalid
from tests.conformance.helpdesk_tokens import claims_of, is_anonymous

WORDS = ("Refunds ", "take ", "five ", "working ", "days.")
JSON = "application/json"
MOST_VISITS = 20
PATHS = ("/ask", "/ask/stream", "/profiles", "/visits")


@dataclass
class Organization:
    secret: str = field(default_factory=lambda: f"secret_{secrets.token_hex(12)}")
    enabled: bool = False
    active: bool = True
    pause: float = 0.0
    fails_after: int = -1
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    remembered: bool | None = None


@dataclass
class Helpdesk:
    """The ASGI application: the API under `/api`, its control plane under `/_control`."""

    bugs: frozenset[str] = frozenset()
    token: str = field(default_factory=secrets.token_hex)
    organizations: dict[str, Organization] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    database: list[str] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    offset: float = 0.0
    stopped: float | None = None
    shared: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        path = str(scope["path"])
        try:
            if path.startswith("/_control/"):
                answer: Response = await self.controlled(request, path.removeprefix("/_control/"))
            else:
                answer = await self.answered(request, path.removeprefix("/api"))
        except Refusal as refusal:
            answer = refused(refusal)
        except Exception:
            answer = refused(Refusal(500, "internal_error"))
        if not path.startswith("/_control/"):
            self.open(answer, request, path.removeprefix("/api"))
            if "storable" not in self.bugs:
                answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)

    def now(self) -> float:
        return self.stopped if self.stopped is not None else time.time() + self.offset

    def of(self, tenant: str) -> Organization:
        return self.organizations.setdefault(tenant, Organization())

    def open(self, answer: Response, request: Request, path: str) -> None:
        """Let pages of any origin read an answer."""
        hidden = "closed-errors" in self.bugs and answer.status_code >= 400
        hidden = hidden or ("closed-404" in self.bugs and path not in PATHS)
        if not hidden:
            answer.headers["Access-Control-Allow-Origin"] = "*"
        if "opened-to-cookies" in self.bugs and request.headers.get("cookie"):
            answer.headers["Access-Control-Allow-Origin"] = request.headers.get("origin", "*")
        if "opened-twice" in self.bugs and answer.status_code == 400:
            answer.headers.append("Access-Control-Allow-Origin", "*")
        if "hides-headers" not in self.bugs:
            answer.headers["Access-Control-Expose-Headers"] = "X-Request-Id"
        if "credentials" in self.bugs and request.headers.get("origin"):
            answer.headers["Access-Control-Allow-Credentials"] = "true"
        answer.headers["X-Request-Id"] = secrets.token_hex(6)

    async def answered(self, request: Request, path: str) -> Response:
        if path not in PATHS:
            raise Refusal(404, "not_found")
        if request.method == "OPTIONS":
            return self.preflight(request)
        if request.method != "POST":
            raise Refusal(405, "method_not_allowed", Allow="POST, OPTIONS")
        organization = self.organization(request)
        raw = await request.body()
        accepted, streams = request.headers.get("accept"), path == "/ask/stream"
        if "whole-for-json" in self.bugs and accepted == JSON:
            streams = False
        try:
            body = self.read(request, path, raw)
        except Refusal:
            if "stores-first" in self.bugs:
                self.database.append(raw.decode("utf-8", "replace"))
            if "stores-in-parts" in self.bugs and path == "/visits":
                self.database.append(first_part(raw))
            if "errors-in-stream" in self.bugs and streams:
                return events([("failure", {"error": {"code": "x", "message": "x"}})])
            raise
        if "stores-unproved" in self.bugs:
            self.database.append(json.dumps(body))
        key = request.headers["authorization"].split()[-1]
        claims = self.proved(organization, body, key) if path != "/visits" else {}
        if "streams-when-asked" in self.bugs:
            streams = streams or body.get("stream") is True
        if request.query_params:
            return JSONResponse({**self.done(organization, path, body, claims), "debug": []})
        if streams:
            return await self.stream(request, organization, body)
        return JSONResponse(self.done(organization, path, body, claims))

    def read(self, request: Request, path: str, raw: bytes) -> dict[str, Any]:
        if "chunks-are-nothing" in self.bugs and "content-length" not in request.headers:
            raw = b""
        kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind != JSON and "any-type" not in self.bugs:
            raise invalid()
        told = {"debug"} if "tells-debuggers" in self.bugs else set()
        if request.query_params.keys() - told:
            raise invalid()
        body = checked(path, raw, self.bugs)
        if "reads-cookies" in self.bugs:
            body = {**body, "locale": request.cookies.get("lang", "en")}
        return body

    def done(
        self, organization: Organization, path: str, body: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        column = 255 if "cuts-columns" in self.bugs else None
        if not (claims and "forgets-proved" in self.bugs):
            self.database.append(json.dumps({k: cut(v, column) for k, v in body.items()}))
        if path == "/visits":
            most = MOST_VISITS - ("counts-short" in self.bugs)
            return {"kept": min(len(body["visits"]), most)}
        if path == "/profiles":
            return {"profile": self.saved(organization, body, claims)}
        if not organization.active:
            raise Refusal(404, "not_found")
        if organization.fails_after >= 0 and "answers-in-part" not in self.bugs:
            raise Refusal(500, "internal_error")
        if {"speaks-german", "reads-cookies"} & self.bugs and body.get("locale") == "de":
            return {"answer": "Nach fünf Werktagen."}
        return {"answer": "".join(WORDS)}

    def preflight(self, request: Request) -> Response:
        key = request.headers.get("authorization", "")
        if "preflight-401" in self.bugs and key and key.removeprefix("Bearer ") not in self.keys:
            raise Refusal(401, "unauthorized", **{"WWW-Authenticate": "Bearer"})
        names = request.headers.get("access-control-request-headers", "").split(",")
        if "picky-preflight" in self.bugs and not {*names} <= {"", "authorization", "content-type"}:
            return PlainTextResponse("Disallowed CORS headers", 400)
        allowed = "*" if "star-headers" in self.bugs else "authorization, content-type"
        headers = {"Access-Control-Allow-Headers": allowed, "Access-Control-Allow-Methods": "POST"}
        return Response(status_code=204, headers=headers)

    def organization(self, request: Request) -> Organization:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        listens = request.headers.get("accept") == "text/event-stream"
        if "strangers-403" in self.bugs and listens and not key:
            raise Refusal(403, "forbidden")
        if scheme.lower() != "bearer" or key not in self.keys:
            raise Refusal(401, "unauthorized", **{"WWW-Authenticate": "Bearer"})
        return self.of(self.keys[key])

    def proved(self, organization: Organization, body: dict[str, Any], key: str) -> dict[str, Any]:
        user, token = body.get("user"), body.get("proof")
        if "remembers-setting" in self.bugs:
            if organization.remembered is None:
                organization.remembered = organization.enabled
            enabled = organization.remembered
        else:
            enabled = organization.enabled
        if "always-verifies" in self.bugs and token:
            enabled = True
        if not enabled or is_anonymous(user, self.bugs):
            return self.believed(organization, token if enabled else "", token)
        if "trusts-users" in self.bugs and not token:
            return {}
        if "empty-proof" in self.bugs and token == "":
            return {}
        others = "any-organization" in self.bugs
        known = [each.secret for each in self.organizations.values()] if others else []
        keys = [organization.secret, *known, *([key] if "signed-by-page" in self.bugs else [])]
        claims = claims_of(token, keys, self.now(), self.bugs) if token else None
        if "taken-once" in self.bugs and token:
            claims = self.taken.setdefault(token, claims) if claims else self.taken.get(token)
        if claims is None or not self.names(claims, user):
            raise Refusal(403, "forbidden")
        return claims

    def believed(
        self, organization: Organization, proof: str | None, token: str | None
    ) -> dict[str, Any]:
        """What is believed of a user who needs no proof: nothing."""
        if "unproved-claims" in self.bugs and token:
            return claims_of(token, [], self.now(), self.bugs | {"unsigned"}) or {}
        if not proof or not {"anonymous-claims", "anonymous-proved"} & self.bugs:
            return {}
        claims = claims_of(proof, [organization.secret], self.now(), self.bugs)
        if claims is None and "anonymous-proved" in self.bugs:
            raise Refusal(403, "forbidden")
        return claims or {}

    def names(self, claims: dict[str, Any], user: Any) -> bool:
        if "any-claim" in self.bugs:
            return user in (claims.get("user"), claims.get("sub"))
        named = claims.get("user", claims.get("sub"))
        if "folds-users" in self.bugs and isinstance(named, str):
            return named.casefold() == str(user).casefold()
        return isinstance(named, str) and named == user

    def saved(
        self, organization: Organization, body: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        profile = organization.profiles.setdefault(body["user"], {"user": body["user"]})
        taken = ("email", "plan", *(("id",) if "takes-ids" in self.bugs else ()))
        profile |= {name: body[name] for name in taken if name in body}
        if "body-wins" not in self.bugs:
            fold = str.lower if "folds-claims" in self.bugs else str
            profile |= {name: fold(claims[name]) for name in ("email", "plan") if name in claims}
        traits = dict(body.get("traits", {}))
        if "cuts-traits" in self.bugs:
            traits = {k: v[:100] if isinstance(v, str) else v for k, v in traits.items()}
        before = {} if claims and "proved-anew" in self.bugs else profile.get("traits", {})
        profile["traits"] = before | traits
        return profile

    # Streams

    async def stream(
        self, request: Request, organization: Organization, body: dict[str, Any]
    ) -> Response:
        failure = {"error": {"code": "internal_error", "message": "It failed."}}
        if not organization.active or organization.fails_after == 0:
            if "late-errors" in self.bugs:
                return events([("failure", failure)])
            raise Refusal(*((500, "internal_error") if organization.active else (404, "not_found")))
        if "picky-accept" in self.bugs and "text/event-stream" not in request.headers.get(
            "accept", ""
        ):
            raise Refusal(400, "invalid_request")
        reply: dict[str, Any] = {"pieces": 0, "outcome": "working"}
        self.replies.append(reply)
        if "stores-last" in self.bugs:
            parts = self.held_back(organization, reply)
            return StreamingResponse(parts, media_type="text/event-stream")
        if "buffers" in self.bugs:
            found = [part async for part in self.said(organization, reply)]
            return StreamingResponse(iter(found), media_type="text/event-stream")
        parts = self.said(organization, reply)
        if "works-on" in self.bugs:
            parts = self.detached(organization, reply)
        kind = "application/json" if "stream-json" in self.bugs else "text/event-stream"
        return StreamingResponse(parts, media_type=kind)

    async def held_back(
        self, organization: Organization, reply: dict[str, Any]
    ) -> AsyncIterator[bytes]:
        """All of a reply at its end, and then some work that nobody waits for."""
        pause, organization.pause = organization.pause, 0.0
        parts = [part async for part in self.said(organization, reply)]
        organization.pause, outcome = pause, reply["outcome"]
        reply["outcome"] = "working"
        await asyncio.sleep(pause * (len(WORDS) - 1))
        try:
            for part in parts:
                yield part
            await asyncio.sleep(pause * 3)
            reply["outcome"] = outcome
        finally:
            if reply["outcome"] == "working":
                reply["outcome"] = "cancelled"

    async def detached(
        self, organization: Organization, reply: dict[str, Any]
    ) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def work() -> None:
            async for part in self.said(organization, reply):
                await queue.put(part)
            await queue.put(None)

        task = asyncio.create_task(work())
        self.tasks.add(task)
        while (part := await queue.get()) is not None:
            yield part

    async def said(self, organization: Organization, reply: dict[str, Any]) -> AsyncIterator[bytes]:
        calm = not organization.pause and organization.fails_after < 0
        joined = "one-piece" in self.bugs or ("joins-pieces" in self.bugs and calm)
        said = (
            [word.replace("five", "5") for word in WORDS] if "other-words" in self.bugs else WORDS
        )
        words = ("".join(said),) if joined else said
        try:
            for index, word in enumerate(words):
                if index == organization.fails_after:
                    reply["outcome"] = "failed"
                    if "done-anyway" in self.bugs:
                        yield event("end", {"answer": "".join(words[:index])})
                    elif "breaks-off" not in self.bugs:
                        error = {"code": "internal_error", "message": "It failed."}
                        yield event("failure", {"error": error})
                    return
                if index and organization.pause:
                    await asyncio.sleep(organization.pause)
                reply["pieces"] += 1
                async for part in self.piece(word):
                    yield part
            whole = "Something else." if "other-reply" in self.bugs else "".join(said)
            if "tells-usage" in self.bugs:
                yield event("usage", {"words": len(WORDS)})
            if "just-stops" not in self.bugs:
                yield event("end", {"answer": whole})
            if "ends-twice" in self.bugs:
                yield event("end", {"answer": whole})
            reply["outcome"] = "finished"
        finally:
            if reply["outcome"] == "working":
                reply["outcome"] = "cancelled"

    async def piece(self, word: str) -> AsyncIterator[bytes]:
        text = word.strip() if "eats-spaces" in self.bugs else word
        if "shared-pieces" in self.bugs:
            self.shared.append(text)
            await asyncio.sleep(0.01)
            if self.shared:
                yield event("piece", {"text": "".join(self.shared)})
            self.shared.clear()
            return
        if "bare-text" in self.bugs:
            yield f"event: piece\ndata: {text}\n\n".encode()
            return
        if "stray-lines" in self.bugs:
            yield b"heartbeat\n\n"
        yield event("piece", {"text": text})

    # The control plane

    async def controlled(self, request: Request, call: str) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, "unauthorized")
        raw = await request.body()
        body = json.loads(raw) if raw else {}
        if call == "database":
            return Response("\n".join(self.database).encode())
        return JSONResponse(self.told(request.method, call, body))

    def told(self, method: str, call: str, body: dict[str, Any]) -> dict[str, Any]:
        if call == "clock":
            return self.clock(body if method == "POST" else {})
        if call == "replies":
            return {"replies": self.replies}
        if call == "capabilities":
            calls = [
                "keys",
                "keys/revoke",
                "seed",
                "clock",
                "identity",
                "agents",
                "replies",
                "database",
            ]
            return {"apis": {"helpdesk": {}}, "calls": calls}
        return self.changed(call, body)

    def changed(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        if call == "keys":
            key = f"key_{secrets.token_hex(12)}"
            self.keys[key] = body["tenant"]
            return {"key": key, "tenant": body["tenant"]}
        if call == "keys/revoke":
            self.keys.pop(body["key"])
        if call == "identity":
            organization = self.of(body["org"])
            organization.enabled = body["enabled"]
            return {"secret": organization.secret}
        if call == "agents":
            organization = self.of(body["org"])
            for name in ("active", "pause", "fails_after"):
                setattr(organization, name, body[name])
        return {}

    def clock(self, body: dict[str, Any]) -> dict[str, Any]:
        frozen = body.get("frozen")
        if frozen and self.stopped is None:
            self.stopped = self.now()
        elif frozen is False and self.stopped is not None:
            self.offset, self.stopped = self.stopped - time.time(), None
        ahead = body.get("advance", 0)
        if self.stopped is not None:
            self.stopped += ahead
        else:
            self.offset += ahead
        now = datetime.fromtimestamp(self.now(), UTC).isoformat()
        return {"now": now, "frozen": self.stopped is not None}


def first_part(raw: bytes) -> str:
    """The first ten of more visits, and no more than there may be, as they are stored."""
    body = json.loads(raw)
    visits = body.get("visits") if isinstance(body, dict) else None
    many = isinstance(visits, list) and 10 < len(visits) <= MOST_VISITS
    return json.dumps(visits[:10]) if visits and many else ""


def event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def events(found: list[tuple[str, Any]]) -> Response:
    parts = [event(name, data) for name, data in found]
    return StreamingResponse(iter(parts), media_type="text/event-stream")


def refused(refusal: Refusal) -> Response:
    error = {"code": refusal.code, "message": "It cannot be done."}
    return JSONResponse({"error": error}, refusal.status, refusal.headers)


def cut(value: Any, length: int | None) -> Any:
    """A text as a column of a length holds it; anything else as it is."""
    return value[:length] if isinstance(value, str) else value
