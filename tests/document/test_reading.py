"""Text → values with positions; what is wrong with the text is found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document import Severity, Specification, UnreadableSourceError, load


def read(folder: Path, data: str | bytes, name: str = "api.yaml") -> Specification:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return load(path)


def found(specification: Specification) -> list[tuple[str, int, int]]:
    return [
        (finding.code, finding.position.line, finding.position.column)
        for finding in specification.findings
    ]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"a: 1\nb: \xff\xfe x\n", [("YML-001", 2, 4)], id="invalid UTF-8"),
        pytest.param(
            "ä: é\nb: ".encode() + b"\xc3", [("YML-001", 2, 4)], id="columns are code points"
        ),
        pytest.param(b"\xef\xbb\xbfa: 1", [("YML-002", 1, 1)], id="byte order mark"),
        pytest.param("a: 1".encode("utf-16"), [("YML-002", 1, 1)], id="UTF-16 with a mark"),
        pytest.param("a: 1".encode("utf-16-be"), [("YML-002", 1, 1)], id="UTF-16 without a mark"),
        pytest.param("a: 1".encode("utf-32"), [("YML-002", 1, 1)], id="UTF-32"),
        pytest.param("a: x\x07y\nb: \x00", [("YML-003", 1, 5), ("YML-003", 2, 4)], id="control"),
        pytest.param(
            "a: ä\x90y\nb: \ufeff", [("YML-003", 1, 5), ("YML-003", 2, 4)], id="control, no ASCII"
        ),
        pytest.param("a:\n\t- b\n", [("YML-004", 2, 1)], id="tab as indentation"),
        pytest.param('a: 1\nb: "x\n', [("YML-004", 3, 1)], id="quote that does not end"),
        pytest.param("", [("YML-005", 1, 1)], id="empty"),
        pytest.param("# nothing\n", [("YML-005", 1, 1)], id="only a comment"),
        pytest.param("a: 1\n---\nb: 2\n", [("YML-006", 2, 1)], id="two documents"),
        pytest.param("- a\n", [("YML-007", 1, 1)], id="a sequence"),
        pytest.param("a: 1\nb:\n  c: 1\n  c: 2\n", [("YML-008", 4, 3)], id="duplicate key"),
        pytest.param("200: a\nb: {1.5: c}\n", [("YML-009", 1, 1), ("YML-009", 2, 5)], id="keys"),
        pytest.param("? [a, b]\n: c\n", [("YML-009", 1, 3)], id="a sequence as a key"),
        pytest.param(
            "? [a]\n: c\n? {b: 1}\n: d\n",
            [("YML-009", 1, 3), ("YML-008", 3, 3), ("YML-009", 3, 3)],
            id="two keys that are none",
        ),
        pytest.param("on: 1\n", [("YML-010", 1, 1)], id="a key that is a boolean in 1.1"),
        pytest.param("a: &x {b: 1}\nc:\n  <<: *x\n", [("YML-011", 3, 3)], id="merge key"),
        pytest.param("a: !!python/object:os.system x\n", [("YML-012", 1, 4)], id="object tag"),
        pytest.param("a: !!timestamp 2026-01-02\n", [("YML-012", 1, 4)], id="other tag"),
        pytest.param("a: *nowhere\n", [("YML-013", 1, 4)], id="alias of nothing"),
        pytest.param("a: &a [*a]\n", [("YML-013", 1, 8)], id="alias of itself"),
        pytest.param(BOMB, [("YML-014", 6, 8)], id="aliases that explode"),
        pytest.param("a: .nan\nb: 1e999\n", [("YML-015", 1, 4), ("YML-015", 2, 4)], id="NaN"),
        pytest.param(f"a: {'9' * 400}\n", [("YML-015", 1, 4)], id="an integer without end"),
        pytest.param('{"a": NaN}', [("YML-015", 1, 7)], id="NaN in JSON"),
        pytest.param("[" * 5000, [("YML-016", 1, 129)], id="nesting in a row"),
        pytest.param("- " * 5000, [("YML-016", 1, 257)], id="nested sequences"),
    ],
)
def test_what_is_wrong_with_the_text_is_located(
    tmp_path: Path, text: str | bytes, expected: list[tuple[str, int, int]]
) -> None:
    assert found(read(tmp_path, text)) == expected


@pytest.mark.parametrize(
    "written",
    ["no", "On", "YES", "1:30", "0o7", "0777", "0x1F", "0b1", "1_000", "2026-01-02", "02139"],
)
def test_yaml_1_1_traps_stay_strings_and_are_warned_of(tmp_path: Path, written: str) -> None:
    specification = read(tmp_path, f"a: {written}\nb: '{written}'\n")

    assert specification.written.data == {"a": written, "b": written}
    assert found(specification) == [("YML-010", 1, 4)]
    assert specification.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("~", None), ("null", None), ("", None), ("true", True), ("False", False)],
        *[("0", 0), ("-12", -12), ("1.5", 1.5), ("1e3", 1000.0), ("-.5", -0.5), ("0.10", 0.1)],
        *[("y", "y"), ("1.2.3", "1.2.3"), ("!!str 1", "1"), ("a:b", "a:b"), ("'1'", "1")],
    ],
)
def test_plain_scalars_are_those_of_json(tmp_path: Path, written: str, value: object) -> None:
    specification = read(tmp_path, f"a: {written}\n")

    assert specification.written.data == {"a": value}
    assert type(specification.written.data["a"]) is type(value)
    assert found(specification) == []


def test_unquoted_status_codes_are_strings(tmp_path: Path) -> None:
    assert read(tmp_path, "200: ok\n404: no\n").written.data == {"200": "ok", "404": "no"}


def test_merge_keys_are_obeyed_and_located_where_they_were_written(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {z: 3}\nc:\n  <<: [*a, *b]\n  y: 4\n"
    written = read(tmp_path, text).written

    assert written.data["c"] == {"x": 1, "y": 4, "z": 3}
    assert str(written.position("/c/z")).endswith(":2:11")


def test_aliases_repeat_values_with_their_positions(tmp_path: Path) -> None:
    written = read(tmp_path, "a: &a\n  b: [1, 2]\nc: *a\n").written

    assert written.data["c"] == {"b": [1, 2]}
    assert str(written.position("/c/b/1")).endswith(":2:10")


def test_json_is_read_as_json(tmp_path: Path) -> None:
    text = '{\n\t"a": "\\ud83d\\ude00\\/\u2028x", "b": "\\\\ud83d",\n\t"c": [1]}'
    written = read(tmp_path, text, "api.json").written

    assert written.data == {"a": "\U0001f600/\u2028x", "b": "\\ud83d", "c": [1]}
    assert str(written.position("/c/0")).endswith(":3:8")
    assert str(written.key_position("/b")).endswith(":2:27")


def test_a_duplicate_key_names_the_place_of_the_first(tmp_path: Path) -> None:
    (finding,) = read(tmp_path, "a: 1\na: 2\n").findings

    assert "line 1, column 1" in finding.message


@pytest.mark.parametrize("name", ["missing.yaml", ".", "nul\0.yaml"])
def test_what_is_no_file_is_wrong_use(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSourceError) as caught:
        load(tmp_path / name)
    assert caught.value.why


def test_files_are_named_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "api.yaml").write_text("")

    (finding,) = load(tmp_path / "folder" / "api.yaml").findings
    assert str(finding.position) == "folder/api.yaml:1:1"
