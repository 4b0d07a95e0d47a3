"""An API with an authorization server, in memory: what a client of the partner's contract meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2

from tests.python_client.scripted import FakeClock, json_answer, settled

APP, SECRET = "app_1", "aos_s3cr&t%"
REDIRECT = "https://mine.test/back"


@dataclass
class AuthorizationServer:
    """Grants tokens in order: `access_1`, `refresh_1`, …; `refusals` are answered before that."""

    asked: list[httpx2.Request] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refusals: list[httpx2.Response | Exception] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=lambda: {"expires_in": 3600})
    granted: int = 0
    before_call: Callable[[str], None] = lambda token: None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if "oauth" in request.url.path or request.url.host == "machines.test":
            return self._token(request)
        token = request.headers["authorization"].removeprefix("Bearer ")
        self.calls.append(token)
        self.before_call(token)
        good = token == f"access_{self.granted}"
        return json_answer({"ok": token}) if good else json_answer({"error": "expired"}, 401)

    async def awaited(self, request: httpx2.Request) -> httpx2.Response:
        return self(request)

    @property
    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(each.content.decode())) for each in self.asked]

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, Exception):
                raise refusal
            return httpx2.Response(
                refusal.status_code, headers=refusal.headers, content=refusal.content
            )
        if request.url.path.endswith("revoke"):
            return httpx2.Response(200)
        self.granted += 1
        tokens = {"access_token": f"access_{self.granted}", "token_type": "bearer"}
        return json_answer({**tokens, "refresh_token": f"refresh_{self.granted}", **self.extra})


@dataclass
class Partner:
    """One flavour of the partner's package, wired to the server; calls are settled either way."""

    package: ModuleType
    asynchronous: bool
    server: AuthorizationServer = field(default_factory=AuthorizationServer)
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def http(self) -> Any:
        if self.asynchronous:
            transport = httpx2.MockTransport(self.server.awaited)
            return httpx2.AsyncClient(transport=transport)
        return httpx2.Client(transport=httpx2.MockTransport(self.server))

    def cls(self, name: str, module: str = "oauth") -> Any:
        home = getattr(self.package, module) if module else self.package
        return getattr(home, f"Async{name}" if self.asynchronous else name)

    def auth(self, name: str = "OauthOAuth", **arguments: Any) -> Any:
        settings = {"http_client": self.http, "clock": self.clock, **arguments}
        return self.cls(name)(APP, **settings)

    def client(self, **arguments: Any) -> Any:
        return self.cls("Partner", "")(http_client=self.http, clock=self.clock, **arguments)

    async def sign_in(self, auth: Any) -> Any:
        """Go through the flow as a browser does; what was asked."""
        asked = auth.start(REDIRECT)
        await settled(auth.finish(asked, came_back(asked, code="aoc_c0de")))
        return asked


def came_back(asked: Any, **answer: str) -> str:
    """Where the browser comes back to, with the state that it was sent with."""
    state = parse_qs(urlsplit(asked.url).query)["state"][0]
    return str(httpx2.URL(REDIRECT, params={"state": state, **answer}))
