"""Unions in requests: a constant member tells the handler which variant it was given."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.server.packages import ROOT, imported, rendered, run, written
from tests.server.parcels import call

_DOCUMENT = """
openapi: 3.1.0
info: {title: Farm, version: '1'}
paths:
  /animals:
    post:
      operationId: addAnimals
      tags: [animals]
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: '#/components/schemas/Animal'}}
      responses:
        '200':
          description: The same.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Animal'}}
components:
  schemas:
    Animal:
      oneOf:
        - {$ref: '#/components/schemas/Cat'}
        - {$ref: '#/components/schemas/Dog'}
        - {type: string}
      DISCRIMINATOR
    Kind: {const: dog}
    Cat:
      type: object
      required: [species, family, lives]
      properties:
        species: {const: cat, description: What it is.}
        family: {const: pet}
        lives: {type: integer}
    Dog:
      type: object
      required: [species, family]
      properties:
        species: {$ref: '#/components/schemas/Kind'}
        family: {const: pet}
        property: {type: string}
        friend: {anyOf: [{$ref: '#/components/schemas/Animal'}, {type: 'null'}]}
"""


class Animals:
    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def add_animals(self, request: Any, body: list[Any]) -> list[Any]:
        self.taken = body
        return body


def package(tmp_path: Path, discriminator: str = "") -> Path:
    contract = tmp_path / "openapi.yaml"
    contract.write_text(_DOCUMENT.replace("DISCRIMINATOR", discriminator))
    assert not [each for each in rendered(contract).findings if each.code == "GEN-050"]
    return written(contract, tmp_path)


@pytest.fixture(params=["", "discriminator: {propertyName: species}"], ids=["const", "declared"])
def farm(request: pytest.FixtureRequest, tmp_path: Path) -> ModuleType:
    return imported(package(tmp_path, request.param))


def test_each_variant_arrives_as_its_class(farm: ModuleType) -> None:
    animals = Animals()
    app = farm.create_app(farm.Handlers(animals=animals))
    cat = {"species": "cat", "family": "pet", "lives": 9}
    sent = [cat, {"species": "dog", "family": "pet", "property": "tail", "friend": cat}, "fish"]

    response = call(app, "POST", "/animals", json=sent)

    assert response.json() == sent
    first, second, third = animals.taken
    assert isinstance(first, farm.models.Cat)
    assert (first.species, first.lives) == ("cat", 9)
    assert isinstance(second, farm.models.Dog)
    assert (second.species, second.friend) == ("dog", first)
    assert third == "fish"


@pytest.mark.parametrize(
    "sent", [{"species": "cow", "family": "pet"}, {"family": "pet", "lives": 9}, {}], ids=str
)
def test_what_is_no_variant_is_refused(farm: ModuleType, sent: dict[str, Any]) -> None:
    app = farm.create_app(farm.Handlers(animals=Animals()))
    assert call(app, "POST", "/animals", json=[sent]).status_code == 400


def test_variants_are_types_to_a_checker(tmp_path: Path) -> None:
    path = package(tmp_path)
    config = str(ROOT / "pyproject.toml")
    run("mypy", "--strict", "--config-file", config, "-p", path.name, cwd=tmp_path)


def test_variants_that_share_every_constant_are_data(tmp_path: Path) -> None:
    contract = tmp_path / "openapi.yaml"
    same = _DOCUMENT.replace("const: cat", "const: dog").replace("DISCRIMINATOR", "")
    contract.write_text(same)
    assert {each.code for each in rendered(contract).findings} >= {"GEN-050"}
