"""What a value may be one of becomes a union, with what tells its variants apart."""

from __future__ import annotations

import pytest

from generator.model import Reference, Union
from tests.model.conftest import Model, properties, schemas


@pytest.mark.parametrize(
    ("schema", "mapping"),
    [
        ("discriminator: {propertyName: type}", {"cat": 0, "dog": 1}),
        (
            "discriminator: {propertyName: type, mapping: {cat: Cat, hound: "
            "'#/components/schemas/Dog'}}",
            {"cat": 0, "hound": 1, "dog": 1},
        ),
        ("description: Told apart by their constants.", {"cat": 0, "dog": 1}),
    ],
)
def test_discriminators(model: Model, schema: str, mapping: dict[str, int]) -> None:
    api = schemas(
        model,
        f"""
Pet:
  oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}]
  {schema}
Cat: {{type: object, required: [type], properties: {{type: {{const: cat}}}}}}
Dog: {{type: object, required: [type], properties: {{type: {{enum: [dog]}}, bark: {{}}}}}}
""",
    )
    kind = api.schemas["Pet"].type
    assert isinstance(kind, Union)
    assert kind.discriminator is not None
    assert kind.discriminator.property == "type"
    assert kind.discriminator.mapping == mapping


def test_a_discriminator_without_constants_uses_the_names_of_schemas(model: Model) -> None:
    api = schemas(
        model,
        """
Pet:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: type}
Cat: {type: object, properties: {type: {type: string}}}
Dog: {type: object, properties: {type: {type: string}}}
""",
    )
    kind = api.schemas["Pet"].type
    assert isinstance(kind, Union)
    assert kind.discriminator is not None
    assert kind.discriminator.mapping == {"Cat": 0, "Dog": 1}


def test_a_discriminator_that_leads_nowhere_is_a_finding(model: Model) -> None:
    built = model(
        """
        paths: {}
        components:
          schemas:
            Pet:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string}]
              discriminator: {propertyName: type, mapping: {bird: Bird}}
            Cat: {type: object, properties: {type: {type: string}}}
        """
    )
    assert [(f.code, f.position.line) for f in built.findings] == [("GEN-007", 8)]


def test_what_stands_beside_a_union_belongs_to_each_variant(model: Model) -> None:
    api = schemas(
        model,
        """
Event:
  type: object
  required: [id]
  properties: {id: {type: string}}
  oneOf:
    - $ref: '#/components/schemas/Made'
    - {title: Gone, properties: {why: {type: string}}}
Made: {type: object, properties: {by: {type: string}}}
""",
    )
    kind = api.schemas["Event"].type
    assert isinstance(kind, Union)
    names = [variant.type.name for variant in kind.variants if isinstance(variant.type, Reference)]
    assert [list(properties(api, name)) for name in names] == [["id", "by"], ["id", "why"]]


def test_variants_that_only_require_members_change_no_type(model: Model) -> None:
    api = schemas(
        model,
        """
It:
  type: object
  properties: {a: {type: string}, b: {type: string}}
  anyOf: [{required: [a]}, {required: [b]}]
""",
    )
    assert list(properties(api, "It")) == ["a", "b"]


def test_unions_of_themselves_come_to_an_end(model: Model) -> None:
    variants = ", ".join(["{$ref: '#/components/schemas/U'}"] * 30)
    built = model(
        f"""
        paths:
          /a:
            get:
              x-fern-pagination: {{next_uri: $response.next, results: $response.data}}
              responses:
                '200':
                  description: It.
                  content: {{application/json: {{schema: {{$ref: '#/components/schemas/U'}}}}}}
        components: {{schemas: {{U: {{oneOf: [{variants}]}}}}}}
        """
    )
    assert isinstance(built.api.schemas["U"].type, Union)
    assert [finding.code for finding in built.findings] == ["GEN-024", "GEN-003"]
