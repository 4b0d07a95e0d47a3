"""Any version becomes an OpenAPI 3.0.3 that Connexion loads, or a finding says what is lost."""

from __future__ import annotations

import json
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.document import Lowered, Severity, load, lower

PROJECT = Path(__file__).parents[2]
CORPUS = PROJECT.parent / "shared" / "corpus"
SMALL_ENOUGH = 100_000


def lowered(folder: Path, text: str, version: str = "3.1.0") -> Lowered:
    path = folder / "api.yaml"
    path.write_text(f"openapi: {version}\ninfo: {{title: A, version: '1'}}\n{text}", "utf-8")
    return lower(load(path))


def connexion_loads(document: dict[str, Any]) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Connexion imports what Starlette and jsonschema deprecate
        loader = import_module("connexion.spec").Specification
        return bool(loader.load(json.loads(json.dumps(document))))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: [string, 'null']}", "{type: string, nullable: true}"),
        ("{type: [string, integer]}", "{anyOf: [{type: string}, {type: integer}]}"),
        ("{type: 'null'}", "{nullable: true, enum: [null]}"),
        ("{type: array}", "{type: array, items: {}}"),
        ("{const: a}", "{enum: [a]}"),
        ("{exclusiveMinimum: 0}", "{minimum: 0, exclusiveMinimum: true}"),
        ("{exclusiveMaximum: 9, maximum: 5}", "{maximum: 5}"),
        ("{examples: [a, b]}", "{example: a}"),
        ("{anyOf: [{type: integer}, {type: 'null'}]}", "{type: integer, nullable: true}"),
        (
            "{oneOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}",
            "{nullable: true, allOf: [{$ref: '#/components/schemas/B'}]}",
        ),
        (
            "{$ref: '#/components/schemas/B', description: d}",
            "{description: d, allOf: [{$ref: '#/components/schemas/B'}]}",
        ),
        ("{contentEncoding: base64, type: string}", "{type: string, format: byte}"),
        ("{contentMediaType: image/png}", "{type: string, format: binary}"),
        ("{properties: {a: true, b: false}}", "{properties: {a: {}, b: {not: {}}}}"),
        ("{prefixItems: [{type: string}], type: array}", "{type: array, items: {}}"),
        (
            "{patternProperties: {a: {}}, additionalProperties: false}",
            "{additionalProperties: true}",
        ),
        ("{if: {}, then: {}, unevaluatedProperties: false, $comment: c}", "{}"),
        ("{required: [], enum: []}", "{}"),
        (
            "{$defs: {In: {type: string}}, items: {$ref: '#/components/schemas/A/$defs/In'}}",
            "{items: {$ref: '#/components/schemas/AIn'}}",
        ),
        ("{type: string, default: 1, x-a: 1}", "{type: string, x-a: 1}"),
    ],
)
def test_schemas_say_in_3_0_what_3_0_can_say(tmp_path: Path, schema: str, expected: str) -> None:
    text = f"paths: {{}}\ncomponents: {{schemas: {{B: {{}}, A: {schema}}}}}\n"
    result = lowered(tmp_path, text)

    assert result.document["components"]["schemas"]["A"] == yaml.safe_load(expected)
    assert result.findings == ()
    assert connexion_loads(result.document)


def operation(parameters: str = "[]", path_item: str = "") -> str:
    responses = "{'200': {description: ok}}"
    return f"""paths:
  /a:
    get:
      operationId: getA
      parameters: {parameters}
      responses: {responses}
    {path_item}
"""


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (
            operation("[{name: q, in: query, content: {application/xml: {}}}]"),
            "LOW-001",
            (7, 20),
        ),
        (operation("[{name: q, in: query, schema: {if: {}, then: {}}}]"), "LOW-001", (7, 20)),
        (operation("[{name: q, in: querystring, content: {text/plain: {}}}]"), "LOW-001", (7, 20)),
        (operation(path_item="query: {responses: {}}"), "LOW-002", (9, 12)),
        (operation(path_item="additionalOperations: {COPY: {}}"), "LOW-002", (9, 34)),
        (
            "paths: {}\ncomponents: {securitySchemes: {m: {type: mutualTLS}}}\n",
            "LOW-003",
            (4, 35),
        ),
    ],
)
def test_what_cannot_be_carried_is_located(
    tmp_path: Path, text: str, code: str, place: tuple[int, int]
) -> None:
    result = lowered(tmp_path, text, "3.2.0")

    (finding,) = result.findings
    assert (finding.code, finding.position.line, finding.position.column) == (code, *place)
    assert (finding.severity is Severity.ERROR) == (code == "LOW-003")
    assert connexion_loads(result.document)


