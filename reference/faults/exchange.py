"""One request and its answer as values, and the middleware that lets a fault stand between."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. Header names are in lower case."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query, decoded."""
        return parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter."""
        return next((value for known, value in self.query if known == name), None)

    def with_query(self, pairs: Pairs) -> "Asked":
        """Return the request with other parameters."""
        return replace(self, query_string=urlencode(list(pairs)).encode())

    def without(self, *names: str) -> "Asked":
        """Return the request without some parameters."""
        return self.with_query(pair for pair in self.query if pair[0] not in names)

    def with_header(self, name: str, value: str) -> "Asked":
        """Return the request with one header more, or another value of it."""
        return replace(self, headers={**self.headers, name: value})


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self) -> str | None:
        """The code of an error."""
        match self.json:
            case {"error": {"code": str(code)}}:
                return code
        return None

    def with_json(self, value: object) -> "Answered":
        """Return the answer with another body."""
        return replace(self, body=json.dumps(value, separators=(",", ":")).encode())

    def with_header(self, name: str, value: str) -> "Answered":
        """Return the answer with one header more, or another value of it."""
        return replace(self, headers={**self.headers, name: value})

    def without_header(self, name: str) -> "Answered":
        """Return the answer without a header."""
        return replace(self, headers={k: v for k, v in self.headers.items() if k != name})


Ask = Callable[[Asked], Awaitable[Answered]]
Tamper = Callable[[Ask, Asked], Awaitable[Answered]]
"""What stands between: it may ask the API, change the request before and the answer after."""


def refusal(status: int, code: str, message: str) -> Answered:
    """Return an error in the API's envelope."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    answer = Answered(status, headers, b"")
    return answer.with_json({"error": {"code": code, "message": message}})


@dataclass(frozen=True, slots=True)
class Tampering:
    """ASGI middleware: every request and answer passes through a `Tamper`.

    HEAD is asked as GET, so that its headers fit the body that was tampered with.
    """

    app: ASGIApp
    tamper: Tamper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def ask(asked: Asked) -> Answered:
            return await _collect(self.app, _scope(scope, asked), receive)

        answered = await self.tamper(ask, _asked(scope))
        headers = {**answered.headers, "content-length": str(len(answered.body))}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answered.status, "headers": raw})
        body = b"" if scope["method"] == "HEAD" else answered.body
        await send({"type": "http.response.body", "body": body})


def _asked(scope: Scope) -> Asked:
    headers = _decoded(scope["headers"])
    return Asked(scope["method"], scope["path"], scope["query_string"], headers)


def _scope(scope: Scope, asked: Asked) -> Scope:
    return {
        **scope,
        "method": "GET" if asked.method == "HEAD" else asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query_string,
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in asked.headers.items()
        ],
    }


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> Answered:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *bodies = messages
    body = b"".join(message.get("body", b"") for message in bodies)
    return Answered(start["status"], _decoded(start["headers"]), body)


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
