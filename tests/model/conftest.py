"""Documents written in a test, read and built as the command would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from generator.document import load
from generator.model import Api, Object, Schema
from generator.model.builder import Built, build

Model = Callable[..., Built]

HEAD = "openapi: 3.1.0\ninfo: {title: Zoo, version: '1'}\n"


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Build a document from YAML; `head` is what stands above it."""

    def made(text: str, head: str = HEAD, **files: str) -> Built:
        for name, content in files.items():
            (tmp_path / f"{name}.yaml").write_text(dedent(content))
        path = tmp_path / "zoo.yaml"
        path.write_text(head + dedent(text).lstrip("\n"))
        specification = load(path)
        assert not [f for f in specification.findings if f.severity == "error"]
        return build(specification, "zoo")

    return made


def schemas(model: Model, text: str, head: str | None = None) -> Api:
    body = "paths: {}\ncomponents:\n  schemas:\n" + indent(text.strip("\n"), "    ") + "\n"
    return (model(body, head) if head else model(body)).api


def one(model: Model, schema: str) -> Schema:
    return schemas(model, f"It: {schema}").schemas["It"]


def properties(api: Api, name: str) -> dict[str, Schema]:
    kind = api.schemas[name].type
    assert isinstance(kind, Object)
    return {each.name: each.schema for each in kind.properties}
