"""Public documents of all kinds: every one of them has a model, and twins have the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.document import Specification, load
from generator.model.builder import build
from generator.model.dump import dump

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there are no documents in {CORPUS}")


def documents(*suffixes: str) -> list[Path]:
    return [path for path in sorted(CORPUS.glob("*")) if path.suffix in suffixes]


@cache
def read(path: Path) -> Specification:
    return load(path)


@cache
def model(path: Path) -> dict[str, Any]:
    return dump(build(read(path), "it").api)


def facts(value: Any, *dropped: str) -> Any:
    """The model without its positions, and without what else is dropped."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in ("position", *dropped)}
        return {key: facts(item, *dropped) for key, item in kept.items()}
    return [facts(item, *dropped) for item in value] if isinstance(value, list) else value


def operations(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for resource in resources:
        yield from resource["operations"]
        yield from operations(resource.get("children", []))


@pytest.mark.parametrize("path", documents(".yaml", ".json"), ids=lambda path: path.name)
def test_every_operation_is_a_call_of_its_own(path: Path) -> None:
    paths = read(path).entry.root.get("paths")
    items = [item for _, item in paths.items()] if paths else []
    written = sum(method in METHODS for item in items for method, _ in item.items())
    found = list(operations(model(path)["resources"]))
    assert len(found) == written
    assert len({operation["id"] for operation in found}) == written
    assert len({(*operation["resource"], operation["name"]) for operation in found}) == written


@pytest.mark.parametrize("path", documents(".yaml", ".json"), ids=lambda path: path.name)
def test_every_reference_leads_to_a_schema(path: Path) -> None:
    text = json.dumps(model(path))
    named = set(re.findall(r'"kind": "reference", "name": ("(?:[^"\\]|\\.)*")', text))
    assert {json.loads(name) for name in named} <= model(path)["schemas"].keys()


@pytest.mark.parametrize("path", documents(".json"), ids=lambda path: path.name)
def test_yaml_and_json_twins_have_the_same_model(path: Path) -> None:
    twin = path.with_suffix(".yaml")
    if not twin.exists() or read(path).written.data != read(twin).written.data:
        pytest.skip(f"{path.name} has no twin that says the same")
    assert facts(model(path)) == facts(model(twin))


def test_3_0_and_3_1_twins_have_the_same_schemas() -> None:
    old = next((path for path in documents(".json") if "baseline-3.0" in path.name), None)
    new = next((path for path in documents(".yaml") if "baseline-3.1" in path.name), None)
    if old is None or new is None:
        pytest.skip("there are no twins")
    assert facts(model(old)["schemas"], "title") == facts(model(new)["schemas"], "title")
