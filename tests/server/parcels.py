"""A small API of its own for testing the server runtime: parcels, and all that may go wrong.

Its route table is written by hand, as the server target would generate it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
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

CONTRACT = """
openapi: 3.1.0
info: {title: Parcels, version: 1.0.0}
security: [{token: []}]
paths:
  /parcels:
    parameters:
      - {name: X-Depth, in: header, schema: {type: integer}}
    get:
      operationId: listParcels
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: weight, in: query, schema: {type: number}}
        - {name: fragile, in: query, schema: {type: boolean}}
        - {name: state, in: query, schema: {$ref: '#/components/schemas/State'}}
        - {name: note, in: query, schema: {type: [string, 'null'], minLength: 8}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: ref, in: query, schema: {type: string, format: uuid}}
        - {name: site, in: query, schema: {type: string, format: uri}}
        - {name: sender, in: query, schema: {type: string, format: email}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, maxLength: 5}}}
        - {name: number, in: query, explode: false, schema: {type: array, items: {type: integer}}}
        - name: size
          in: query
          style: deepObject
          schema:
            type: object
            additionalProperties: false
            properties: {min: {type: integer}, max: {type: integer}}
        - {name: theme, in: cookie, schema: {type: integer}}
      responses:
        '200':
          description: A page.
          headers:
            X-Total: {required: true, schema: {type: integer, minimum: 0}}
            X-Request-Id: {required: true, schema: {type: string}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}
        '400': {$ref: '#/components/responses/Invalid'}
        '409': {$ref: '#/components/responses/Invalid'}
    post:
      operationId: createParcel
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
      responses:
        '201':
          description: The parcel.
          headers: {Location: {required: true, schema: {type: string, format: uri-reference}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
        '400':
          description: Wrong.
          x-error-codes: {invalid_parcel: The parcel is wrong., other: Another.}
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  /parcels/{number}:
    get:
      operationId: getParcel
      parameters: [{name: number, in: path, required: true, schema: {type: integer, minimum: 1}}]
      responses:
        '200':
          description: The parcel.
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
    delete:
      operationId: deleteParcel
      parameters: [{name: number, in: path, required: true, schema: {type: integer}}]
      responses: {'204': {description: Gone.}}
  /parcels/search:
    get:
      operationId: searchParcels
      responses: {'200': {description: Found., content: {text/plain: {schema: {type: string}}}}}
  /labels:
    post:
      operationId: printLabel
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [copies]
              additionalProperties: false
              properties:
                copies: {type: integer}
                line: {type: array, items: {type: string}}
      responses: {'200': {description: Printed., content: {application/json: {schema: {}}}}}
  /notes:
    put:
      operationId: putNote
      requestBody:
        content:
          text/plain: {schema: {type: string, maxLength: 10}}
          application/octet-stream: {}
      responses: {'200': {description: Kept., content: {application/json: {schema: {}}}}}
  /track:
    post:
      operationId: trackParcel
      responses:
        '200':
          description: Where it goes.
          content:
            text/event-stream:
              x-event-schema:
                events:
                  moved: {type: object, required: [place], properties: {place: {type: string}}}
                  error: {type: object, required: [message]}
                final: [error]
        '404': {$ref: '#/components/responses/Invalid'}
  /either:
    get:
      operationId: getEither
      security: [{key: []}, {token: [parcels.read]}]
      responses: {'200': {description: Who., content: {application/json: {schema: {}}}}}
  /both:
    get:
      operationId: getBoth
      security: [{token: [], key: []}]
      responses: {'200': {description: Who., content: {application/json: {schema: {}}}}}
  /maybe:
    get:
      operationId: getMaybe
      security: [{}, {token: []}]
      responses: {'200': {description: Who., content: {application/json: {schema: {}}}}}
  /login:
    get:
      operationId: getLogin
      security: [{password: []}]
      responses: {'200': {description: Who., content: {application/json: {schema: {}}}}}
  /menu:
    get:
      operationId: getMenu
      security: []
      responses: {'200': {description: Open., content: {application/json: {schema: {}}}}}
  /oauth/token:
    post:
      operationId: getToken
      security: []
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {grant_type: {type: string, enum: [code]}}}
      responses: {'200': {description: A token., content: {application/json: {schema: {}}}}}
  /oauth/authorize:
    get:
      operationId: authorize
      security: []
      parameters:
        - {name: client_id, in: query, required: true, schema: {type: string}}
      responses: {'200': {description: A page., content: {application/json: {schema: {}}}}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Key}
    password: {type: http, scheme: basic}
  responses:
    Invalid:
      description: Wrong.
      x-error-codes: {invalid_request: Wrong.}
      content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  schemas:
    State: {type: string, enum: [new, sent]}
    Page:
      type: object
      required: [data]
      properties: {data: {type: array, items: {$ref: '#/components/schemas/Parcel'}}}
    Parcel:
      type: object
      required: [id, name]
      additionalProperties: false
      x-payload-limits:
        - {fields: [name], maximum: 20, unit: characters}
        - {fields: [contents], maximum: 4000, unit: bytes}
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, minLength: 1}
        weight: {type: [number, 'null'], exclusiveMinimum: 0}
        count: {type: integer}
        due: {type: string, format: date-time}
        secret: {type: string, writeOnly: true}
        kind: {const: parcel}
        contents: {type: array, items: {$ref: '#/components/schemas/Item'}}
    Item:
      type: object
      required: [name]
      properties:
        name: {type: string}
        inside: {type: array, items: {$ref: '#/components/schemas/Item'}}
    Error:
      type: object
      required: [error]
      properties:
        error:
          type: object
          required: [code, message]
          properties: {code: {type: string}, message: {type: string}}
"""


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
        bodies={"text/plain": str, "application/octet-stream": bytes},
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
    document: dict[str, Any] = yaml.safe_load(CONTRACT)
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
