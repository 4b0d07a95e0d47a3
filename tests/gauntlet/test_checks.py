"""The gauntlet's own judgement: it sees what is lost, and excuses only what is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.gauntlet.__main__ import main
from tests.gauntlet.cases import cases_of
from tests.gauntlet.conversion import to_3_1
from tests.gauntlet.documents import WrittenDocument, read
from tests.gauntlet.instances import Instances, Open, Word, surprising
from tests.gauntlet.matching import findings, unmatched
from tests.gauntlet.report import Row, raised
from tests.gauntlet.sameness import difference
from tests.gauntlet.trial import Trial

TWO = """\
openapi: 3.0.0
paths:
  /pets/{id}:
    get:
      responses: {200: {description: OK}}
    put:
      responses: {on: {description: 2026-01-01}}
"""
STYLES = """\
openapi: 3.1.0
info: {title: Styles, version: "1"}
paths:
  /{plain}/{a b}/{dotted}:
    parameters:
      - {name: plain, in: path, required: true, style: label, schema: {type: string}}
      - {name: a b, in: path, required: true, style: matrix, schema: {type: string}}
      - {$ref: "#/components/parameters/Dotted"}
      - {name: dotted, in: query, style: form, schema: {type: string}}
    get:
      operationId: getStyles
      parameters: [{name: plain, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: OK, content: {application/json: {schema: {}}}}}
components:
  parameters:
    Dotted: {name: dotted, in: path, required: true, style: label, schema: {type: string}}
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1.0}, ""),
        ({"a": 1}, {"a": True}, "/a is True, not 1"),
        ({"a": None}, {}, "/a is lost"),
        ({}, {"a": None}, "/a is new"),
        ([{"a": [1]}], [{"a": [1, 2]}], "/0/a has 2 elements, not 1"),
        ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00.000+02:00", ""),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", "/ is "),
        ("2026-01-01", "2026-01-02", "/ is "),
    ],
)
def test_json_is_compared_by_what_it_means(before: Any, after: Any, told: str) -> None:
    assert difference(before, after).startswith(told)
    assert bool(difference(before, after)) == bool(told)


def test_an_operation_is_a_method_or_has_a_finding_at_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "pets.yaml"
    path.write_text(TWO)
    document = read(path)
    both = [("GET", "/pets/{id}"), ("PUT", "/pets/{id}")]
    methods = {"python": both, "server": both[:1], "typescript": [("GET", "/pets/1")]}
    told = [
        "PUT /pets/{id} is not in server",
        "PUT /pets/{id} is not in typescript",
    ]
    assert unmatched(document, methods, []) == told
    elsewhere = findings(f"{path}:4:5: error OAS-001: It is not.\n")
    assert unmatched(document, methods, elsewhere) == told
    advice = findings(f"{path}:7:7: warning STY-008: It says nothing.\n")
    assert unmatched(document, methods, advice) == told
    assert not unmatched(document, methods, findings(f"{path}:7:7: error OAS-001: It is not.\n"))
    assert unmatched(document, {"python": [*both, ("GET", "/cats")]}, []) == [
        "GET /cats is only in python"
    ]
    assert list(document.operations["PUT", "/pets/{id}"].value["responses"]) == ["on"]


def test_a_call_has_the_parameters_of_its_path_in_their_styles(tmp_path: Path) -> None:
    path = tmp_path / "styles.yaml"
    path.write_text(STYLES)
    document = read(path)
    assert not unmatched(document, {"typescript": [("GET", "/1/;a%20b=1/.1")]}, [])
    assert unmatched(document, {"typescript": [("GET", "/1/1/1")]}, []) == [
        "GET /{plain}/{a b}/{dotted} is not in typescript",
        "GET /1/1/1 is only in typescript",
    ]
    assert [each["called"] for each in cases_of(document)["answers"]] == ["/1/;a%20b=1/.1"]


def test_no_content_is_answered_where_none_can_be(tmp_path: Path) -> None:
    path = tmp_path / "styles.yaml"
    for status, count in {"200": 1, "202": 1, "2XX": 1, "204": 0, "205": 0, "404": 0}.items():
        path.write_text(STYLES.replace('"200"', f'"{status}"'))
        assert len(cases_of(read(path))["answers"]) == count


