"""Each rule fires once, at its place, on a contract that is right but for one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document import Finding, Severity
from generator.document.lint.command import lint
from generator.document.lint.registry import RULES, explanations

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
tags:
  - name: items
    description: What is sold.
security:
  - key: []
x-promises: [SHOP-01]
x-fern-pagination:
  cursor: $request.cursor
  next_cursor: $response.next
  results: $response.data
x-page-limits:
  parameter: limit
  echo: $response.size
  invalid-cursor: invalid_cursor
x-rate-limit: {per: key, limit: 9, window: 60, headers: {retry-after: Retry-After}}
paths:
  /items:
    get:
      operationId: listItems
      tags: [items]
      summary: List items
      description: One page of items.
      x-fern-pagination: true
      x-page-limits: true
      x-rate-limit: true
      parameters:
        - name: limit
          in: query
          description: How many.
          schema: {type: integer, minimum: 1, default: 5, maximum: 9}
        - name: cursor
          in: query
          description: From where.
          schema: {type: string}
          example: abc
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Page'}
              examples:
                page: {value: {data: [{id: a}], next: null, size: 1}}
        '400': {$ref: '#/components/responses/Invalid'}
        '429': {$ref: '#/components/responses/Limited'}
  /items/{itemId}:
    parameters:
      - {name: itemId, in: path, required: true, description: Which., schema: {type: string}}
    put:
      operationId: putItem
      tags: [items]
      summary: Put an item
      description: Makes or replaces an item.
      x-identity: {token: $request.body.token, subject: [sub], matches: $request.body.id,
                   algorithms: [HS256], failure: 403}
      security: [{oauth: [write]}]
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Item'}
            example: {id: a, token: t}
      responses:
        '204': {description: Done.}
        '403': {$ref: '#/components/responses/Invalid'}
components:
  securitySchemes:
    key: {type: http, scheme: bearer, x-promises: [SHOP-02]}
    oauth:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: https://x.test/token, scopes: {write: Write.}}
  responses:
    Invalid:
      description: Wrong.
      x-error-codes: {invalid_cursor: The cursor is not ours.}
      content: &error
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          example: {error: Wrong.}
    Limited:
      description: Too many.
      headers: {Retry-After: {description: Seconds., schema: {type: integer}, example: 3}}
      content: *error
  schemas:
    Error: {type: object, required: [error], properties: {error: {type: string}}}
    Item:
      type: object
      required: [id]
      x-payload-limits: [{fields: [token], maximum: 9, unit: bytes}]
      properties:
        id: {type: string, pattern: '^[a-z]+$'}
        token: {type: string, default: t}
    Page:
      type: object
      required: [data, next]
      properties:
        data: {type: array, items: {$ref: '#/components/schemas/Item'}}
        next: {type: [string, 'null']}
        size: {type: integer}
"""
PROMISES = """\
api: shop
document: Shop API
promises:
  SHOP-01: {promise: It sells., heading: Selling}
  SHOP-02: {promise: Keys open it., heading: Keys}
"""


def findings_of(folder: Path, contract: str, promises: str | None = PROMISES) -> list[Finding]:
    (folder / "openapi.yaml").write_text(contract, "utf-8")
    if promises is not None:
        (folder / "promises.yaml").write_text(promises, "utf-8")
    return lint([folder / "openapi.yaml"])


def place_of(text: str, mark: str) -> tuple[int, int]:
    offset = text.index(mark)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def test_a_contract_in_the_house_style_has_no_findings(tmp_path: Path) -> None:
    assert findings_of(tmp_path, CONTRACT) == []


