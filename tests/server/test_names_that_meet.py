"""Servers whose methods are called like what a class of handlers says, as mypy sees them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.server.packages import ROOT, imported, run, written

SCHEMAS: tuple[dict[str, Any], ...] = (
    *({"type": kind} for kind in ("string", "integer", "number", "boolean")),
    *({"type": "string", "format": kind} for kind in ("date", "date-time", "uuid")),
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"$ref": "#/components/schemas/Thing"},
)


def operation(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """One that takes and gives values of a schema."""
    content = {"content": {"application/json": {"schema": schema}}}
    return {
        "operationId": name,
        "tags": ["things"],
        "parameters": [{"name": "p", "in": "query", "schema": schema}],
        "requestBody": content,
        "responses": {"200": {"description": "OK", **content}},
    }


def contract(folder: Path, *names: str) -> Path:
    """Operations of these names, in one resource that takes and gives values of all kinds."""
    paths = {
        f"/{name}/{number}": {
            "post": {
                "operationId": name if number == 0 else f"{name}{number}",
                "tags": ["things"],
                "parameters": [{"name": "p", "in": "query", "schema": schema}],
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": schema}},
                    }
                },
            }
        }
        for name in names
        for number, schema in enumerate(SCHEMAS)
    }
    thing = {"type": "object", "properties": {"a": {"type": "string"}}}
    schemes = {name: {"type": "http", "scheme": "bearer"} for name in names}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "security": [{name: []} for name in names],
        "components": {"schemas": {"Thing": thing}, "securitySchemes": schemes},
    }
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


def test_methods_give_way_to_what_their_class_says(tmp_path: Path) -> None:
    handlers = (written(contract(tmp_path, "anything"), tmp_path) / "handlers.py").read_text()
    words = set(re.findall(r"\b[a-z]\w*\b", re.sub(r'""".*?"""', "", handlers, flags=re.DOTALL)))
    assert {"abstractmethod", "str", "models", "datetime"} <= words
    package = written(contract(tmp_path, *sorted(words)), tmp_path)
    config = str(ROOT / "pyproject.toml")
    run("mypy", "--strict", "--config-file", config, "-p", package.name, cwd=tmp_path)
    assert "str_" in imported(package).handlers.ThingsHandler.__abstractmethods__
