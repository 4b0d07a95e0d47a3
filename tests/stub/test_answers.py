"""What a stub answers: the documented answer that was asked for, with values that are valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.stub.app import Stub
from tests.stub.calling import ask, stub_of

KEY = {"Authorization": "Bearer any"}
SHOP = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'https://shop.example/{stage}/v1', variables: {stage: {default: live}}}]
security: [{key: []}]
paths:
  /parcels:
    get:
      operationId: listParcels
      parameters:
        - {name: cursor, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 2}}
      x-fern-pagination:
        {cursor: $request.cursor, next_cursor: $response.next, results: $response.data}
      x-page-limits: {parameter: limit, echo: $response.limit, invalid-cursor: invalid_cursor}
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                required: [data, next]
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
                  next: {type: [string, 'null']}
                  limit: {type: integer}
              example: {data: [{id: p_1}, {id: p_2}, {id: p_3}], next: abc, limit: 50}
    post:
      operationId: createParcel
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Parcel'}
            examples: {heavy: {value: {id: p_7, weight: 900}}}
      responses:
        '201':
          description: Created.
          headers: {Location: {schema: {type: string, format: uri-reference}, required: true}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Parcel'}
              examples:
                light: {value: {id: p_6, weight: 1}}
                heavy: {value: {id: p_7, weight: 900}}
  /parcels/{parcel_id}:
    parameters: [{name: parcel_id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getParcel
      responses:
        '200':
          description: It.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Parcel'}
              examples:
                first: {value: {id: p_1, weight: 5}}
                second: {value: {id: p_2, weight: 6}}
                wrong: {value: {id: 3}}
        '404': {$ref: '#/components/responses/NotFound'}
        '429':
          description: Too many.
          headers: {Retry-After: {required: true, schema: {type: integer, minimum: 1}}}
          x-error-codes: {slow_down: You ask too often., busy: We are busy.}
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
        5XX: {$ref: '#/components/responses/NotFound'}
        default: {$ref: '#/components/responses/NotFound'}
    delete:
      operationId: deleteParcel
      responses:
        '204': {description: Gone.}
        '205': {description: Clear it., content: {application/json: {schema: {type: object}}}}
  /label:
    get:
      operationId: getLabel
      security: []
      responses:
        '200':
          description: In many forms.
          content:
            application/json: {schema: {type: object, required: [a], properties: {a: {const: 1}}}}
            text/plain: {schema: {type: string}, example: a label}
            application/xml: {schema: {type: object}}
            application/pdf: {}
  /xml:
    get:
      operationId: getXml
      security: []
      responses: {'200': {description: XML., content: {application/xml: {schema: {type: object}}}}}
  /events:
    get:
      operationId: watch
      security: []
      responses:
        '200':
          description: A stream.
          content:
            text/event-stream:
              x-event-schema:
                events:
                  done: {type: object, required: [n], properties: {n: {const: 2}}}
                  delta: {type: object, required: [n], properties: {n: {const: 1}}}
                  error: {type: object}
                final: [done, error]
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  responses:
    NotFound:
      description: No.
      content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  schemas:
    Error:
      type: object
      required: [error]
      properties:
        error:
          type: object
          required: [code, message]
          properties: {code: {type: string}, message: {type: string}}
    Parcel:
      type: object
      required: [id]
      properties:
        id: {type: string}
        weight: {type: integer, minimum: 1, examples: [12]}
        secret: {type: string, writeOnly: true}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Stub:
    return stub_of(SHOP, tmp_path_factory.mktemp("shop"))


def get(stub: Stub, target: str, prefer: str = "", **headers: str) -> Any:
    asked = {"Prefer": prefer} if prefer else {}
    return ask(stub, "GET", target, headers={**KEY, **asked, **headers})


def test_the_base_path_is_that_of_the_first_server(shop: Stub) -> None:
    assert shop.base_path == "/live/v1"


def test_a_stub_refuses_what_the_contract_refuses(shop: Stub) -> None:
    assert ask(shop, "GET", "/parcels").status_code == 401
    assert ask(shop, "GET", "/parcels", headers={"Authorization": "Basic x"}).status_code == 401
    assert get(shop, "/parcels?limit=51").status_code == 400
    assert ask(shop, "POST", "/parcels", headers=KEY, json={"id": 1}).status_code == 400
    refused = ask(shop, "PUT", "/parcels", headers=KEY)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert ask(shop, "HEAD", "/label").content == b""


def test_an_answer_is_the_first_example_of_the_first_success(shop: Stub) -> None:
    answer = ask(shop, "POST", "/parcels", headers=KEY, json={"id": "new"})
    assert (answer.status_code, answer.json()) == (201, {"id": "p_6", "weight": 1})
    assert answer.headers["location"]


def test_the_request_chooses_the_example_that_it_is_about(shop: Stub) -> None:
    assert get(shop, "/parcels/p_2").json() == {"id": "p_2", "weight": 6}
    body = {"id": "p_7", "weight": 900}
    assert ask(shop, "POST", "/parcels", headers=KEY, json=body).json() == body


def test_an_id_that_no_example_has_is_repeated(shop: Stub) -> None:
    assert get(shop, "/parcels/p_99").json() == {"id": "p_99", "weight": 5}


def test_an_example_is_asked_for_by_its_name(shop: Stub) -> None:
    answer = get(shop, "/parcels/p_1", "example=second")
    assert answer.json() == {"id": "p_2", "weight": 6}
    assert answer.headers["preference-applied"] == "example=second"


@pytest.mark.parametrize(
    ("prefer", "sentence"),
    [
        ("example=third", "The 200 has no example 'third'; there are: first, second, wrong."),
        ("example=wrong", "The example 'wrong' breaks `type` of its schema at /id."),
        ("code=maybe", "`Prefer: code=…` takes a status, a range such as 4XX, or default."),
    ],
)
def test_a_preference_that_cannot_be_met_is_said(shop: Stub, prefer: str, sentence: str) -> None:
    answer = get(shop, "/parcels/p_1", prefer)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == sentence


def test_a_code_that_is_not_documented_names_those_that_are(shop: Stub) -> None:
    answer = get(shop, "/parcels", "code=429")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "No 429 is documented here; there are: 200."


@pytest.mark.parametrize(
    ("prefer", "status"),
    [("code=404", 404), ("code=503", 503), ("code=5XX", 500), ("code=4xx", 404), ("code=418", 418)],
)
def test_a_status_is_asked_for(shop: Stub, prefer: str, status: int) -> None:
    answer = get(shop, "/parcels/p_1", prefer)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}


def test_an_error_has_the_first_documented_code_and_its_headers(shop: Stub) -> None:
    answer = get(shop, "/parcels/p_1", "code=429")
    assert answer.json() == {"error": {"code": "slow_down", "message": "You ask too often."}}
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["preference-applied"] == "code=429"


def test_preferences_of_others_are_ignored(shop: Stub) -> None:
    answer = get(shop, "/parcels/p_1", 'respond-async, wait=10, foo="a, b"; x=1')
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


def test_dynamic_values_come_from_the_schema_and_stay_the_same(shop: Stub) -> None:
    answer = get(shop, "/parcels/p_1", "dynamic=true")
    assert answer.json().keys() == {"id", "weight"}, "what is writeOnly is never answered"
    assert answer.json()["weight"] != 5
    assert get(shop, "/parcels/p_1", "dynamic=true").json() == answer.json()
    others = {get(shop, "/parcels/p_1", f"dynamic=true, seed={n}").text for n in range(5)}
    assert len(others) > 1


def test_a_page_ends_the_walk_and_is_no_longer_than_was_asked_for(shop: Stub) -> None:
    whole = get(shop, "/parcels").json()
    assert (len(whole["data"]), whole["next"], whole["limit"]) == (2, None, 2)
    page = get(shop, "/parcels?limit=1&cursor=x").json()
    assert (len(page["data"]), page["next"], page["limit"]) == (1, None, 1)


@pytest.mark.parametrize("status", [204, 205])
def test_nothing_is_sent_with_what_has_no_content(shop: Stub, status: int) -> None:
    headers = {**KEY, "Prefer": f"code={status}"}
    answer = ask(shop, "DELETE", "/parcels/p_1", headers=headers)
    assert (answer.status_code, answer.content) == (status, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("text/plain", "text/plain"),
        ("application/json;q=0.1, text/*;q=0.5", "text/plain"),
        ("application/pdf", "application/pdf"),
        ("application/json;q=0, */*", "text/plain"),
        ("image/png", "application/json"),
        ("application/xml", "application/json"),
    ],
)
def test_accept_chooses_the_media_type(shop: Stub, accept: str, media_type: str) -> None:
    answer = ask(shop, "GET", "/label", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_xml_is_not_made_and_that_is_said(shop: Stub) -> None:
    answer = ask(shop, "GET", "/xml")
    assert answer.status_code == 501
    assert "application/xml" in answer.json()["error"]["message"]


def test_a_stream_has_one_event_of_each_kind_and_one_that_ends_it(shop: Stub) -> None:
    answer = ask(shop, "GET", "/events")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in answer.text.strip().split("\n\n")
    ]
    assert [event["event"] for event in events] == ["delta", "done"]
    assert [json.loads(event["data"]) for event in events] == [{"n": 1}, {"n": 2}]


def test_the_same_contract_gives_the_same_bytes(shop: Stub, tmp_path: Path) -> None:
    again = stub_of(SHOP, tmp_path)
    for target in ("/parcels", "/parcels/p_1", "/label", "/events"):
        assert (
            get(shop, target, "dynamic=true").content == get(again, target, "dynamic=true").content
        )


def test_a_refusal_has_the_form_that_the_contract_documents(tmp_path: Path) -> None:
    contract = """
openapi: 3.1.0
info: {title: Form, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{name: n, in: query, required: true, schema: {type: integer}}]
      responses:
        '200': {description: Fine.}
        '422':
          description: Wrong.
          content:
            application/json:
              schema:
                type: object
                required: [detail]
                properties:
                  detail:
                    type: array
                    minItems: 1
                    items: {type: object, required: [msg], properties: {msg: {type: string}}}
"""
    answer = ask(stub_of(contract, tmp_path), "GET", "/things?n=x")
    assert answer.status_code == 422
    assert answer.json() == {"detail": [{"msg": "Query parameter `n` must be an integer."}]}
