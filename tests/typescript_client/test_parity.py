"""The same methods in Python, in TypeScript and in the contract."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.document import load
from generator.model import Api
from generator.model.builder import build
from generator.targets.python.names import names_of as python_names
from generator.targets.resource_naming import walk
from generator.targets.typescript.names import names_of as typescript_names
from tests.typescript_client.packages import APIS, package

Method = tuple[str, str, str]
"""An operation's resource, its method and its name, in one spelling for all languages."""


def in_python(api: Api) -> dict[str, list[Method]]:
    """operationId → its methods in the Python client."""
    names = python_names(api)
    return {
        operation.id: [
            (".".join(chain), names.resources[chain].attribute, name)
            for name in names.methods[chain, index]
        ]
        for chain, resource in walk(api.resources)
        for index, operation in enumerate(resource.operations)
    }


def in_typescript(api: Api) -> dict[str, list[Method]]:
    """operationId → its methods in the TypeScript client, spelt as in Python."""
    names = typescript_names(api)
    return {
        operation.id: [
            (".".join(chain), snake(names.resources[chain].attribute), snake(name))
            for name in names.methods[chain, index]
        ]
        for chain, resource in walk(api.resources)
        for index, operation in enumerate(resource.operations)
    }


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize("name", APIS)
def test_every_operation_is_the_same_method_everywhere(name: str) -> None:
    api = build(load(Path("openapi") / name / "openapi.yaml"), name).api
    found = in_typescript(api)
    assert found == in_python(api)
    assert list(found) == [operation.id for operation in api.operations]


@pytest.mark.parametrize("name", APIS)
def test_what_is_planned_is_what_is_written(name: str) -> None:
    api = build(load(Path("openapi") / name / "openapi.yaml"), name).api
    names = typescript_names(api)
    for (chain, _), methods in names.methods.items():
        text = (package(name) / f"src/resources/{names.resources[chain].module}.ts").read_text()
        declared = re.findall(r"^  (\w+)\(", text, re.MULTILINE)
        assert set(methods) <= set(declared)
