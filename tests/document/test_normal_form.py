"""OpenAPI 3.0 and 3.1 become one form, at the places where they were written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.document import Document, load


def normal(folder: Path, schema: str, version: str) -> tuple[Any, Document]:
    path = folder / "api.yaml"
    path.write_text(
        f"openapi: {version}\ninfo: {{title: A, version: '1'}}\npaths: {{}}\n"
        f"components:\n  schemas:\n    B: {{}}\n    A: {schema}\n",
        "utf-8",
    )
    entry = load(path).entry
    return entry.data["components"]["schemas"]["A"], entry


REF = "{$ref: '#/components/schemas/B'}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        ("{type: string, nullable: false}", "{type: string}"),
        (
            "{type: string, nullable: true, enum: [a]}",
            "{type: [string, 'null'], enum: [a, null]}",
        ),
        (f"{{nullable: true, anyOf: [{REF}]}}", f"{{anyOf: [{REF}, {{type: 'null'}}]}}"),
        (f"{{nullable: true, oneOf: [{REF}]}}", f"{{oneOf: [{REF}, {{type: 'null'}}]}}"),
        (
            f"{{nullable: true, allOf: [{REF}], title: T}}",
            f"{{anyOf: [{{allOf: [{REF}]}}, {{type: 'null'}}], title: T}}",
        ),
        ("{minimum: 1, exclusiveMinimum: true}", "{exclusiveMinimum: 1}"),
        ("{maximum: 1, exclusiveMaximum: false}", "{maximum: 1}"),
        ("{example: 1}", "{examples: [1]}"),
        ("{format: byte}", "{format: byte, contentEncoding: base64}"),
        ("{format: binary}", "{format: binary, contentMediaType: application/octet-stream}"),
        ("{$ref: '#/components/schemas/B', nullable: true, title: T}", REF),
        (
            "{properties: {nullable: {type: string, nullable: true}}, default: {nullable: true}}",
            "{properties: {nullable: {type: [string, 'null']}}, default: {nullable: true}}",
        ),
    ],
)
def test_3_0_is_rewritten(tmp_path: Path, written: str, expected: str) -> None:
    assert normal(tmp_path, written, "3.0.3")[0] == yaml.safe_load(expected)


@pytest.mark.parametrize(
    "written",
    ["{type: [string, 'null'], exclusiveMinimum: 1}", f"{{allOf: [{REF}], nullable: true}}"],
)
def test_3_1_is_kept(tmp_path: Path, written: str) -> None:
    assert normal(tmp_path, written, "3.1.0")[0] == yaml.safe_load(written)


def test_what_moves_keeps_its_position(tmp_path: Path) -> None:
    _, entry = normal(tmp_path, f"{{nullable: true, allOf: [{REF}], example: {{a: b}}}}", "3.0.3")
    place = entry.position

    assert str(place("/components/schemas/A/anyOf/0/allOf/0")).endswith(":7:33")
    assert str(place("/components/schemas/A/examples/0/a")).endswith(":7:81")
    assert str(entry.key_position("/components/schemas/A/examples/0/a")).endswith(":7:78")


def test_the_author_s_words_stay(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.0.0\ncomponents: {schemas: {A: {nullable: true, type: string}}}")
    specification = load(path)

    assert specification.version == "3.0.0"
    assert specification.written.data["components"]["schemas"]["A"]["nullable"] is True
