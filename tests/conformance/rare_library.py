"""A library whose bugs only requests meet that nobody thinks of: those that are generated.

They show at sizes that nobody asks for, or that are in capitals, at methods with a query, at calls
as documented without a key, and at what was read before.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from tests.conformance.library_server import Library, error

MIDDLING = {*range(18, 20), *range(26, 39)} - {29, 33}
"""Page sizes that no directed rule asks for."""
OF_MEMBERS = MIDDLING | {6, 11, 13}
"""The same of members, whose list nothing narrows."""
CONSTANT = re.compile(rb"per_page=[A-Z]+")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def saying(self, body: str, kind: str = "application/json") -> Answer:
        length = str(len(body.encode()))
        headers = {**self.headers, "content-type": kind, "content-length": length}
        return replace(self, headers=headers, body=body.encode())

    def without(self, header: str) -> Answer:
        kept = {name: value for name, value in self.headers.items() if name != header}
        return replace(self, headers=kept)


def is_example(request: Request) -> bool:
    """Whether this is the call that the documentation shows, made without a key."""
    return request.url.query == "per_page=5" and "authorization" not in request.headers


@dataclass
class RareLibrary:
    """The ASGI application; each name in `bugs` switches on one mistake that shows rarely."""

    bugs: frozenset[str] = frozenset()
    library: Library = field(default_factory=Library)
    remembered: dict[str, Answer] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    """By the path of what is remembered, how many tenants joined before its owner."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.library(scope, receive, send)
            return
        request = Request(scope, receive)
        answered = await self.answered(request)
        if request.method == "HEAD":
            answered = replace(answered, body=b"")
        response = Response(answered.body, answered.status)
        response.raw_headers = [(k.encode(), v.encode()) for k, v in answered.headers.items()]
        await response(scope, receive, send)

    async def answered(self, request: Request) -> Answer:
        size = request.query_params.get("per_page", "")
        middling = OF_MEMBERS if request.url.path.endswith("/members") else MIDDLING
        is_middling = size.isdecimal() and len(size) < 9 and int(size) in middling
        asked = await self.asked(self.forwarded(request))
        if request.method not in {"GET", "HEAD"}:
            return self.of_methods(request, asked)
        if is_middling and asked.status == 200:
            return self.of_sizes(request, asked)
        if size.isalpha() and size.isupper() and asked.status == 400:
            return self.of_capitals(asked)
        return self.of_memory(request, asked)

    def forwarded(self, request: Request) -> dict[str, Any]:
        """The scope of a request, as the library gets it."""
        scope = dict(request.scope)
        if "takes-constants" in self.bugs:
            parts = scope["query_string"].split(b"&")
            kept = [p for p in parts if not CONSTANT.fullmatch(p)]
            scope["query_string"] = b"&".join(kept)
        if "open-example" in self.bugs and is_example(request) and self.library.keys:
            secret = next(s for s, key in self.library.keys.items() if not key.revoked)
            key = (b"authorization", f"Bearer {secret}".encode())
            scope["headers"] = [*scope["headers"], key]
        return scope

    async def asked(self, scope: dict[str, Any]) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.library(scope, receive, send)
        headers = dict(Headers(raw=sent[0]["headers"]).items())
        return Answer(sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]))

    def of_methods(self, request: Request, asked: Answer) -> Answer:
        """What is answered to a method that a path has not, with a query or as QUERY."""
        if "method-detail" in self.bugs and request.method == "QUERY":
            return asked.saying('{"detail": "Method Not Allowed"}')
        if "takes-queries" in self.bugs and request.url.query:
            return replace(asked.without("allow"), status=200).saying("{}")
        if "allows-less" in self.bugs and request.url.query:
            return replace(asked, headers={**asked.headers, "allow": "HEAD"})
        return asked

    def of_sizes(self, request: Request, asked: Answer) -> Answer:  # noqa: PLR0911 - one a bug
        refused = error(400, "invalid_request", "Take fewer, or all.")
        if "midway-refused" in self.bugs:
            return replace(asked, status=400).saying(bytes(refused.body).decode())
        if "midway-breaks-off" in self.bugs:
            more = str(len(asked.body) + 10)
            return replace(asked, headers={**asked.headers, "content-length": more})
        if "midway-partial" in self.bugs:
            return replace(asked, status=206)
        if "midway-hal" in self.bugs:
            return asked.saying(asked.body.decode(), "application/hal+json")
        if "midway-uncounted" in self.bugs:
            return asked.without("x-ratelimit-reset")
        if "midway-texts" in self.bugs:
            return asked.saying(json.dumps({**asked.json, "per_page": "many"}))
        if "midway-cut" in self.bugs:
            return asked.saying(asked.body.decode()[:-1])
        stored = "midway-stored" in self.bugs and request.url.path.endswith("/members")
        return asked.without("cache-control") if stored else asked

    def of_capitals(self, asked: Answer) -> Answer:
        """What is answered to a size that looks like the name of a constant."""
        told = error(400, "invalid_request", "KeyError: no such size, in sizes.py.")
        return asked.saying(bytes(told.body).decode()) if "told-constants" in self.bugs else asked

    def of_memory(self, request: Request, asked: Answer) -> Answer:
        """Details are remembered for whoever has a good key, or who joined after their owner."""
        path = request.url.path
        if request.method != "GET" or not self.bugs & {"remembers-rows", "remembers-older"}:
            return asked
        if asked.status == 200 and path.startswith("/api/books/"):
            self.remembered[path], self.owners[path] = asked, self.number(request)
        if asked.status != 404 or path not in self.remembered:
            return asked
        open_to_all = "remembers-rows" in self.bugs
        later = self.number(request) > self.owners[path]
        return self.remembered[path] if open_to_all or later else asked

    def number(self, request: Request) -> int:
        """How many tenants joined before the one whose key comes with a request."""
        key = self.library.keys[request.headers["authorization"].split()[-1]]
        tenants = list(dict.fromkeys(tenant for tenant, _ in self.library.rows))
        return tenants.index(key.tenant)
