"""A small API of its own for testing the server runtime: parcels, and all that may go wrong.

Its route table is written by hand, as the server target would generate it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import httpx2
import msgspec
import uvicorn
import yaml
from starlette.types import ASGIApp

from generator.targets.server.runtime import (
    ApiError,
    BasicCredentials,
    Envelope,
    EventStream,
    Pairs,
    Parameter,
    Request,
    Response,
    Route,
    ServerOptions,
    ServerSentEvent,
    build_app,
)

CONTRACT = Path(__file__).with_suffix(".yaml")


class Parcel(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A parcel."""

    name: str
    id: str | None = None
    weight: float | msgspec.UnsetType | None = msgspec.UNSET
    count: int | None = None
    due: datetime | None = None
    secret: str | None = None
    kind: str | None = None
    contents: list[dict[str, Any]] | None = None


class Label(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is printed."""

    copies: int
    line: list[str] = []


class Size(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A range."""

    min: int | None = None
    max: int | None = None


LIST_PARAMETERS = (
    Parameter("header", "X-Depth", "depth", int),
    Parameter("query", "limit", "limit", int),
    Parameter("query", "weight", "weight", float),
    Parameter("query", "fragile", "fragile", bool),
    Parameter("query", "state", "state", str),
    Parameter("query", "note", "note", str),
    Parameter("query", "since", "since", datetime),
    Parameter("query", "ref", "ref", UUID),
    Parameter("query", "site", "site", str),
    Parameter("query", "sender", "sender", str),
    Parameter("query", "tag", "tag", list[str]),
    Parameter("query", "number", "number", list[int]),
    Parameter("query", "size", "size", Size),
    Parameter("cookie", "theme", "theme", int),
)
NUMBER = Parameter("path", "number", "number", int)
FORM = "application/x-www-form-urlencoded"
ROUTES = (
    Route("listParcels", "GET", "/parcels", "parcels", "list", LIST_PARAMETERS),
    Route(
        "createParcel", "POST", "/parcels", "parcels", "create", bodies={"application/json": Parcel}
    ),
    Route("getParcel", "GET", "/parcels/{number}", "parcels", "get", (NUMBER,)),
    Route("deleteParcel", "DELETE", "/parcels/{number}", "parcels", "delete", (NUMBER,)),
    Route("searchParcels", "GET", "/parcels/search", "parcels", "search"),
    Route("printLabel", "POST", "/labels", "parcels", "label", bodies={FORM: Label}),
    Route(
        "putNote",
        "PUT",
        "/notes",
        "parcels",
        "note",
        bodies={"text/plain": str, "application/octet-stream": bytes, "text/xml": str, FORM: str},
    ),
    Route("trackParcel", "POST", "/track", "parcels", "track"),
    Route("getEither", "GET", "/either", "parcels", "who"),
    Route("getBoth", "GET", "/both", "parcels", "who"),
    Route("getMaybe", "GET", "/maybe", "parcels", "who"),
    Route("getLogin", "GET", "/login", "parcels", "who"),
    Route("getMenu", "GET", "/menu", "parcels", "who"),
    Route(
        "getToken",
        "POST",
        "/oauth/token",
        "parcels",
        "token",
        bodies={FORM: Pairs},
        envelope=Envelope.OAUTH,
    ),
    Route(
        "authorize",
        "GET",
        "/oauth/authorize",
        "parcels",
        "authorize",
        envelope=Envelope.OAUTH,
    ),
)


@dataclass
class Parcels:
    """The handlers: each notes what it was called with, and answers what it was told to."""

    answer: Any = None
    error: Exception | None = None
    events: list[ServerSentEvent[Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    stream_error: Exception | None = None
    stream_closed: bool = False

    def _noted(self, default: Any, **arguments: Any) -> Any:
        self.calls.append(arguments)
        if self.error is not None:
            raise self.error
        return default if self.answer is None else self.answer

    async def list(self, request: Request[str], **arguments: Any) -> Any:
        page: Response[Any] = Response({"data": []}, headers={"X-Total": "0"})
        return self._noted(page, request=request, **arguments)

    async def create(self, request: Request[str], *, body: Parcel) -> Any:
        created = Response({"id": "p1", "name": "ok"}, headers={"Location": "/parcels/1"})
        return self._noted(created, body=body)

    async def get(self, request: Request[str], number: int) -> Any:
        return self._noted({"id": str(number), "name": "ok"}, number=number)

    async def delete(self, request: Request[str], number: int) -> Any:
        return self._noted(None, number=number)

    async def search(self, request: Request[str]) -> Any:
        return self._noted("found")

    async def label(self, request: Request[str], *, body: Label) -> Any:
        return self._noted({}, body=body)

    async def note(self, request: Request[str], *, body: str | bytes | None = None) -> Any:
        return self._noted({}, body=body)

    async def token(self, request: Request[None], *, body: Pairs) -> Any:
        return self._noted({}, body=body)

    async def authorize(self, request: Request[None]) -> Any:
        return self._noted({}, query=request.query)

    async def who(self, request: Request[str | None]) -> Any:
        return self._noted({"principal": request.principal}, request=request)

    async def track(self, request: Request[str]) -> Any:
        stream = EventStream(
            self._track(),
            on_error=lambda _: ServerSentEvent({"message": "lost"}, event="error"),
        )
        return self._noted(stream)

    async def _track(self) -> AsyncIterator[ServerSentEvent[Any]]:
        try:
            for event in self.events:
                yield event
                await asyncio.sleep(0)
            if self.stream_error is not None:
                raise self.stream_error
            while not self.events:
                yield ServerSentEvent({"place": "here"}, event="moved")
                await asyncio.sleep(0.01)
        finally:
            self.stream_closed = True


async def token(value: str, request: Request[None]) -> str:
    """Knows one token."""
    if value == "broken":
        raise ValueError("signature of broken does not verify")
    if value == "narrow":
        raise ApiError(403, "forbidden", "Too little.")
    if value != "good":
        raise ApiError(401, "unauthorized", "Unknown token.")
    return "ann"


async def key(value: str, request: Request[None]) -> str:
    """Knows one key."""
    if value != "good":
        raise ApiError(401, "unauthorized", "Unknown key.")
    return "bob"


async def password(credentials: BasicCredentials, request: Request[None]) -> str:
    """Knows everybody."""
    return credentials.username


SECURITY = {"token": token, "key": key, "password": password}


def contract() -> dict[str, Any]:
    """The contract, fresh."""
    document: dict[str, Any] = yaml.safe_load(CONTRACT.read_text())
    return document


def lowered(document: Mapping[str, Any]) -> dict[str, Any]:
    """The contract as OpenAPI 3.0, as far as routing needs it."""
    paths = {
        path: {
            method: {
                "operationId": operation["operationId"],
                "responses": {"default": {"description": ""}},
            }
            for method, operation in item.items()
            if method != "parameters"
        }
        for path, item in document["paths"].items()
    }
    return {"openapi": "3.0.3", "info": document["info"], "paths": paths}


def build(parcels: Parcels | None = None, **changes: Any) -> ASGIApp:
    """The application, with some of `build_app`'s arguments changed."""
    document = changes.pop("document", None) or contract()
    arguments: dict[str, Any] = {
        "document": document,
        "lowered": lowered(document),
        "routes": ROUTES,
        "handlers": {"parcels": parcels or Parcels()},
        "security": SECURITY,
        "envelope": Envelope.OBJECT,
        "options": ServerOptions(),
    }
    return build_app(**(arguments | changes))


def call(app: ASGIApp, method: str, url: str, **arguments: Any) -> httpx2.Response:
    """One request to the application, with a good token unless `headers` has `Authorization`.

    An empty `Authorization` is not sent.
    """
    headers = httpx2.Headers(arguments.pop("headers", None))
    headers.setdefault("Authorization", "Bearer good")
    if not headers["Authorization"]:
        del headers["Authorization"]

    async def send() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, url, headers=headers, **arguments)

    return asyncio.run(send())


def refusal(response: httpx2.Response, status: int = 400) -> str:
    """The message of an error that is in the envelope and has this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    message: str = body["error"]["message"]
    return message


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application behind a real server on a free port of 127.0.0.1; its base URL."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
