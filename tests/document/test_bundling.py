"""Several files become one document that refers to no other."""

from __future__ import annotations

from pathlib import Path

import yaml

from generator.document import bundle, load

API = """
openapi: 3.1.0
info: {title: A, version: '1'}
paths:
  /a: {$ref: 'paths.yaml#/a'}
components:
  schemas:
    Pet: {type: string}
    Own: {$ref: 'types.yaml#/Pet'}
"""
PATHS = """
a:
  get:
    parameters: [{$ref: 'types.yaml#/limit'}]
    responses:
      '200': {description: ok, content: {application/json: {schema: {$ref: 'types.yaml#/Pet'}}}}
"""
TYPES = """
limit: {name: limit, in: query, schema: {$ref: 'api.yaml#/components/schemas/Pet'}}
Pet: {type: object, properties: {mother: {$ref: '#/Pet'}, tree: {$ref: tree.yaml}}}
"""


def test_other_files_become_components_under_free_names(tmp_path: Path) -> None:
    files = {"api": API, "paths": PATHS, "types": TYPES, "tree": "items: {$ref: '#'}"}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")

    document = bundle(load(tmp_path / "api.yaml"))

    pet = {"$ref": "#/components/schemas/Pet2"}
    assert document["paths"]["/a"]["get"] == {
        "parameters": [{"$ref": "#/components/parameters/limit"}],
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": pet}}}
        },
    }
    assert document["components"] == {
        "schemas": {
            "Pet": {"type": "string"},
            "Own": pet,
            "Pet2": {
                "type": "object",
                "properties": {"mother": pet, "tree": {"$ref": "#/components/schemas/tree"}},
            },
            "tree": {"items": {"$ref": "#/components/schemas/tree"}},
        },
        "parameters": {
            "limit": {
                "name": "limit",
                "in": "query",
                "schema": {"$ref": "#/components/schemas/Pet"},
            }
        },
    }
    (tmp_path / "bundle.yaml").write_text(yaml.safe_dump(document), "utf-8")
    assert load(tmp_path / "bundle.yaml").findings == ()


def test_one_file_is_itself(tmp_path: Path) -> None:
    text = "openapi: 3.0.0\ninfo: {title: A, version: '1'}\npaths: {}\n"
    (tmp_path / "api.yaml").write_text(text)

    assert bundle(load(tmp_path / "api.yaml")) == yaml.safe_load(text)
