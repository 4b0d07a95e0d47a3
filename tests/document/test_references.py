"""`$ref`: followed across files, never out of the project, and located where it leads nowhere."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from generator.document import Specification, load

HEAD = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    return folder / "api.yaml"


def schema_file(ref: str) -> str:
    return f"{HEAD}components:\n  schemas:\n    A: {{$ref: '{ref}'}}\n    B: {{type: string}}\n"


def found(specification: Specification) -> list[tuple[str, int, int]]:
    return [
        (finding.code, finding.position.line, finding.position.column)
        for finding in specification.findings
    ]


def resolved(specification: Specification, *tokens: str) -> object:
    node = specification.entry.root.get(*tokens)
    assert node is not None
    return specification.resolve(node).value


@pytest.mark.parametrize(
    ("ref", "code", "sentence"),
    [
        ("#/components/schemas/Bb", "REF-002", "Did you mean 'B'?"),
        ("#/components/schemes/B", "REF-002", "Did you mean 'schemas'?"),
        ("#/components/schemas/~2", "REF-001", "not a valid JSON Pointer"),
        ("#nowhere", "REF-002", "anchor 'nowhere'"),
        ("other.yaml", "REF-003", "no file"),
        ("ap.yaml", "REF-003", "Did you mean 'api.yaml'?"),
        ("../outside.yaml", "REF-005", "out of the project"),
        ("/etc/passwd", "REF-005", "out of the project"),
        ("file:///etc/passwd", "REF-005", "no file of this project"),
        ("https://example.com/a.yaml", "REF-006", "on the network"),
        ("//example.com/a.yaml", "REF-006", "on the network"),
        ("#/info", "", ""),
        ("#/components/schemas/A", "REF-008", "back to itself"),
    ],
)
def test_a_reference_that_leads_nowhere_is_located(
    tmp_path: Path, ref: str, code: str, sentence: str
) -> None:
    (tmp_path / "outside.yaml").write_text("type: string")
    project = tmp_path / "project"
    specification = load(write(project, api=schema_file(ref)))

    assert found(specification) == ([(code, 5, 15)] if code else [])
    assert all(sentence in finding.message for finding in specification.findings)


def test_references_of_a_wrong_kind_are_found(tmp_path: Path) -> None:
    text = f"""{HEAD}components:
  responses: {{R: {{description: x}}}}
  schemas:
    A: {{$ref: '#/components/responses/R'}}
"""
    assert found(load(write(tmp_path, api=text))) == [("REF-007", 6, 15)]


def test_a_symbolic_link_does_not_lead_out_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("type: string")
    path = write(tmp_path / "project", api=schema_file("link.yaml"))
    (path.parent / "link.yaml").symlink_to(tmp_path / "secret.yaml")

    assert found(load(path)) == [("REF-005", 5, 15)]


def test_the_project_is_the_nearest_folder_with_a_project_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    path = write(tmp_path, api__api=schema_file("../types.yaml#/T"), types="T: {type: integer}")
    path = tmp_path / "api" / "api.yaml"
    specification = load(path)

    assert found(specification) == []
    assert resolved(specification, "components", "schemas", "A") == {"type": "integer"}
    assert found(load(path, root=path.parent)) == [("REF-005", 5, 15)]


def test_references_are_followed_across_files_and_back(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        api=schema_file("types/one.yaml#/$defs/a~1b%20c"),
        types__one="$defs: {a/b c: {$ref: 'two.yaml'}}",
        types__two="$ref: '../api.yaml#/components/schemas/B'",
    )
    specification = load(path)

    assert found(specification) == []
    assert resolved(specification, "components", "schemas", "A") == {"type": "string"}


def test_anchors_are_followed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        api=schema_file("types.yaml#here"),
        types="$defs: {a: {$anchor: here, type: 'null'}}",
    )
    specification = load(path)

    assert found(specification) == []
    assert resolved(specification, "components", "schemas", "A") == {
        "$anchor": "here",
        "type": "null",
    }


def test_a_fetch_function_reads_the_network_that_is_otherwise_refused(tmp_path: Path) -> None:
    pages = {
        "https://example.com/a.yaml": b"$ref: 'b.yaml#/T'",
        "https://example.com/b.yaml": b"T: {type: boolean}",
    }
    path = write(tmp_path, api=schema_file("https://example.com/a.yaml"))
    specification = load(path, fetch=pages.__getitem__)

    assert found(specification) == []
    assert resolved(specification, "components", "schemas", "A") == {"type": "boolean"}


def test_findings_in_another_file_name_that_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, api=schema_file("t.yaml"), t="type: object\nproperties: {a: {$ref: x.yaml}}"
    )
    (finding,) = load(path).findings

    assert finding.code == "REF-003"
    assert finding.position.file.endswith("t.yaml")
    assert (finding.position.line, finding.position.column) == (2, 24)


def test_what_is_beside_a_reference_replaces_summary_and_description(tmp_path: Path) -> None:
    text = f"""{HEAD}paths:
  /a:
    get:
      responses:
        '200': {{$ref: '#/components/responses/R', description: mine}}
components:
  responses: {{R: {{description: theirs, x-a: 1}}}}
  schemas:
    A: {{$ref: '#/components/schemas/B', description: mine}}
    B: {{description: theirs}}
"""
    specification = load(write(tmp_path, api=text))

    response = resolved(specification, "paths", "/a", "get", "responses", "200")
    assert response == {"description": "mine", "x-a": 1}
    assert resolved(specification, "components", "schemas", "A") == {"description": "theirs"}


def test_references_inside_examples_are_data(tmp_path: Path) -> None:
    schema = "{examples: [{$ref: '#/no'}], default: {$ref: x}}"
    text = f"{HEAD}components:\n  schemas:\n    A: {schema}\n"
    assert found(load(write(tmp_path, api=text))) == []


def test_a_circle_of_files_ends(tmp_path: Path) -> None:
    path = write(tmp_path, api=schema_file("b.yaml"), b="$ref: c.yaml", c="$ref: b.yaml")
    codes = {code for code, _, _ in found(load(path))}
    assert codes == {"REF-008"}


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("{a: '#/components/schemas/B', b: B}", []),
        ("{a: '#/components/schemas/C'}", [("REF-002", 5, 55)]),
        ("{a: 'types/c.yaml'}", [("REF-003", 5, 55)]),
    ],
)
def test_the_mapping_of_a_discriminator_leads_to_schemas(
    tmp_path: Path, mapping: str, expected: list[tuple[str, int, int]]
) -> None:
    schema = f"{{discriminator: {{propertyName: k, mapping: {mapping}}}}}"
    text = f"{HEAD}components:\n  schemas:\n    A: {schema}\n    B: {{}}\n"
    assert found(load(write(tmp_path, api=text))) == expected


def test_an_id_is_followed_and_its_limits_are_told(tmp_path: Path) -> None:
    text = f"""{HEAD}components:
  schemas:
    A: {{$id: 'https://x.test/a', properties: {{b: {{$ref: b.yaml}}}}}}
    B: {{$ref: 'https://x.test/a#/properties'}}
"""
    specification = load(write(tmp_path, api=text, b="type: string"))

    assert found(specification) == [("REF-009", 5, 14)]
    assert resolved(specification, "components", "schemas", "B") == {"b": {"$ref": "b.yaml"}}
