"""Each rule about wire vectors fires at its place in vectors.yaml, and on nothing that is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document import Finding
from generator.document.lint.command import lint

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
servers: [{url: 'https://shop.example/v1'}]
paths:
  /items/{itemId}:
    parameters:
    - {name: itemId, in: path, required: true, schema: {type: string}}
    - {name: since, in: query, schema: {type: string, format: date-time}}
    - {name: limit, in: query, schema: {type: integer, maximum: 9}}
    get:
      operationId: getItem
      responses:
        '200':
          description: An item.
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
        '404':
          description: None.
          x-error-codes: {not_found: Nothing is there., gone: It was there.}
          content: {application/json: {schema: {type: object, required: [code]}}}
    put:
      operationId: putItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      responses: {'204': {description: Taken.}}
webhooks:
  item.sold:
    post:
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      responses: {'200': {description: Thanks.}}
components:
  schemas:
    Item: {type: object, required: [id], properties: {id: {type: string}}}
"""
VECTORS = """\
api: shop
client: {credentials: {api_key: k}}
responses:
  missing:
  - name: missing
    status: 404
    body: {code: not_found}
    error: {class: NotFoundError, code: not_found}
  - {name: gone, status: 404, body: {code: gone}, error: {class: GoneError, code: gone}}
vectors:
- name: an item
  operation: getItem
  call: {parameters: {itemId: a/b, since: '2026-01-01T01:00:00+01:00', limit: 5}}
  request: {method: GET, target: '/v1/items/a%2Fb?since=2026-01-01T00%3A00%3A00Z&limit=5'}
  responses:
  - missing
  - {name: the item, body: {id: x}}
  - {name: garbage, text: '<html>', wrong: true, error: {class: APIResponseValidationError}}
- name: an item put
  operation: putItem
  call: {parameters: {itemId: a}, body: {id: a}}
  request: {method: PUT, target: /v1/items/a, body: {id: a}}
  responses: [{name: taken, status: 204, value: null}]
webhooks:
- {name: sold, event: item.sold, secrets: [s], now: 1, headers: {a: b}, text: '{"id": "x"}'}
"""
PUT = "name: an item put"
CALL = "\n  call: {parameters: {itemId: a}"
GET = "name: an item\n  operation: getItem"


def findings_of(folder: Path, vectors: str) -> list[Finding]:
    (folder / "vectors.yaml").write_text(vectors)
    (folder / "openapi.yaml").write_text(CONTRACT)
    return [found for found in lint([folder / "openapi.yaml"]) if found.code.startswith("VEC")]


def test_vectors_that_are_right_have_no_findings(tmp_path: Path) -> None:
    assert findings_of(tmp_path, VECTORS) == []


def test_a_contract_needs_no_vectors(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(CONTRACT)
    assert not [f for f in lint([tmp_path / "openapi.yaml"]) if f.code.startswith("VEC")]


@pytest.mark.parametrize(
    ("code", "old", "new", "mark", "said"),
    [
        ("VEC-001", "call: {parameters: {itemId: a}", "cal: {parameters: {itemId: a}", PUT, "cal"),
        ("VEC-001", "{name: taken, status: 204", "{name: taken, status: 99", "status: 99", "99"),
        ("VEC-001", "class: GoneError", "class: gone", "class: gone", "gone"),
        ("VEC-002", "operation: getItem", "operation: getItems", "getItems", "getItem"),
        ("VEC-002", "  - missing\n", "  - mising\n", "mising", "missing"),
        ("VEC-003", "operation: putItem", "operation: getItem", "vectors:", "putItem"),
        ("VEC-004", "taken, status: 204", "taken, status: 205", PUT, "204"),
        ("VEC-004", "code: gone}}", "code: went}}", "name: an item\n", "'gone'"),
        ("VEC-005", "limit: 5}}", "limits: 5}}", "5}}", "limit"),
        ("VEC-005", "limit: 5}}", "limit: 10}}", "10}}", "maximum"),
        ("VEC-005", "{itemId: a}, body: {id: a}}", "{}, body: {id: a}}", PUT, "itemId"),
        ("VEC-005", "{itemId: a}, body: {id: a}}", "{itemId: a}}", PUT, "no body"),
        ("VEC-005", ", body: {id: a}}\n  req", ", body: {id: 7}}\n  req", "7}}", "string"),
        ("VEC-005", "limit: 5}}", "limit: 5}, body: {}}", "{}}", "takes no body"),
        ("VEC-006", "method: PUT", "method: POST", "POST", "PUT"),
        ("VEC-006", "/v1/items/a%2Fb", "/v1/items/a/b", "'/v1/items", "a%2Fb"),
        ("VEC-006", "target: /v1/items/a,", "target: /items/a,", "/items/a,", "/v1/items/a"),
        ("VEC-006", "&limit=5", "&limit=6", "'/v1/items", "another 'limit'"),
        ("VEC-006", "&limit=5", "", "'/v1/items", "'limit'"),
        ("VEC-006", "&limit=5", "&limit=5&all=1", "'/v1/items", "'all'"),
        ("VEC-006", "items/a, body: {id: a}}", "items/a, body: {}}", "{}}", "'id'"),
        ("VEC-006", "a, body: {id: a}}\n", "a, form: {id: a}}\n", "{id: a}}\n  resp", "form"),
        ("VEC-006", "items/a, body: {id: a}}", "items/a}", "{method: PUT", "no body"),
        ("VEC-007", "body: {id: x}", "body: {id: 7}", "7}", "string"),
        ("VEC-007", "body: {id: x}", "body: {id: x}, wrong: true", "{name: the item", "fits"),
        ("VEC-007", "'<html>', wrong: true", "'<html>'", "'<html>'", "JSON"),
        ("VEC-007", "value: null", "text: x, value: null", "{name: taken", "No body"),
        ("VEC-007", """'{"id": "x"}'""", """'{"id": 7}'""", "'{\"id\": 7", "string"),
        ("VEC-008", "event: item.sold", "event: item.sol", "item.sol,", "item.sold"),
        ("VEC-008", "event: item.sold, ", "", "api: shop", "item.sold"),
        ("VEC-009", "{name: garbage", "{name: the item", "{name: the item, text", "twice"),
        ("VEC-009", f"{PUT}\n  operation: putItem", GET, GET + CALL, "twice"),
        ("VEC-009", "  - missing\n", "", "missing:", "group"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_where_it_is(  # noqa: PLR0917  a row of the table
    tmp_path: Path, code: str, old: str, new: str, mark: str, said: str
) -> None:
    assert VECTORS.count(old) == 1, "the case changes one place"
    text = VECTORS.replace(old, new)
    found = [each for each in findings_of(tmp_path, text) if each.code == code]
    assert found
    before = text[: text.index(mark)]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    places = [(each.position.line, each.position.column) for each in found]
    assert place in places
    message = found[places.index(place)].message
    assert said in message


def test_a_file_that_is_no_vectors_at_all_is_one_finding(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "vectors: {getItem: [1], x: [{}]}\nresponses: 7\nwebhooks: [3]\n")
    assert {each.code for each in found} >= {"VEC-001"}
