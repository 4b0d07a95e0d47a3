"""A workshop's prints, and an authorization server of its own: none of the project's code.

Each name in `bugs` switches on one small, plausible mistake, or a manner that is as good as ours.
"""

from __future__ import annotations

import asyncio
import html
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.conformance.press_control import controlled, end
from tests.conformance.press_credentials import basic_of, opened
from tests.conformance.press_records import (
    Asked,
    Back,
    Client,
    Closed,
    Grant,
    Nowhere,
    Refused,
    Ticket,
)

SCOPES = ("look", "print", "own")
Pairs = list[tuple[str, str]]
ASKED = {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"}
SENT = {"grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"}
ASKED |= {"code_challenge_method"}
SENT |= {"refresh_token", "scope"}
IDLE = 604_800.0


@dataclass
class Press:
    """The ASGI application: the API under `/api`, its control plane under `/_control`."""

    bugs: frozenset[str] = frozenset()
    token: str = field(default_factory=secrets.token_hex)
    keys: dict[str, str] = field(default_factory=dict)
    prints: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Ticket] = field(default_factory=dict)
    access: dict[str, Ticket] = field(default_factory=dict)
    refresh: dict[str, Ticket] = field(default_factory=dict)
    database: str = ""
    offset: float = 0.0
    stopped: float | None = None
    count: int = 0

    def has(self, *bugs: str) -> bool:
        return any(bug in self.bugs for bug in bugs)

    def now(self) -> float:
        return self.stopped if self.stopped is not None else time.time() + self.offset

    def mint(self, prefix: str) -> str:
        self.count += 1
        text = prefix + secrets.token_urlsafe(32)
        if self.has("counts"):
            text = f"{prefix}{opened('seed')}{self.count:06d}"
        if self.has("long-tokens"):
            text = f"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJwcmVzcyJ9.{text}.{secrets.token_urlsafe(64)}"
        self.database += (text if self.has("stores-plain") else opened(text)) + "\n"
        return text

    # Authorization

    def asked(self, pairs: Pairs) -> Asked:  # noqa: PLR0912 - a list of checks
        counts = Counter(name for name, _ in pairs if name in ASKED)
        given = {name: value for name, value in pairs if value and name in ASKED}
        twice = any(counts[name] > 1 for name in ("client_id", "redirect_uri"))
        if twice and not self.has("last-wins"):
            raise Nowhere
        uri, state = given.get("redirect_uri", ""), given.get("state")
        client = self.clients.get(given.get("client_id", ""))
        if client is None:
            if self.has("sends-strangers") and uri:
                raise Back(self.back(uri, state, error="unauthorized_client"))
            raise Nowhere
        if not self.known(client, uri):
            raise Nowhere
        if self.has("decodes-state") and state:
            state = unquote(state)

        def wrong(error: str) -> Exception:
            if self.has("tells-nobody"):
                return Nowhere()
            kept = None if self.has("forgets-state") else state
            text = f"Wrong: {given.get('scope')}" if self.has("echoes-scope") else "Wrong."
            return Back(self.back(uri, kept, error=error, error_description=text))

        if any(count > 1 for count in counts.values()) and not self.has("last-wins"):
            raise wrong("invalid_request")
        if self.has("strict") and {name for name, _ in pairs} - ASKED:
            raise wrong("invalid_request")
        kind = given.get("response_type")
        if not kind:
            raise wrong("invalid_request")
        if kind != "code" and not (self.has("loose-types") and "code" in kind):
            raise wrong("unsupported_response_type")
        challenge, method = given.get("code_challenge", ""), given.get("code_challenge_method")
        open_client = self.has("pkce-for-public") and client.secret
        if not challenge and not self.has("pkce-optional") and not open_client:
            raise wrong("invalid_request")
        methods = {"S256", None, "plain"} if self.has("plain") else {"S256"}
        if challenge and method not in methods:
            raise wrong("invalid_request")
        scopes = given.get("scope", "own" if self.has("own-by-default") else "look").split(" ")
        known = SCOPES if self.has("any-scope") else client.scopes
        if self.has("narrows") and set(scopes) <= set(SCOPES):
            scopes = [scope for scope in scopes if scope in known] or scopes
        if self.has("drops-unknown-scopes"):
            scopes = [scope for scope in scopes if scope in known]
        if not set(scopes) <= set(known):
            raise wrong("invalid_scope")
        return Asked(client, uri, scopes, state, challenge, method or "plain")

    def known(self, client: Client, uri: str) -> bool:
        if not uri:
            return False
        fits: Callable[[str], bool] = uri.__eq__
        if self.has("uri-prefix"):
            fits = uri.startswith
        if self.has("uri-host"):
            fits = lambda own: urlsplit(own).netloc == urlsplit(uri).netloc  # noqa: E731
        if self.has("uri-case"):
            fits = lambda own: own.lower() == uri.lower()  # noqa: E731
        if self.has("uri-slash"):
            fits = lambda own: own.rstrip("/") == uri.rstrip("/")  # noqa: E731
        if self.has("uri-query"):
            fits = lambda own: own.partition("?")[0] == uri.partition("?")[0]  # noqa: E731
        if self.has("uri-port"):
            fits = lambda own: (  # noqa: E731
                urlsplit(own).hostname == urlsplit(uri.replace("\\", "")).hostname
                and urlsplit(own).path == urlsplit(uri).path
                and urlsplit(own).query == urlsplit(uri).query
            )
        if self.has("uri-any-client"):
            return any(uri in each.uris for each in self.clients.values())
        try:
            return any(fits(own) for own in client.uris)
        except ValueError:
            return False

    def back(self, uri: str, state: str | None, **answer: str) -> str:
        given = {} if state is None else {"state": state}
        mark = "&" if "?" in uri and not self.has("question-marks") else "?"
        return f"{uri}{mark}{urlencode({**answer, **given})}"

    def page(self, asked: Asked) -> Response:
        if self.has("no-page"):
            return HTMLResponse("<p>Try later.", 503, {"Cache-Control": "no-store"})
        if self.has("refuses-all"):
            return HTMLResponse("<p>This link is broken.", 400, {"Cache-Control": "no-store"})
        if self.has("signs-in"):
            return RedirectResponse("/sign-in", 302, {"Cache-Control": "no-store"})
        name = asked.client.name if self.has("raw-name") else html.escape(asked.client.name)
        raw = asked.state if self.has("raw-state") else ""
        headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
        headers |= {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        for bug, header in (
            ("framed", "Content-Security-Policy"),
            ("cached-page", "Cache-Control"),
            ("referrer", "Referrer-Policy"),
        ):
            if self.has(bug):
                del headers[header]
        return HTMLResponse(f"<title>{name}?</title>{raw or ''}", headers=headers)

    def approved(self, asked: Asked, tenant: str, deny: bool) -> str:
        if deny and not self.has("deaf"):
            return self.back(asked.uri, asked.state, error="access_denied")
        owner = asked.client.tenant if self.has("app-workspace") else tenant
        code = self.mint("c_")
        life = 3600 if self.has("code-hour") else 60 if self.has("code-minute") else 600
        grant = Grant(asked.client.id, owner, asked.scopes, code)
        self.codes[code] = Ticket(code, self.now() + life, grant, asked.scopes, asked)
        return self.back(asked.uri, asked.state, code=code)

    # Tokens

    async def exchanged(self, pairs: Pairs, query: Pairs, header: str | None) -> dict[str, Any]:
        sent = [(name, value) for name, value in pairs if value]
        sent += query if self.has("reads-query") else []
        counts = Counter(name for name, _ in sent if name in SENT)
        given = dict(sent)
        if max(counts.values(), default=0) > 1 and not self.has("last-wins-token"):
            raise Refused("invalid_request", "Something is repeated.")
        if self.has("strict-token") and set(given) - SENT:
            raise Refused("invalid_request", "Something is unknown.")
        client = self.authenticated(given, header)
        if self.has("basic-over-body"):
            client = self.clients.get(given.get("client_id", ""), client)
        kind = given.get("grant_type")
        if not kind:
            raise Refused("invalid_request", "No grant_type.")
        if kind == "authorization_code":
            return await self.redeemed(given, client)
        if kind == "refresh_token":
            return await self.refreshed(given, client)
        if kind in {"password", "client_credentials"} and self.has("more-grants"):
            return self.tokens(Grant(client.id, client.tenant, ["look"], ""), ["look"])
        raise Refused("invalid_grant" if self.has("other-grant") else "unsupported_grant_type")

    def authenticated(self, given: dict[str, str], header: str | None) -> Client:
        id_, secret = given.get("client_id", ""), given.get("client_secret", "")
        status = 400 if self.has("client-400") else 401
        if header and not self.has("no-basic"):
            if secret and not self.has("two-proofs"):
                raise Refused("invalid_request", "Two proofs.")
            named = basic_of(header)
            if named is None:
                raise Refused("invalid_client", status=status, basic=True)
            id_, secret = named
        if not id_:
            raise Refused("invalid_request", "No client_id.")
        client = self.clients.get(id_)
        basic = header is not None and not self.has("no-challenge")
        if client is None:
            raise Refused("invalid_client", status=status, basic=basic)
        good = secrets.compare_digest(client.secret, secret)
        if self.has("secret-optional"):
            good = good or not secret
        if self.has("secret-unchecked"):
            good = True
        if self.has("secret-prefix"):
            good = good or (len(secret) > 9 and client.secret.startswith(secret))
        if not good:
            told = f"Not {secret}." if self.has("echoes-secret") else "No."
            raise Refused("invalid_client", told, status=status, basic=basic)
        return client

    async def redeemed(self, given: dict[str, str], client: Client) -> dict[str, Any]:
        if "code" not in given:
            raise Refused("invalid_grant" if self.has("one-code") else "invalid_request")
        ticket = self.codes.get(given["code"])
        if ticket is None and self.has("access-as-code"):
            ticket = self.access.get(given["code"])
        if ticket is None:
            told = f"Unknown: {given['code']}" if self.has("echoes-code") else "No."
            raise Refused("invalid_request" if self.has("one-error") else "invalid_grant", told)
        known = (ticket.used or self.has("renews")) and not self.has("forgets-codes")
        if self.now() >= ticket.ends and not known:
            raise Refused("invalid_grant")
        self.fits(ticket, given, client)
        used = ticket.used
        if self.has("racy"):
            await ticket.met()
        if self.has("locks-only", "renews"):
            used = await self.locked(ticket)
        if used and not self.has("reusable"):
            grant = ticket.grant
            if self.has("reuse-keeps-refreshed"):
                for value, old in self.access.items():
                    if old.grant is grant and value != grant.latest:
                        old.ends = 0
            elif not self.has("reuse-harmless"):
                end(self, grant)
            if self.has("forgets-use"):
                ticket.used, ticket.grant = False, Grant(grant.client, grant.tenant, [], "")
            raise Refused("invalid_grant")
        ticket.used = not self.has("locks-only", "renews")
        return self.tokens(ticket.grant, ticket.scopes)

    async def locked(self, ticket: Ticket) -> bool:
        """Whether a code is being exchanged; if not it is, and what it gave before is no more."""
        if ticket.used or self.now() >= ticket.ends:
            return True
        ticket.used = True
        await asyncio.sleep(0.1)
        ticket.used = False
        if ticket.grant.latest:
            ticket.grant.ended = True
            old = ticket.grant
            ticket.grant = Grant(old.client, old.tenant, old.scopes, old.code)
        return False

    def fits(  # noqa: PLR0912 - a list of checks
        self, ticket: Ticket, given: dict[str, str], client: Client
    ) -> None:
        asked = ticket.asked
        if asked is None:
            return
        uri, verifier = given.get("redirect_uri"), given.get("code_verifier")
        faults = []
        if asked.client.id != client.id and not self.has("any-client"):
            faults.append("client")
        if self.has("registered-uri"):
            uri = asked.uri if uri in asked.client.uris else uri
        if self.has("uri-optional"):
            uri = uri or asked.uri
        if self.has("any-port") and (uri or "").startswith("http://127.0.0.1:"):
            uri = asked.uri
        if uri != asked.uri and not self.has("any-uri"):
            faults.append("uri")
        skipped = verifier is None and self.has("verifier-optional")
        if verifier is not None and asked.challenge:
            long = 43 <= len(verifier) <= 128 and verifier.isascii() and verifier.isprintable()
            good = opened(verifier) == asked.challenge and "+" not in verifier
            if self.has("any-length"):
                long, good = True, opened(verifier) == asked.challenge
            if self.has("verifier-or-challenge"):
                good = good or verifier == asked.challenge
            method = given.get("code_challenge_method") if self.has("asks-late") else asked.method
            if method == "plain":
                good = good or verifier == asked.challenge
            if not (long and good) and not self.has("any-verifier"):
                faults.append("verifier")
        elif asked.challenge and not skipped:
            faults.append("verifier")
        if faults:
            if self.has("burns-codes"):
                ticket.ends = 0
            raise Refused("invalid_grant")

    def idle(self, grant: Grant) -> float:
        """When a refresh token ends that is given now."""
        if self.has("never-idle"):
            return 1e12
        grant.ends = grant.ends or self.now() + IDLE
        return grant.ends if self.has("ends-as-granted") else self.now() + IDLE

    async def refreshed(  # noqa: PLR0912 - a list of checks
        self, given: dict[str, str], client: Client
    ) -> dict[str, Any]:
        if "refresh_token" not in given:
            raise Refused("invalid_request")
        value = given["refresh_token"]
        ticket = self.refresh.get(value)
        if ticket is None and self.has("access-refreshes"):
            ticket = self.access.get(value)
        if ticket is None or ticket.grant.ended or ticket.ends <= self.now():
            raise Refused("invalid_grant")
        if ticket.grant.client != client.id and not self.has("any-client-refreshes"):
            raise Refused("invalid_grant")
        used = ticket.used
        if used and self.has("forgets-spent") and self.now() > ticket.ends - IDLE + 3600:
            raise Refused("invalid_grant")
        if self.has("racy-refresh"):
            await ticket.met()
        scope_first = self.has("scope-first") and "scope" in given
        if used and (self.has("other-code") or scope_first):
            ticket.grant.ended = not scope_first
            raise Refused("invalid_request")
        if used and not self.has("refresh-reusable", "same-refresh"):
            if self.has("ends-all"):
                for each in self.access.values():
                    each.grant.ended |= each.grant.client == client.id
            lives = self.has("family-lives") or (client.secret and self.has("trusts-secrets"))
            ticket.grant.ended |= not lives
            raise Refused("invalid_grant")
        scopes = given["scope"].split(" ") if "scope" in given else ticket.scopes
        allowed = client.scopes if self.has("widens") else ticket.grant.scopes
        if not set(scopes) <= set(allowed):
            if not self.has("narrows-quietly"):
                ticket.used = self.has("scope-spends")
                raise Refused("invalid_scope")
            scopes = [scope for scope in scopes if scope in allowed] or allowed
        ticket.used = True
        if self.has("narrows-for-good"):
            ticket.grant.scopes = list(scopes)
        if self.has("ignores-scope"):
            scopes = ticket.scopes
        if self.has("refresh-forgets") and "scope" not in given:
            scopes = ["look"]
        answer = self.tokens(ticket.grant, scopes)
        if self.has("same-refresh"):
            answer["refresh_token"] = value
        return answer

    def tokens(self, grant: Grant, scopes: list[str]) -> dict[str, Any]:
        access, refresh = self.mint("a_"), self.mint("r_")
        life = {"lives-on": 7200.0, "short-life": 600.0}
        ends = self.now() + next((life[bug] for bug in life if self.has(bug)), 1800.0)
        granted = list(SCOPES) if self.has("grants-all") else scopes
        self.access[access] = Ticket(access, ends, grant, granted)
        self.refresh[refresh] = Ticket(refresh, self.idle(grant), grant, grant.scopes)
        grant.latest = access
        said: dict[str, Any] = {"access_token": access, "token_type": "bearer"}
        said |= {"expires_in": 1800, "refresh_token": refresh, "scope": " ".join(granted)}
        if self.has("text-expiry"):
            said["expires_in"] = "1800"
        if self.has("says-less"):
            del said["scope"]
        return said

    # The API

    def caller(self, request: Request, needed: list[set[str]]) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token and self.has("query-token"):
            sent = request.query_params.get("access_token", "")
            scheme, token = "bearer", sent if sent in self.access else ""
        if scheme.lower() != "bearer" or not token:
            raise Closed(401, "unauthorized", "Bearer")
        if token in self.keys:
            return self.keys[token]
        ticket = self.access.get(token)
        if self.has("token-prefix"):
            found = [t for value, t in self.access.items() if value[:-1] == token[:-1]]
            ticket = next(iter(found), None)
        if self.has("refresh-opens"):
            ticket = ticket or self.refresh.get(token)
        if (
            ticket is None
            or ticket.ends <= self.now()
            or ticket.grant.ended
            or self.has("deaf-api")
        ):
            said = "Bearer" if self.has("no-invalid-token") else 'Bearer error="invalid_token"'
            raise Closed(401, "unauthorized", said)
        scopes = set(ticket.scopes)
        wanted = [needs | {"print"} for needs in needed] if self.has("asks-more") else needed
        if not any(needs <= scopes for needs in wanted) and not self.has("any-scopes"):
            if request.method == "GET" and self.has("reads-with-any"):
                return ticket.grant.tenant
            status = 401 if self.has("scope-401") else 403
            said = 'Bearer realm="press", error="insufficient_scope"'
            raise Closed(status, "forbidden", "" if self.has("no-scope-challenge") else said)
        return ticket.grant.tenant

    def api(self, request: Request, path: str, body: bytes) -> Response:
        if path == "/prints" and request.method == "GET":
            tenant = self.caller(request, [{"look"}, {"own"}])
            return JSONResponse({"items": self.prints.get(tenant, []), "next": None})
        if path == "/prints":
            self.caller(request, [{"look", "print"}])
            return JSONResponse({"id": "p", **json.loads(body)}, 201)
        tenant = self.caller(request, [{"look"}])
        for each in self.prints.get(tenant, []):
            if each["id"] == path.rpartition("/")[2]:
                return JSONResponse(each)
        raise Closed(404, "not_found")

    async def answered(  # noqa: PLR0911 - one answer a path
        self, request: Request
    ) -> Response:
        path, body = request.url.path, await request.body()
        query = parse_qsl(request.url.query, keep_blank_values=True)
        if path.startswith("/_control/"):
            return controlled(self, path.removeprefix("/_control/"), body, request)
        path = path.removeprefix("/api")
        if path == "/connect":
            kept = {} if self.has("cached-page") else {"Cache-Control": "no-store"}
            try:
                return self.page(self.asked(query))
            except Nowhere:
                return HTMLResponse("<p>This link is broken.", 400, kept)
            except Back as back:
                kept = {} if self.has("quiet") else kept
                status = 307 if self.has("repeats-form") else 303
                return RedirectResponse(back.location, status, kept)
        if path == "/connect/token":
            return await self.token_answer(body, query, request.headers.get("authorization"))
        try:
            return self.api(request, path, body)
        except Closed as closed:
            headers = {"WWW-Authenticate": closed.challenge} if closed.challenge else {}
            said = {"error": {"code": closed.code, "message": "No."}}
            return JSONResponse(said, closed.status, headers)

    async def token_answer(self, body: bytes, query: Pairs, header: str | None) -> Response:
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if self.has("cached-token"):
            headers["Cache-Control"] = "private"
        if self.has("no-pragma"):
            del headers["Pragma"]
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            return JSONResponse(await self.exchanged(pairs, query, header), headers=headers)
        except Refused as refused:
            said: dict[str, Any] = {"error": refused.error, "error_description": refused.text}
            if self.has("raw-text"):
                said["error_description"] = 'Say "yes"\n'
            if self.has("house-errors"):
                said = {"error": {"code": refused.error, "message": refused.text}}
            if self.has("quiet"):
                headers = {}
            if self.has("cached-errors"):
                headers = {"Cache-Control": "max-age=60"}
            asks = {"WWW-Authenticate": 'Basic realm="press"'} if refused.basic else {}
            return JSONResponse(said, refused.status, headers | asks)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        response = await self.answered(request)
        if self.has("injects") and "\r\n" in request.query_params.get("state", ""):
            response.headers["X-Injected"] = "1"
        await response(scope, receive, send)