PAGING = "x-fern-pagination: {offset: $request.limit, results: $response.rows}"
BROKEN = [
    # code, what is replaced, by what, where the finding points
    ("OAS-002", "info: {title: Shop, version: 1.0.0}", "info: {title: Shop}", "info:"),
    ("OAS-002", "version: 1.0.0}", "version: 1.0.0, sumary: s}", "sumary"),
    ("OAS-002", "in: query", "in: qery", "qery"),
    ("OAS-002", "size: {type: integer}", "size: {type: int}", "int}\n"),
    ("OAS-002", "pattern: '^[a-z]+$'", "pattern: '('", "'('"),
    ("OAS-002", "tokenUrl: https://x.test/token, ", "", "clientCredentials"),
    ("OAS-003", "- name: cursor", "- name:  limit", "name:  limit"),
    ("OAS-004", "/items/{itemId}:", "/items/{itemID}:", "put:"),
    ("OAS-005", "default: t}", "default: 3}", "3}\n    Page"),
    ("OAS-006", "{type: object, required: [error]", "{allOf: [{}], required: [eror]", "eror]"),
    ("OAS-007", "- name: items\n", "- name: items\n  - name: items\n", "items\n    description"),
    ("OAS-009", "- key: []", "- kei: []", "kei"),
    ("STY-001", "      operationId: putItem\n", "", "put:"),
    ("STY-002", "operationId: putItem", "operationId: 'listItems'", "'listItems'"),
    ("STY-003", "putItem\n      tags: [items]", "putItem", "put:"),
    ("STY-003", "tags: [items]", "tags: [item]", "item]"),
    ("STY-004", "example: abc", "example: 3", "3\n      responses"),
    ("STY-004", "data: [{id: a}]", "data: [{id: A}]", "A}], next"),
    ("STY-004", "example: {id: a, token: t}", "example: {token: t}", "{token: t}"),
    ("STY-004", "type: integer}, example: 3}", "type: integer}, example: x}", "x}}"),
    ("STY-005", "      x-fern-pagination: true\n", "", "get:"),
    ("STY-005", "      x-page-limits: true\n", "", "get:"),
    ("STY-007", "*error", "{application/json: {schema: {}, example: 1}}", "'429'"),
    ("STY-007", "      content: *error\n", "", "'429'"),
    ("STY-009", "{oauth: [write]}", "{oauth: [wrote]}", "wrote"),
    ("STY-010", "  schemas:\n", "  schemas:\n    Stray: {}\n", "Stray"),
    ("STY-011", "            example: {id: a, token: t}\n", "", "requestBody"),
    ("STY-012", "      summary: Put an item\n", "", "put:"),
    ("STY-012", "'204': {description: Done.}", "'204': {description: ' '}", "'204'"),
    ("STY-013", "          description: From where.\n", "", "name: cursor"),
    ("VOC-001", "per: key,", "per: kee,", "kee"),
    ("VOC-001", "{retry-after: R", "{retryafter: R", "{retryafter"),
    ("VOC-002", "x-rate-limit: true", "x-rate-limits: true", "x-rate-limits"),
    ("VOC-003", "x-rate-limit: {per", "x-other: {per", "true\n      parameters"),
    ("VOC-004", "{invalid_cursor: The", "{invalid_kursor: The", "x-page-limits: true"),
    ("VOC-005", "cursor: $request.cursor", "cursor: $request.kursor", "true\n      x-page"),
    ("VOC-005", "results: $response.data", "results: $response.next", "true\n      x-page"),
    ("VOC-005", "x-fern-pagination: true", PAGING, "$response.rows"),
    ("VOC-006", "minimum: 1, ", "", "{type: integer, default"),
    ("VOC-006", "parameter: limit", "parameter: size", "true\n      x-rate"),
    ("VOC-006", "echo: $response.size", "echo: $response.length", "true\n      x-rate"),
    ("VOC-007", "matches: $request.body.id", "matches: $request.body.ident", "$request.body.ident"),
    ("VOC-007", "failure: 403", "failure: 401", "{token: $request"),
    ("VOC-008", "{Retry-After: {desc", "{Retry-Later: {desc", "x-rate-limit: true"),
    ("VOC-010", "fields: [token]", "fields: [tokens]", "tokens"),
    ("PRM-002", "x-promises: [SHOP-01]", "x-promises: [SHOP-01, SHOP-09]", "SHOP-09"),
    ("REF-002", "/schemas/Page'", "/schemas/Pages'", "'#/components/schemas/Pages"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(
    tmp_path: Path, code: str, old: str, new: str, mark: str
) -> None:
    assert old in CONTRACT
    contract = CONTRACT.replace(old, new, 1)
    findings = findings_of(tmp_path, contract)

    found = [
        (finding.code, (finding.position.line, finding.position.column)) for finding in findings
    ]
    assert (code, place_of(contract, mark)) in found
    assert [finding.severity for finding in findings if finding.code == code] == [
        next(
            Severity.ERROR if rule.code.startswith("STY") else rule.severity
            for rule in RULES
            if rule.code == code
        )
    ] * sum(finding.code == code for finding in findings)


@pytest.mark.parametrize(
    ("code", "old", "new", "mark"),
    [
        ("PRM-001", "heading: Keys}", "headings: Keys}", "SHOP-02"),
        ("PRM-001", "api: shop\n", "", "document"),
        ("PRM-003", "  SHOP-02", "  SHOP-03: {promise: p, heading: h}\n  SHOP-02", "SHOP-03"),
        ("YML-008", "api: shop", "api: shop\napi: shop", "api: shop\ndocument"),
    ],
)
def test_promises_are_checked_in_their_own_file(
    tmp_path: Path, code: str, old: str, new: str, mark: str
) -> None:
    promises = PROMISES.replace(old, new, 1)
    findings = findings_of(tmp_path, CONTRACT, promises)

    first = next(found for found in findings if found.code == code)
    assert (first.position.line, first.position.column) == place_of(promises, mark)
    assert Path(first.position.file).name == "promises.yaml"


def test_promises_that_are_nowhere_written_are_warned_of(tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, CONTRACT, promises=None)

    assert (finding.code, finding.severity) == ("PRM-004", Severity.WARNING)


@pytest.mark.parametrize("value", ["é", "1.0e+22", "0.00001"])
def test_a_long_value_leaves_room_for_what_is_wrong_with_it(tmp_path: Path, value: str) -> None:
    media = f"{{schema: {{type: array, example: [{', '.join([value] * 100)}]}}}}"
    content = f"{{text/plain: {media}, application/json: {media}}}"
    findings = findings_of(
        tmp_path,
        "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n"
        f"      parameters: [{{name: q, in: query, content: {content}}}]\n"
        "      responses: {'200': {description: Fine.}}\n",
        promises=None,
    )
    found = [each.message for each in findings if each.code == "OAS-002"]
    told = next(each for each in found if "more than 1" in each)
    assert told.startswith('{"application/json":')
    assert told.endswith(" has more than 1 property.")
    assert len(told) <= 201


@pytest.mark.parametrize(
    ("first", "code", "column"),
    [("swagger: '2.0'", "OAS-001", 10), ("openapi: 4.0.0", "OAS-001", 10), ("a: b", "OAS-001", 1)],
)
def test_other_versions_are_refused(tmp_path: Path, first: str, code: str, column: int) -> None:
    (finding,) = findings_of(tmp_path, f"{first}\ninfo: {{}}\n", promises=None)

    assert (finding.code, finding.position.line, finding.position.column) == (code, 1, column)


def test_all_findings_are_told_in_the_order_of_the_text(tmp_path: Path) -> None:
    contract = CONTRACT
    for old, new in (("version: 1.0.0", "version: 1"), ("per: key", "per: all"), ("t}\n", "3}\n")):
        contract = contract.replace(old, new, 1)
    findings = findings_of(tmp_path, contract)

    assert [finding.code for finding in findings] == ["OAS-002", "VOC-001", "STY-004"]
    assert findings == sorted(findings, key=lambda finding: finding.position.sort_key)


def test_a_stranger_s_document_is_not_held_to_the_house_style(tmp_path: Path) -> None:
    document = """\
openapi: 3.0.3
info: {title: Other, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {type: array, items: {type: object}}
              example: [1]
        '400': {description: ''}
"""
    findings = findings_of(tmp_path, document, promises=None)

    assert {finding.code for finding in findings} == {"STY-001", "STY-004", "STY-008"}
    assert {finding.severity for finding in findings} == {Severity.WARNING}


def test_paths_that_match_the_same_requests_are_warned_of(tmp_path: Path) -> None:
    responses = "{get: {operationId: %s, security: [], responses: {'200': {description: d}}}}"
    document = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n"
    parameter = "parameters: [{name: %s, in: path, required: true, schema: {}}]"
    for name in ("a", "b"):
        document += f"  /x/{{{name}}}: {{{parameter % name}, {responses[1:-1] % name}}}\n"
    findings = findings_of(tmp_path, document, promises=None)

    assert [(found.code, found.position.line) for found in findings] == [("OAS-008", 5)]


def test_final_events_are_events(tmp_path: Path) -> None:
    media = "{x-event-schema: {events: {a: {type: string}}, final: [b]}}"
    document = f"""\
openapi: 3.1.0
info: {{title: A, version: '1'}}
security: []
paths:
  /a: {{get: {{operationId: a, responses: {{'200': {{description: d, content: {{
    text/event-stream: {media}}}}}}}}}}}
"""
    findings = findings_of(tmp_path, document, promises=None)

    assert [(found.code, (found.position.line, found.position.column)) for found in findings] == [
        ("VOC-009", place_of(document, "b]}"))
    ]


@pytest.mark.parametrize(
    ("tags", "column"),
    [
        ("[{name: a, parent: b}, {name: ab}]", 27),
        ("[{name: a, parent: b}, {name: b, parent: a}]", 27),
    ],
)
def test_the_hierarchy_of_tags_is_a_tree(tmp_path: Path, tags: str, column: int) -> None:
    document = f"openapi: 3.2.0\ntags:  {tags}\ninfo: {{title: A, version: '1'}}\npaths: {{}}\n"
    findings = findings_of(tmp_path, document, promises=None)

    assert {found.code for found in findings} == {"OAS-007"}
    assert (findings[0].position.line, findings[0].position.column) == (2, column)


ENDPOINT = """\
  {path}:
    post:
      operationId: createToken
      tags: [items]
      summary: Get a token
      description: Gives a token.
      security: []
      responses:
        '204': {{description: Done.}}
        '400':
          description: Wrong.
          content: {{application/json: {{schema: {{type: object}}, example: {{}}}}}}
components:
"""


@pytest.mark.parametrize(("path", "codes"), [("/token", []), ("/tokens", ["STY-007"])])
def test_the_endpoints_of_oauth_have_their_own_errors(
    tmp_path: Path, path: str, codes: list[str]
) -> None:
    contract = CONTRACT.replace("components:\n", ENDPOINT.format(path=path))

    assert [found.code for found in findings_of(tmp_path, contract)] == codes


def test_what_is_wrong_in_another_file_is_found_there(tmp_path: Path) -> None:
    types = """\
Id: {type: strin}
Page: {type: object, example: 3, properties: {a: {default: x, type: integer}}}
"""
    (tmp_path / "types.yaml").write_text(types, "utf-8")
    document = """\
openapi: 3.1.0
info: {title: A, version: '1'}
paths: {}
components:
  schemas:
    Id: {$ref: 'types.yaml#/Id'}
    Page: {$ref: 'types.yaml#/Page'}
"""
    findings = [
        found
        for found in findings_of(tmp_path, document, promises=None)
        if not found.code.startswith("STY-010")
    ]

    assert {Path(found.position.file).name for found in findings} == {"types.yaml"}
    assert [(found.code, (found.position.line, found.position.column)) for found in findings] == [
        ("OAS-002", place_of(types, "strin}")),
        ("STY-004", place_of(types, "3, properties")),
        ("OAS-005", place_of(types, "x, type")),
    ]


@pytest.mark.parametrize(("version", "codes"), [("3.0.3", ["OAS-010"]), ("3.1.0", [])])
def test_what_3_0_ignores_beside_a_reference_is_warned_of(
    tmp_path: Path, version: str, codes: list[str]
) -> None:
    document = f"""\
openapi: {version}
info: {{title: A, version: '1'}}
security: []
paths:
  /a:
    get:
      operationId: a
      parameters: [{{name: q, in: query, schema: {{$ref: '#/components/schemas/A', title: t}}}}]
      responses: {{'200': {{description: d}}}}
components: {{schemas: {{A: {{type: string}}}}}}
"""
    findings = findings_of(tmp_path, document, promises=None)

    assert [found.code for found in findings] == codes
    assert all(found.position.column == place_of(document, "title: t}}")[1] for found in findings)


@pytest.mark.parametrize(
    "schemas",
    [
        "A: {anyOf: [{$ref: '#/A'}], default: 3}",
        "A: {allOf: [{$ref: '#/B'}], required: [a]}\nB: {allOf: [{$ref: '#/A'}]}",
        "A: {not: {$ref: '#/A'}, examples: [1]}",
        f"A: {{type: string, pattern: '^(?=(a+)+$)', examples: ['{'a' * 40}!']}}",
    ],
)
def test_schemas_without_end_come_to_an_end(tmp_path: Path, schemas: str) -> None:
    contract = CONTRACT.replace("{type: [string, 'null']}", "{$ref: 'more.yaml#/A'}")
    (tmp_path / "more.yaml").write_text(schemas, "utf-8")

    codes = {found.code for found in findings_of(tmp_path, contract)}
    assert codes <= {"STY-004", "OAS-005"}


def test_each_code_has_a_page() -> None:
    pages = explanations()

    assert list(pages) == [rule.code for rule in RULES]
    assert len(pages) == len(RULES)
    assert all(len(page.split()) > 12 for page in pages.values())
