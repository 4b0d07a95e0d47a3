"""Documents that are written to hurt: each is done with in little work, and says what is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.contracts import Contract
from generator.document import load
from generator.document.lint.command import lint_specification
from generator.generate.render import Rendered, render
from generator.targets import TARGETS
from tests.docs.checking import faults
from tests.fuzz.hostile_text import INJECTIONS
from tests.fuzz.work import Work


def document(schemas: dict[str, Any], **media: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}, **media}}
    answer = {"200": {"description": "It.", "content": content}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": answer}}},
        "components": {"schemas": schemas},
    }


def doubled(keyword: str, *, inside: bool = False, length: int = 30) -> dict[str, Any]:
    """A schema that is applied two to the power of `length` times."""
    found: dict[str, Any] = {}
    for number in range(length):
        twice = {keyword: [{"$ref": f"#/components/schemas/S{number + 1}"}] * 2}
        found[f"S{number}"] = {"properties": {"x": twice}} if inside else twice
    return {**found, f"S{length}": {"type": "object", "properties": {"x": {"type": "object"}}}}


def chained(last: Any, length: int = 260) -> dict[str, Any]:
    """Schemas each of which refers to the next."""
    found = {f"S{n}": {"$ref": f"#/components/schemas/S{n + 1}"} for n in range(length)}
    return {**found, f"S{length}": last}


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"x": value}
    return value


COMBINING = ["allOf", "anyOf", "oneOf"]
DOCUMENTS: dict[str, Any] = {
    **{f"{word} in an answer": document(doubled(word)) for word in COMBINING},
    **{f"{word} of an example": document(doubled(word), example={"x": {}}) for word in COMBINING},
    **{
        f"{word} of a deep example": document(doubled(word, inside=True), example=nested(30))
        for word in COMBINING
    },
    **{
        f"{word} of a default": document(
            {**doubled(word), "D": {"allOf": [{"$ref": "#/components/schemas/S0"}], "default": {}}}
        )
        for word in COMBINING
    },
    "allOf and more in a chain": document(
        {k: {"allOf": [v, {"minProperties": 1}]} for k, v in chained({}).items()}
    ),
    "properties in a chain": document(
        {k: {"properties": {"x": v}} for k, v in chained({}).items()}
    ),
    "a giant enumeration": document({"S0": {"enum": [f"v{n}" for n in range(20_000)]}}),
    "a giant mixed enumeration": document({"S0": {"enum": [*range(10_000), *"abc", None]}}),
    "a reference to itself": document({"S0": {"$ref": "#/components/schemas/S0"}}),
    "two that are each other": document(
        {
            "S0": {"allOf": [{"$ref": "#/components/schemas/S1"}]},
            "S1": {"allOf": [{"$ref": "#/components/schemas/S0"}]},
        }
    ),
    "a union of itself": document(
        {"S0": {"anyOf": [{"$ref": "#/components/schemas/S0"}, {"type": "string"}]}}
    ),
    "a list of itself": document(
        {"S0": {"type": "array", "items": {"$ref": "#/components/schemas/S0"}}}
    ),
    "a map of itself": document(
        {"S0": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/S0"}}}
    ),
    "a pattern that backtracks": document(
        {"S0": {"type": "string", "pattern": "^(a|a)+$", "default": "a" * 90 + "!"}}
    ),
    "a thousand names that are one": document(
        {"S0": {"properties": {"a" + "_" * (n % 30) + "1" * (n // 30): {} for n in range(900)}}}
    ),
}


def worked(path: Path) -> tuple[Rendered, set[str]]:
    """What is rendered of a document, and the codes of all its findings."""
    linted = lint_specification(load(path), path.parent)
    rendered = render(Contract("hostile", path), TARGETS, {})
    return rendered, {finding.code for finding in (*linted, *rendered.findings)}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_multiplies_is_done_with(name: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DOCUMENTS[name]))
    sys.setprofile(Work())
    try:
        rendered, codes = worked(path)
    finally:
        sys.setprofile(None)
    assert rendered.files["python"]
    assert ("OAS-011" in codes) == ("of a" in name)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "a: &a [x, x]\n"
            + "".join(
                f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n"
                for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
            ),
            "YML-014",
        ),
        ("openapi: " + "[" * 400, "YML-016"),
        ("openapi: 3.1.0\npaths: &p {/a: *p}", "YML-013"),
        ("openapi: 3.1.0\npaths: !!python/object/apply:os.system ['touch pwned']", "YML-012"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: ../../../../../../etc/passwd}}", "REF-005"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: /etc/passwd}}", "REF-005"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: 'file:///etc/passwd'}}", "REF-005"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: 'http://localhost:1/a.yaml'}}", "REF-006"),
    ],
    ids=lambda value: value if value[3:4] == "-" else "",
)
def test_what_reading_refuses_is_found(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(text)
    _, codes = worked(path)
    assert code in codes
    assert not list(tmp_path.glob("pwned"))


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_any_name_is_a_name_and_no_path(text: str, tmp_path: Path) -> None:
    """Title, version, tag, operationId, path, schema, property, parameter, enum value, code."""
    described = document(
        {
            "S0": {
                "title": text,
                "description": text,
                "properties": {text: {"enum": [text, "b"], "default": text}},
                "required": [text],
            },
            text: {"type": "object", "properties": {text: {"type": "string"}}},
        }
    )
    described["info"] = {"title": text, "version": text, "description": text}
    operation = described["paths"]["/a"]["get"]
    described["tags"] = [{"name": text, "description": text}]
    operation |= {"operationId": text, "tags": [text], "summary": text, "description": text}
    operation["parameters"] = [{"name": text, "in": "query", "schema": {"type": "string"}}]
    operation["responses"]["400"] = {"description": text, "x-error-codes": {text: text}}
    described["paths"][f"/{text}"] = {"get": {"responses": {"200": {"description": text}}}}
    described["webhooks"] = {text: {"post": {"summary": text, "responses": {}}}}
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(described))
    rendered, _ = worked(path)
    for target, files in rendered.files.items():
        for name, content in files.items():
            assert (tmp_path / target / name).resolve().is_relative_to(tmp_path)
            assert max(map(len, name.split("/"))) < 200
            if name.endswith(".py"):
                compile(content, name, "exec", dont_inherit=True)
    assert faults(rendered.files.get("docs", {})) == []
