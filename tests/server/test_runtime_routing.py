"""Routing: unknown paths, methods and Allow, HEAD, OPTIONS, precedence, several APIs in one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from generator.targets.server.runtime import (
    ContractError,
    Cors,
    Parameter,
    Route,
    ServerOptions,
)
from tests.server.parcels import ROUTES, Parcels, build, call, contract, lowered, refusal, served

APP = build()


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/parcels/1/2", "/PARCELS", "/parcels/a%2Fb", "/parcels/1/"]
)
def test_an_unknown_path_is_404(path: str) -> None:
    assert refusal(call(APP, "GET", path), 404) == "There is no such path."


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/parcels")])
def test_no_cache_keeps_what_is_refused_before_anybody_is_asked(method: str, path: str) -> None:
    assert call(APP, method, path).headers["cache-control"] == "no-store"


def test_a_trailing_slash_is_404_and_no_redirect() -> None:
    response = call(APP, "GET", "/parcels/")
    refusal(response, 404)
    assert "location" not in response.headers


@pytest.mark.parametrize("text", ["%0A", "a%0A", "a%0Ab", "a%00", "%7F"])
def test_a_control_character_matches_no_path(text: str) -> None:
    parameter = {"name": "text", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "get", "parameters": [parameter]}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Texts", "version": "1"},
        "paths": {"/texts/{text}": {"get": operation}},
    }

    class Handler:
        async def get(self, request: Any, text: str) -> str:
            return text

    path = Parameter("path", "text", "text", str)
    routes = [Route("get", "GET", "/texts/{text}", "texts", "get", (path,))]
    app = build(document=document, routes=routes, handlers={"texts": Handler()})
    assert call(app, "GET", "/texts/a%20b").json() == "a b"
    refusal(call(app, "GET", f"/texts/{text}"), 404)
    refusal(call(APP, "GET", f"/parcels{text}"), 404)


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/parcels", "GET, HEAD, POST"),
        ("/parcels/1", "GET, HEAD, DELETE"),
        ("/labels", "POST"),
        ("/parcels/search", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY"])
def test_another_method_is_405_with_all_that_are_allowed(
    method: str, path: str, allow: str
) -> None:
    response = call(APP, method, path)
    refusal(response, 405)
    assert response.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/parcels", "/parcels/1", "/parcels/search", "/menu"])
def test_head_is_get_without_the_body(path: str) -> None:
    get, head = call(APP, "GET", path), call(APP, "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    for response in (get, head):
        response.headers.pop("x-request-id", None)
    assert head.headers == get.headers


@pytest.mark.parametrize("path", ["/parcels", "/nowhere", "/labels", "/parcels?limit=x", "/track"])
def test_nothing_is_sent_as_the_body_of_a_head(path: str) -> None:
    # Clients and servers throw the body of a HEAD away: only the application's messages can tell.
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def head() -> None:
        location, _, query = path.partition("?")
        scope = {"type": "http", "method": "HEAD", "path": location, "root_path": ""}
        headers = [(b"authorization", b"Bearer good")]
        await APP({**scope, "query_string": query.encode(), "headers": headers}, receive, send)

    asyncio.run(head())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b""


def test_a_path_without_parameters_comes_before_one_with_them() -> None:
    # /parcels/{number} is written above /parcels/search.
    assert call(APP, "GET", "/parcels/search").text == "found"
    response = call(APP, "DELETE", "/parcels/search")
    refusal(response, 405)


CORS_APP = build(options=ServerOptions(cors=Cors(expose_headers=("X-Total",))))


@pytest.mark.parametrize(
    ("method", "path", "authorization", "status"),
    [
        ("GET", "/parcels", "Bearer good", 200),
        ("GET", "/parcels?limit=x", "Bearer good", 400),
        ("GET", "/parcels", "", 401),
        ("GET", "/nowhere", "", 404),
        ("PATCH", "/parcels", "", 405),
        ("OPTIONS", "/parcels", "", 200),
    ],
)
def test_cors_is_on_every_answer(method: str, path: str, authorization: str, status: int) -> None:
    headers = {"Authorization": authorization, "Origin": "https://a.example"}
    response = call(CORS_APP, method, path, headers=headers)
    assert response.status_code == status
    assert response.headers.get_list("access-control-allow-origin") == ["*"]
    assert response.headers["access-control-expose-headers"] == "X-Total"


def test_a_preflight_is_answered_without_authentication() -> None:
    headers = {
        "Authorization": "",
        "Origin": "https://a.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    response = call(CORS_APP, "OPTIONS", "/parcels", headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert response.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert int(response.headers["access-control-max-age"]) > 0


def test_without_cors_nothing_says_so() -> None:
    response = call(APP, "GET", "/parcels", headers={"Origin": "https://a.example"})
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_base_path_is_stripped_and_nothing_else_is_known() -> None:
    app = build(base_path="/post/v1")
    assert call(app, "GET", "/post/v1/parcels").status_code == 200
    assert call(app, "GET", "/post/v1/parcels/search").text == "found"
    for path in ("/parcels", "/post/v1", "/post/v1/", "/post/v10/parcels", "/post/v1/post/v1/menu"):
        refusal(call(app, "GET", path), 404)


def test_several_apis_stand_in_one_application() -> None:
    first, second = Parcels(answer="first"), Parcels(answer="second")
    app = Starlette(
        routes=[
            Mount("/first", build(first)),
            Mount("/second", build(second)),
            Mount("/", build(Parcels(answer="third"), base_path="/third/v1")),
        ]
    )
    for name, path in (("first", "/first"), ("second", "/second"), ("third", "/third/v1")):
        assert call(app, "GET", f"{path}/parcels/search").text == name
        refusal(call(app, "GET", f"{path}/nowhere"), 404)
        assert call(app, "PUT", f"{path}/parcels").headers["allow"] == "GET, HEAD, POST"


def test_operations_of_one_operation_id_are_those_of_their_routes() -> None:
    document = contract()
    document["paths"]["/parcels/search"]["get"]["operationId"] = "listParcels"
    app = build(Parcels(answer="found"), document=document, lowered=lowered(contract()))
    assert call(app, "GET", "/parcels/search").text == "found"


def test_routes_and_contract_must_be_the_same() -> None:
    with pytest.raises(ContractError, match="GET /oauth/authorize"):
        build(routes=ROUTES[:-1])
    with pytest.raises(ContractError, match="differ"):
        build(routes=[*ROUTES, Route("other", "GET", "/other", "parcels", "who")])
    with pytest.raises(ContractError, match="two routes"):
        build(routes=[*ROUTES, ROUTES[0]])


def test_a_document_that_connexion_refuses_is_refused_at_build() -> None:
    with pytest.raises(ContractError, match="Connexion refuses"):
        build(lowered={**lowered(contract()), "openapi": "3.1.0"})


def test_a_broken_schema_is_refused_at_build() -> None:
    document = contract()
    document["components"]["schemas"]["State"] = {"type": "strange"}
    with pytest.raises(ContractError, match="schema at"):
        build(document=document)


def test_an_operation_of_its_own_answers_head_and_options() -> None:
    operation: dict[str, Any] = {"responses": {"204": {"description": "Here."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Own", "version": "1"},
        "paths": {
            "/own": {
                "get": {"operationId": "get", **operation},
                "head": {"operationId": "head", **operation},
                "options": {"operationId": "options", **operation},
            }
        },
    }
    seen = []

    class Handler:
        async def any(self, request: Any) -> None:
            seen.append(request.operation_id)

    routes = [
        Route(name, name.upper(), "/own", "own", "any") for name in ("get", "head", "options")
    ]
    app = build(document=document, routes=routes, handlers={"own": Handler()})
    for method in ("OPTIONS", "HEAD", "GET"):
        assert call(app, method, "/own").status_code == 204
    assert seen == ["options", "head", "get"]


def test_a_lifespan_is_entered_and_left() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        seen.append("started")
        yield
        seen.append("stopped")

    with served(build(lifespan=lifespan)):
        assert seen == ["started"]
    assert seen == ["started", "stopped"]


def test_a_websocket_is_closed() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def connect() -> None:
        await APP({"type": "websocket", "path": "/parcels"}, receive, send)

    asyncio.run(connect())
    assert sent == ["websocket.close"]
