"""Documents that say the same in other words have the same model: YAML and JSON, 3.0 and 3.1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.gauntlet.conversion import to_3_1
from tests.gauntlet.documents import WrittenDocument, write_json, write_yaml
from tests.gauntlet.programs import fourfold
from tests.gauntlet.sameness import difference


def twins(document: WrittenDocument, folder: Path) -> dict[str, str]:
    """For each twin that can be made, where its model differs; nothing where it is the same."""
    own = model(document.path)
    return {name: _difference(own, model(path)) for name, path in _written(document, folder)}


def model(path: Path) -> Any:
    """The model of a document, without the places that it was read from; None where it has none."""
    ran = fourfold("generate", str(path), "--dump-model", "--name", "it")
    return facts(json.loads(ran.out)) if ran.out else None


def facts(value: Any) -> Any:
    """What a model says of the API rather than of the text."""
    if isinstance(value, dict):
        return {key: facts(item) for key, item in value.items() if key != "position"}
    return [facts(item) for item in value] if isinstance(value, list) else value


def _written(document: WrittenDocument, folder: Path) -> Iterator[tuple[str, Path]]:
    if document.path.suffix == ".json":
        yield "YAML", write_yaml(document.data, folder / "twin.yaml")
    else:
        yield "JSON", write_json(document.data, folder / "twin.json")
    if document.version.startswith("3.0"):
        yield "3.1", write_json(to_3_1(document.data), folder / "twin-3.1.json")


def _difference(own: Any, other: Any) -> str:
    if other is None or own is None:
        return "no model"
    told = "" if own == other else difference(own, other)
    return _order(own, other) or told


def _order(own: Any, other: Any) -> str:
    """Whether two models have named things in the same order, as the text of the document has."""
    for key in ("schemas", "operations"):
        if list(own.get(key, ())) != list(other.get(key, ())):
            return f"other order of {key}"
    return ""
