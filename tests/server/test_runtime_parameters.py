"""Parameters: what Connexion and Python take for a value and JSON does not, and their formats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from generator.targets.server.runtime import Parameter, Route
from tests.server.parcels import Parcels, Size, build, call, refusal

PARCELS = Parcels()
APP = build(PARCELS)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=1_0", "Query parameter `limit` must be an integer."),
        ("limit=%205", "Query parameter `limit` must be an integer."),
        ("limit=%2B5", "Query parameter `limit` must be an integer."),
        ("limit=05", "Query parameter `limit` must be an integer."),
        ("limit=%D9%A5", "Query parameter `limit` must be an integer."),
        ("limit=5.0", "Query parameter `limit` must be an integer."),
        ("limit=", "Query parameter `limit` must be an integer."),
        ("limit=null", "Query parameter `limit` must be an integer."),
        ("limit=" + "9" * 5000, "Query parameter `limit` must be an integer."),
        ("limit=0", "Query parameter `limit`: 0 is less than the minimum of 1."),
        ("limit=500", "Query parameter `limit`: 500 is greater than the maximum of 100."),
        ("weight=1_0.5", "Query parameter `weight` must be a number."),
        ("weight=.5", "Query parameter `weight` must be a number."),
        ("weight=nan", "Query parameter `weight` must be a number."),
        ("weight=inf", "Query parameter `weight` must be a number."),
        ("weight=1e999", "Query parameter `weight` must be a number."),
        ("fragile=yes", "Query parameter `fragile` must be a boolean."),
        ("fragile=TRUE", "Query parameter `fragile` must be a boolean."),
        ("fragile=1", "Query parameter `fragile` must be a boolean."),
        ("state=lost", 'Query parameter `state`: "lost" is not one of "new", "sent".'),
        ("note=null", "Query parameter `note`: the text is shorter than 8 characters."),
        ("note=None", "Query parameter `note`: the text is shorter than 8 characters."),
        ("note=", "Query parameter `note`: the text is shorter than 8 characters."),
        ("since=null", 'Query parameter `since`: "null" is not a valid date-time.'),
        ("since=2026-01-01", 'Query parameter `since`: "2026-01-01" is not a valid date-time.'),
        (
            "since=0000-01-01T00:00:00Z",
            "Query parameter `since` is outside what can be represented.",
        ),
        ("ref=6f1b0c1e", 'Query parameter `ref`: "6f1b0c1e" is not a valid uuid.'),
        ("site=not%20a%20uri", 'Query parameter `site`: "not a uri" is not a valid uri.'),
        ("sender=nobody", 'Query parameter `sender`: "nobody" is not a valid email.'),
        ("limit=99&limit=1", "Query parameter `limit` must be given once."),
        ("limit=1&limit=1", "Query parameter `limit` must be given once."),
        ("colour=red", "Query parameter `colour` is not known here."),
        ("Limit=5", "Query parameter `Limit` is not known here."),
        ("tag=" + "x" * 6, "Query parameter `tag[0]`: the text is longer than 5 characters."),
        ("number=1,b", "Query parameter `number` must be an integer."),
        ("number=1&number=2", "Query parameter `number` must be given once."),
        ("size[min]=x", "Query parameter `size` must be an integer."),
        ("size[min]=1&size[min]=2", "Query parameter `size` must be given once."),
        ("size[depth]=1", "Query parameter `size.depth` is not known here."),
        ("limit=%FF", "The query string is not UTF-8."),
    ],
)
def test_wrong_query_is_400_and_names_the_parameter(query: str, message: str) -> None:
    assert refusal(call(APP, "GET", f"/parcels?{query}")) == message


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("", {}),
        ("limit=5", {"limit": 5}),
        ("weight=-0.5e1", {"weight": -5.0}),
        ("weight=7", {"weight": 7}),
        ("fragile=true", {"fragile": True}),
        ("state=sent", {"state": "sent"}),
        ("note=null+null", {"note": "null null"}),
        ("since=2026-01-01T00:00:00Z", {"since": datetime(2026, 1, 1, tzinfo=UTC)}),
        (
            "since=2026-01-01T00:00:00.9999999Z",
            {"since": datetime(2026, 1, 1, 0, 0, 0, 999999, tzinfo=UTC)},
        ),
        (
            "ref=6f1b0c1e-7e1f-4a39-9b5a-8f8f8f8f8f8f",
            {"ref": UUID("6f1b0c1e-7e1f-4a39-9b5a-8f8f8f8f8f8f")},
        ),
        ("site=https://a.example/b", {"site": "https://a.example/b"}),
        ("tag=a&tag=b", {"tag": ["a", "b"]}),
        ("number=1,2", {"number": [1, 2]}),
        ("size[min]=1&size[max]=3", {"size": Size(min=1, max=3)}),
    ],
)
def test_right_query_reaches_the_handler_typed(query: str, arguments: dict[str, Any]) -> None:
    PARCELS.calls.clear()
    assert call(APP, "GET", f"/parcels?{query}").status_code == 200
    [sent] = PARCELS.calls
    del sent["request"]
    assert sent == arguments


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ([("X-Depth", "x")], "Header `X-Depth` must be an integer."),
        ([("X-Depth", "+5")], "Header `X-Depth` must be an integer."),
        ([("X-Depth", "1"), ("x-depth", "1")], "Header `X-Depth` must be given once."),
        ([("Cookie", "theme=dark")], "Cookie `theme` must be an integer."),
        ([("Cookie", "theme=1; theme=2")], "Cookie `theme` must be given once."),
    ],
)
def test_wrong_headers_and_cookies_are_400(headers: list[tuple[str, str]], message: str) -> None:
    sent = httpx2.Headers([("Authorization", "Bearer good"), *headers])
    assert refusal(call(APP, "GET", "/parcels", headers=sent)) == message


def test_headers_and_cookies_are_coerced_to_their_types() -> None:
    PARCELS.calls.clear()
    headers = {"X-Depth": "5", "Cookie": "other=1; theme=7"}
    assert call(APP, "GET", "/parcels", headers=headers).status_code == 200
    assert {name: PARCELS.calls[0][name] for name in ("depth", "theme")} == {"depth": 5, "theme": 7}


@pytest.mark.parametrize("number", ["abc", "+5", "1_0", "%D9%A5", "5.0", "-"])
def test_a_path_parameter_that_is_no_integer_is_400(number: str) -> None:
    message = refusal(call(APP, "GET", f"/parcels/{number}"))
    assert message == "Path parameter `number` must be an integer."


def test_a_path_parameter_is_bounded_and_typed() -> None:
    assert "less than the minimum of 1" in refusal(call(APP, "GET", "/parcels/-5"))
    PARCELS.calls.clear()
    assert call(APP, "GET", "/parcels/5").status_code == 200
    assert PARCELS.calls == [{"number": 5}]


def test_every_location_may_be_an_array_or_object_of_its_style() -> None:
    # The styles that the contract above does not use, on an operation of their own.
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Styles", "version": "1"},
        "paths": {
            "/{ids}/{point}/{label}/{matrix}": {
                "get": {
                    "operationId": "get",
                    "parameters": [
                        path("ids", {"type": "array", "items": {"type": "integer"}}),
                        path("point", OBJECT),
                        path("label", {"type": "integer"}, style="label"),
                        path("matrix", {"type": "integer"}, style="matrix"),
                        query(
                            "piped",
                            {"type": "array", "items": {}},
                            style="pipeDelimited",
                            explode=False,
                        ),
                        query("exploded", OBJECT),
                        query("one", {"oneOf": [{"type": "integer"}, NUMBERS]}),
                        query("two", {"oneOf": [{"type": "integer"}, NUMBERS]}, explode=False),
                        query("word", {**NUMBERS, "type": ["array", "string"]}),
                        {
                            "name": "json",
                            "in": "query",
                            "content": {"application/json": {"schema": OBJECT}},
                        },
                        {
                            "name": "text",
                            "in": "query",
                            "content": {"text/plain": {"schema": {"type": "string"}}},
                        },
                    ],
                    "responses": {"200": {"description": "", "content": {"application/json": {}}}},
                }
            }
        },
    }
    parameters = (
        *(Parameter("path", name, name, Any) for name in ("ids", "point", "label", "matrix")),
        *(
            Parameter("query", name, name, Any)
            for name in ("piped", "exploded", "one", "two", "word", "json", "text")
        ),
    )

    class Handler:
        async def get(self, request: Any, *positional: Any, **keywords: Any) -> Any:
            return [positional, keywords]

    route = Route("get", "GET", "/{ids}/{point}/{label}/{matrix}", "all", "get", parameters)
    app = build(document=document, routes=(route,), handlers={"all": Handler()})
    url = "/1,2/x,3,y,4/.5/;matrix=6?piped=a|b&x=7&one=1&two=1,2&word=w&json=" + '{"x":8}&text=5'
    response = call(app, "GET", url)
    assert response.json() == [
        [[1, 2], {"x": 3, "y": 4}, 5, 6],
        {
            "piped": ["a", "b"],
            "exploded": {"x": 7},
            "one": 1,
            "two": [1, 2],
            "word": "w",
            "json": {"x": 8},
            "text": "5",
        },
    ]
    assert "must be JSON" in refusal(call(app, "GET", url.replace("}", "")))


NUMBERS = {"type": "array", "items": {"type": "integer"}}
OBJECT = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}


def path(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema, **more}


def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}
