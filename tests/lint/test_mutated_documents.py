"""Whatever a document looks like, lint answers with findings: nothing crashes, nothing hangs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.document import bundle, load, lower
from generator.document.lint.command import lint_specification
from generator.document.lint.formats import FORMATS

DOCUMENT = """
openapi: 3.1.0
info: {title: A, version: '1'}
tags: [{name: things}]
security: [{key: [read]}]
x-promises: [AB-01]
x-fern-pagination: {cursor: $request.cursor, next_cursor: $response.next, results: $response.data}
x-page-limits: {parameter: limit, invalid-cursor: invalid_cursor, echo: $response.limit}
x-rate-limit: {per: key, limit: 6, window: 60, headers: {retry-after: Retry-After}}
paths:
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {$ref: '#/components/schemas/Id'}}
    get:
      operationId: getThings
      tags: [things]
      x-fern-pagination: true
      x-page-limits: true
      x-rate-limit: true
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 9, default: 3}}
        - {name: cursor, in: query, schema: {type: [string, 'null'], const: a}, example: a}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
      responses:
        '200':
          description: ok
          headers: {X-A: {schema: {type: integer}, example: 3}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Page'}
              examples: {one: {value: {data: [{id: a}], next: null, limit: 3}}}
            text/event-stream:
              x-event-schema: {events: {done: {$ref: '#/components/schemas/Id'}}, final: [done]}
        4XX: {$ref: '#/components/responses/Error'}
    post:
      operationId: postThing
      x-identity: {token: $request.body.token, subject: [sub], matches: $request.body.id,
                   algorithms: [HS256], failure: 403}
      security: [{}, {oauth: [write]}]
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {file: {type: string, format: binary}}}
            encoding: {file: {contentType: image/png}}
      callbacks: {on: {'{$request.body#/url}': {post: {responses: {'200': {description: x}}}}}}
      responses: {default: {$ref: '#/components/responses/Error'}}
webhooks:
  thing: {post: {requestBody: {content: {application/json: {schema: true}}}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer, x-fern-bearer: {name: key}}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: /a, scopes: {write: w}}}}
  responses:
    Error:
      description: no
      x-error-codes: {invalid_cursor: x}
      content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  schemas:
    Id: {type: string, pattern: '^[a-z]+$', examples: [a], x-payload-limits: [
          {fields: [a], maximum: 3, unit: bytes}]}
    Error: {type: object, allOf: [{$ref: '#/components/schemas/Id'}], required: [a]}
    Page:
      type: object
      discriminator: {propertyName: kind, mapping: {a: '#/components/schemas/Id'}}
      properties:
        data:
          type: array
          items: {type: object, properties: {id: {$ref: '#/components/schemas/Id'}}}
        next: {anyOf: [{type: string, minLength: 1}, {type: 'null'}], default: null}
        limit: {type: integer, exclusiveMinimum: 0, readOnly: true}
        self: {$ref: '#/components/schemas/Page'}
      patternProperties: {'^x': {$ref: '#/components/schemas/Page/$defs/Inner'}}
      $defs: {Inner: {prefixItems: [{const: 1}], if: {type: array}, then: {minItems: 1}}}
"""
# Written out: these mean something where they land, so that rules are led astray.
MEANINGFUL: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**30, "", "x", [], {}, [[]], [None], {"": None}, {"a": []}),
    {"$ref": "#"},
    {"$ref": "#/components/schemas/Page"},
    {"$ref": "#/components/responses/Error"},
    {"$ref": "#/nowhere"},
    {"$ref": "elsewhere.yaml"},
    {"$ref": 3},
    {"$ref": "#/paths/~1things~1{id}/get"},
    {"type": ["null"]},
    {"type": "object", "nullable": True, "exclusiveMinimum": True},
    {"allOf": [{"$ref": "#/components/schemas/Error"}], "nullable": True},
    {"pattern": "("},
    {"$id": "https://example.com/", "$anchor": "a"},
    {"in": "path", "name": 3},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if not isinstance(value, dict | list):
        return
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        yield from places(member, (*path, key))


ORIGINAL = yaml.safe_load(DOCUMENT)
PLACES = [place for place in places(ORIGINAL) if place]


def mutate(document: Any, place: tuple[Any, ...], change: tuple[str, Any]) -> None:
    """Replace, remove or rename what is at a place, if it is still there."""
    holder = document
    for key in place[:-1]:
        if not isinstance(holder, dict | list):
            return
        try:
            holder = holder[key]
        except (KeyError, IndexError, TypeError):
            return
    kind, value = change
    key = place[-1]
    present = key in holder if isinstance(holder, dict) else isinstance(holder, list)
    if not present or (isinstance(holder, list) and not 0 <= key < len(holder)):
        return
    if kind == "replace":
        holder[key] = copy.deepcopy(value)
    elif kind == "remove":
        del holder[key]
    elif isinstance(holder, dict):
        holder[value] = holder.pop(key)


CHANGES = st.one_of(
    st.tuples(st.just("replace"), st.sampled_from(MEANINGFUL)),
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("rename"), st.sampled_from(["", "x-y", "$ref", "a/b~c", "items", "200"])),
)


SETTINGS = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


@settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(
    version=st.sampled_from(["3.1.0", "3.0.3", "3.2.0"]),
    mutations=st.lists(st.tuples(st.sampled_from(PLACES), CHANGES), min_size=1, max_size=5),
)
def test_mutated_document_is_linted_and_lowered(
    folder: Path, version: str, mutations: list[tuple[tuple[Any, ...], tuple[str, Any]]]
) -> None:
    document = copy.deepcopy(ORIGINAL)
    document["openapi"] = version
    for place, change in mutations:
        mutate(document, place, change)
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")

    specification = load(path)
    findings = lint_specification(specification, folder)

    assert findings == sorted(findings, key=lambda finding: finding.sort_key)
    assert all(finding.position.line >= 1 and finding.message for finding in findings)
    assert lower(specification).document["openapi"] == "3.0.3"
    assert isinstance(bundle(specification), dict)
    assert all(style(findings) for style in FORMATS.values())


@settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(data=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_bytes_are_read(folder: Path, data: bytes) -> None:
    path = folder / "bytes.yaml"
    path.write_bytes(data)

    findings = lint_specification(load(path), folder)

    assert findings, "no such bytes are an OpenAPI document"
