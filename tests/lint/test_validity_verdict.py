"""OAS refuses what openapi-spec-validator refuses, and says yes where that says yes.

openapi-spec-validator takes a second to import and stops making sense of a document at a broken
reference, so lint reads the schemas it ships and asks the rest itself; here the two are compared.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import (
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from generator.document import Severity, load
from generator.document.lint.command import lint_specification

PROJECT = Path(__file__).parents[2]
CORPUS = PROJECT.parent / "shared" / "corpus"
VALIDATORS = {
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}
DOCUMENT = """
openapi: 3.1.0
info: {title: A, version: '1', license: {name: MIT}}
servers: [{url: 'https://{host}', variables: {host: {default: a}}}]
tags: [{name: t}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: a
      parameters: [{name: q, in: query, schema: {type: integer, default: 3}}]
      responses:
        '200': {description: d, content: {application/json: {schema: {type: object}}}}
  /b:
    post:
      operationId: b
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}
      responses: {'200': {description: d}}
components:
  schemas:
    S: {allOf: [{type: object, properties: {x: {type: string}}}], required: [x]}
  securitySchemes:
    k: {type: apiKey, in: header, name: k}
"""

Change = Callable[[Any], object]
BROKEN: dict[str, Change] = {
    "no info": lambda d: d.pop("info"),
    "no title": lambda d: d["info"].pop("title"),
    "title is a number": lambda d: d["info"].update(title=3),
    "unknown field": lambda d: d["info"].update(titel="x"),
    "no paths": lambda d: [d.pop("paths"), d.pop("components")],
    "path without a slash": lambda d: d["paths"].update(c={}),
    "server without url": lambda d: d.update(servers=[{}]),
    "variable without default": lambda d: d["servers"][0]["variables"].update(host={}),
    "tag twice": lambda d: d["tags"].append({"name": "t"}),
    "tag without name": lambda d: d["tags"].append({}),
    "operationId twice": lambda d: d["paths"]["/b"]["post"].update(operationId="a"),
    "path parameter missing": lambda d: d["paths"]["/a/{id}"].pop("parameters"),
    "path parameter unknown": lambda d: d["paths"].update({"/c": d["paths"].pop("/a/{id}")}),
    "parameter without in": lambda d: d["paths"]["/a/{id}"]["parameters"][0].pop("in"),
    "path parameter optional": lambda d: d["paths"]["/a/{id}"]["parameters"][0].pop("required"),
    "parameter twice": lambda d: d["paths"]["/a/{id}"]["get"]["parameters"].append(
        d["paths"]["/a/{id}"]["get"]["parameters"][0]
    ),
    "parameter without schema": lambda d: d["paths"]["/a/{id}"]["parameters"][0].pop("schema"),
    "wrong default": lambda d: d["paths"]["/a/{id}"]["get"]["parameters"][0]["schema"].update(
        default="x"
    ),
    "response without description": lambda d: d["paths"]["/b"]["post"]["responses"].update(
        {"200": {}}
    ),
    "status of four digits": lambda d: d["paths"]["/b"]["post"]["responses"].update(
        {"2000": {"description": "d"}}
    ),
    "wrong type": lambda d: d["components"]["schemas"]["S"].update(type="strin"),
    "required is no list": lambda d: d["components"]["schemas"]["S"].update(required="x"),
    "required is unknown": lambda d: d["components"]["schemas"]["S"].update(required=["y"]),
    "broken reference": lambda d: d["components"]["schemas"].update(T={"$ref": "#/components/x"}),
    "component name": lambda d: d["components"]["schemas"].update({"a b": {}}),
    "scheme of no type": lambda d: d["components"]["securitySchemes"]["k"].pop("type"),
    "scheme without name": lambda d: d["components"]["securitySchemes"]["k"].pop("name"),
    "nested wrong type": lambda d: d["components"]["schemas"].update(
        N={"properties": {"a": {"items": {"type": 3}}}}
    ),
    "negative length": lambda d: d["components"]["schemas"].update(N={"minLength": -1}),
    "field of another kind of parameter": lambda d: d["paths"]["/a/{id}"]["parameters"][0].update(
        allowEmptyValue=True
    ),
    "field of another kind of scheme": lambda d: d["components"]["securitySchemes"]["k"].update(
        scheme="bearer"
    ),
    "schema and content": lambda d: d["paths"]["/a/{id}"]["parameters"][0].update(
        content={"a/b": {}}
    ),
    "licence by name and address": lambda d: d["info"]["license"].update(
        url="https://x.test", identifier="MIT"
    ),
    "discriminator without name": lambda d: d["components"]["schemas"].update(
        N={"discriminator": {}}
    ),
}
FINE: dict[str, Change] = {
    "as it is": lambda d: None,
    "extension": lambda d: d.update({"x-a": 1}),
    "no components": lambda d: [d.pop("components"), d["paths"].pop("/b")],
    "callback": lambda d: d["paths"]["/b"]["post"].update(
        callbacks={"c": {"{$url}": {"post": {"responses": {"200": {"description": "d"}}}}}}
    ),
}


def theirs(document: Any) -> bool:
    """Whether openapi-spec-validator calls a document valid."""
    try:
        errors = list(VALIDATORS[document["openapi"][:3]](document).iter_errors())
    except Exception:
        return False
    return not errors


def ours(path: Path) -> bool:
    """Whether lint finds no error that makes a document invalid."""
    errors = [
        found.code
        for found in lint_specification(load(path), path.parent)
        if found.severity is Severity.ERROR
    ]
    return not any(code.startswith(("YML", "REF", "OAS", "STY-002")) for code in errors)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("name", [*BROKEN, *FINE])
def test_the_two_agree(tmp_path: Path, name: str, version: str) -> None:
    document = copy.deepcopy(yaml.safe_load(DOCUMENT))
    document["openapi"] = version
    {**BROKEN, **FINE}[name](document)
    path = tmp_path / "openapi.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")

    assert ours(path) == theirs(document)


def test_the_contracts_are_valid_to_both() -> None:
    for path in sorted((PROJECT / "openapi").glob("*/openapi.yaml")):
        assert ours(path)
        assert theirs(load(path).written.data)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public documents is not here")
def test_the_two_agree_on_public_documents() -> None:
    paths = [path for path in sorted(CORPUS.iterdir()) if path.suffix in (".yaml", ".json")]
    small = [path for path in paths if path.stat().st_size < 100_000]

    assert small
    assert {path.name: ours(path) for path in small} == {
        path.name: theirs(load(path).written.data) for path in small
    }