def test_what_is_raised_for_one_document_is_its_row_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def tried(document: WrittenDocument, _: Trial) -> Row:
        if document.path.name == "bad.yaml":
            message = "no type\nfor this"
            raise LookupError(message)
        return replace(raised(document.path.name, LookupError()), generated="none")

    (tmp_path / "bad.yaml").write_text(f"# the largest, and so the first\n{TWO}")
    (tmp_path / "good.yaml").write_text(TWO)
    monkeypatch.setattr("tests.gauntlet.__main__.trial", tried)
    monkeypatch.setattr(sys, "argv", ["gauntlet", "--documents", str(tmp_path), "--jobs", "1"])
    assert main() == 1
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert ["good.yaml" in table[0], "bad.yaml" in table[1]] == [True, True]
    assert "✗ LookupError: no type for this" in table[1]


def test_a_document_of_3_0_is_said_in_words_of_3_1() -> None:
    old = {
        "nullable": {"type": "string", "nullable": True, "enum": ["a"], "example": "a"},
        "either": {"nullable": True, "oneOf": [{"type": "string"}]},
        "all": {"nullable": True, "allOf": [{"$ref": "#/x", "nullable": True}]},
        "bound": {"minimum": 1, "exclusiveMinimum": True, "exclusiveMaximum": False},
        "bytes": {"type": "string", "format": "byte"},
        "file": {"type": "string", "format": "binary"},
        "named": {"properties": {"example": {"nullable": True, "type": "object"}}},
    }
    assert to_3_1({"components": {"schemas": old}})["components"]["schemas"] == {
        "nullable": {"type": ["string", "null"], "enum": ["a", None], "examples": ["a"]},
        "either": {"oneOf": [{"type": "string"}, {"type": "null"}]},
        "all": {"anyOf": [{"allOf": [{"$ref": "#/x"}]}, {"type": "null"}]},
        "bound": {"exclusiveMinimum": 1},
        "bytes": {"type": "string", "contentEncoding": "base64"},
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "named": {"properties": {"example": {"type": ["object", "null"]}}},
    }


def test_instances_are_valid_and_the_same_on_every_run() -> None:
    schemas = {
        "Pet": {
            "type": "object",
            "required": ["kind", "next"],
            "properties": {
                "kind": {"enum": ["cat", "dog"]},
                "next": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Pet"}]},
                "tags": {"type": "array", "minItems": 2, "items": {"pattern": "^[a-c]{3}$"}},
            },
        },
        "Never": {"type": "string", "minLength": 3, "maxLength": 2},
    }
    instances = Instances({"components": {"schemas": schemas}})
    pets = instances.of("#/components/schemas/Pet", 8)
    assert len(pets) > 4
    assert pets == instances.of("#/components/schemas/Pet", 8)
    assert all(isinstance(pet, Open) and isinstance(pet["kind"], Word) for pet in pets)
    later = surprising(pets[0])
    assert later["kind"] == "not-known-yet"
    assert "unheard_of" in later
    assert instances.of("#/components/schemas/Never", 3) == []


def test_members_that_must_be_there_are_declared_ones_where_there_are_some() -> None:
    name = {"type": "object", "minProperties": 1, "properties": {"name": {"type": "string"}}}
    schemas = {
        "Bounded": name,
        "Closed": {**name, "additionalProperties": False},
        "Counted": {**name, "minProperties": 2, "additionalProperties": {"type": "integer"}},
        "Any": {"type": "object", "minProperties": 1},
    }
    instances = Instances({"components": {"schemas": schemas}})
    members = {
        schema: {tuple(each) for each in instances.of(f"#/components/schemas/{schema}", 8)}
        for schema in schemas
    }
    assert members == {
        "Bounded": {("name",)},
        "Closed": {("name",)},
        "Counted": {("name", "another")},
        "Any": {("another",)},
    }


def test_what_is_deep_is_compared_once() -> None:
    compared = Mock(return_value=True)
    leaf = type("Leaf", (), {"__eq__": compared})()
    before: Any = leaf
    after: Any = leaf
    for _ in range(10):
        before, after = {"in": before}, {"in": after}
    assert not difference(before, after)
    compared.assert_called_once()