def test_a_parameter_in_plain_text_loses_nothing(tmp_path: Path) -> None:
    text = operation("[{name: q, in: query, content: {text/plain: {schema: {type: string}}}}]")
    result = lowered(tmp_path, text)

    (parameter,) = result.document["paths"]["/a"]["get"]["parameters"]
    assert parameter == {"name": "q", "in": "query", "schema": {"type": "string"}}
    assert result.findings == ()


def test_a_parameter_whose_referenced_schema_is_lost_is_found(tmp_path: Path) -> None:
    text = operation("[{name: q, in: query, schema: {$ref: '#/components/schemas/B'}}]")
    result = lowered(tmp_path, text + "components: {schemas: {B: {contains: {}}}}\n")

    assert [finding.code for finding in result.findings] == ["LOW-001"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("{name: q, in: query, content: {application/json: {}}}", ""),
        ("{name: q, in: query, content: {application/geo+json; charset=utf-8: {}}}", ""),
        (
            "{name: q, in: query, content: {application/xml: {}}}",
            "The parameter 'q' is written in application/xml, which the server does not read "
            "there; it takes the parameter as JSON.",
        ),
        (
            "{in: query, content: {application/xml: {}}}",
            "The parameter at /paths/~1a/get/parameters/0 is written in application/xml, which "
            "the server does not read there; it takes the parameter as JSON.",
        ),
        (
            "{name: q, in: query, content: 5}",
            "The parameter 'q' is written in no media type, which the server does not read "
            "there; it takes the parameter as JSON.",
        ),
    ],
)
def test_a_parameter_in_a_media_type_is_found_where_it_is_not_json(
    tmp_path: Path, version: str, parameter: str, message: str
) -> None:
    result = lowered(tmp_path, operation(f"[{parameter}]"), version)
    assert [finding.message for finding in result.findings] == ([message] if message else [])


def test_what_newer_versions_added_is_left_out(tmp_path: Path) -> None:
    text = """jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
tags: [{name: t, summary: s, parent: u}, {name: u}]
paths:
  /a: {$ref: '#/components/pathItems/P'}
webhooks: {w: {post: {responses: {}}}}
components:
  pathItems:
    P: {get: {responses: {'200': {summary: s, content: {text/event-stream: {itemSchema: {}}}}}}}
"""
    result = lowered(tmp_path, text, "3.2.0")

    answer = {"description": "", "content": {"text/event-stream": {}}}
    assert result.document == {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "tags": [{"name": "t"}, {"name": "u"}],
        "paths": {"/a": {"get": {"responses": {"200": answer}}}},
        "components": {},
    }
    assert result.findings == ()


@pytest.mark.parametrize("components", ["", "5", "[]", "{schemas: }", "{schemas: 5}"])
def test_components_that_are_none_have_nothing_and_take_what_is_set_apart(
    tmp_path: Path, components: str
) -> None:
    text = "paths: {/a: {get: {responses: {'200': {description: A, content: {application/json: "
    text += "{schema: {$ref: '#/x-held/A'}}}}}}}}\nx-held: {A: {type: string}}\n"
    result = lowered(tmp_path, f"{text}components: {components}\n", "3.1.0")
    assert list(result.document["components"]["schemas"].values()) == [{"type": "string"}]


def test_the_specification_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.1.0\ncomponents: {schemas: {A: {anyOf: [{type: 'null'}, {const: 1}]}}}"
    )
    specification = load(path)
    before = json.dumps(specification.entry.data)
    lower(specification)

    assert json.dumps(specification.entry.data) == before


@pytest.mark.parametrize("api", ["haleai", "haloagents", "aloha", "leadiosa"])
def test_connexion_loads_the_contracts(api: str) -> None:
    result = lower(load(PROJECT / "openapi" / api / "openapi.yaml"))

    assert result.findings == ()
    assert connexion_loads(result.document)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public documents is not here")
def test_connexion_loads_public_documents() -> None:
    paths = [path for path in sorted(CORPUS.iterdir()) if path.suffix in (".yaml", ".json")]
    small = [path for path in paths if path.stat().st_size < SMALL_ENOUGH]

    assert small
    assert all(connexion_loads(lower(load(path)).document) for path in small)
