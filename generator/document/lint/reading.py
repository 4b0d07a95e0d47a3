"""YML, REF and LOW: the pages of what reading, `$ref` and lowering find."""

from __future__ import annotations

from inspect import cleandoc
from typing import Final

from generator.document.finding import Severity
from generator.document.lint.rule import Rule


def _found(code: str, title: str, page: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(code, title, severity, cleandoc(page))


_YAML: Final = (
    _found(
        "YML-001",
        "The bytes are text",
        "A document is UTF-8 (RFC 8259 §8.1). The finding points at the first byte that is not.",
    ),
    _found(
        "YML-002",
        "The file is UTF-8 without a byte order mark",
        "YAML may be UTF-16 or UTF-32, and a file may begin with a mark that tells which; JSON may "
        "not, and many tools read neither.",
        Severity.WARNING,
    ),
    _found(
        "YML-003",
        "There are no control characters",
        "YAML 1.2.2 §5.1 allows printable characters, tabs and line ends. Others are written as "
        'escapes in double quotes: "\\u0007".',
    ),
    _found(
        "YML-004",
        "The text is YAML or JSON",
        "Nothing else can be looked at before this is right. Tabs do not indent in YAML.",
    ),
    _found("YML-005", "The file is not empty", "There is nothing in it but comments, if that."),
    _found(
        "YML-006",
        "The file holds one document",
        "A line of `---` begins another YAML document. One file describes one API.",
    ),
    _found(
        "YML-007",
        "The document is a mapping",
        "An OpenAPI description is a mapping whose first field is `openapi` (OpenAPI 3.1 §4.8.1).",
    ),
    _found(
        "YML-008",
        "No key is given twice",
        "Which of two equal keys counts depends on the reader (RFC 8259 §4), so that server and "
        "client may disagree without anybody having changed a thing.",
    ),
    _found(
        "YML-009",
        "Keys are strings",
        "An unquoted `200:` is a number to YAML, and JSON has no such keys. It is read as the "
        "string '200' here; write it in quotes, for other readers. A mapping or a sequence as a "
        "key is an error.",
        Severity.WARNING,
    ),
    _found(
        "YML-010",
        "No string looks like something else to older readers",
        "Readers of YAML 1.1, PyYAML among them, take an unquoted `no`, `on`, `1:30`, `0o7`, `012` "
        "or `2026-01-02` for a boolean, a number or a date. OpenAPI has them be strings "
        "(OpenAPI 3.1 §4.3, YAML 1.2.2 §10.3); in quotes they are strings to everybody.",
        Severity.WARNING,
    ),
    _found(
        "YML-011",
        "There are no merge keys",
        "`<<` was an experiment of YAML 1.1. It is obeyed here, and taken for a property by "
        "readers of YAML 1.2. What it is given has to be a mapping.",
        Severity.WARNING,
    ),
    _found(
        "YML-012",
        "There are no tags",
        "`!!python/object`, `!!binary` and tags of one's own make objects, which JSON cannot say. "
        "Nothing is ever constructed from them here.",
    ),
    _found(
        "YML-013",
        "Aliases lead to anchors that are complete",
        "An alias repeats a value that has ended before it; it cannot be inside of that value.",
    ),
    _found(
        "YML-014",
        "Aliases do not explode",
        "Aliases of aliases multiply: nine lines can stand for a billion values. All aliases of a "
        "file may stand for 200,000 values.",
    ),
    _found(
        "YML-015",
        "Numbers are finite",
        "JSON has no NaN and no infinity, and numbers of more than 300 digits are held by hardly "
        "any reader.",
    ),
    _found(
        "YML-016",
        "Values are not nested without end",
        "At most 128 levels are read. Descriptions that people write stay below 40.",
    ),
)

_REF: Final = (
    _found(
        "REF-001",
        "A reference is well-formed",
        "`$ref` is a string: a file, a `#` and a JSON Pointer in it (RFC 6901), where `~` is "
        "written `~0` and `/` is written `~1`.",
    ),
    _found(
        "REF-002",
        "A reference leads to something",
        "The file has nothing at this pointer, or no schema with this `$anchor`.",
    ),
    _found("REF-003", "A referenced file is there", "A path is relative to the file it stands in."),
    _found(
        "REF-004",
        "A referenced file can be read",
        "It is neither YAML nor JSON; further findings say where.",
    ),
    _found(
        "REF-005",
        "References stay in the project",
        "The project is the nearest folder above the document that holds `.git` or "
        "`pyproject.toml`, else the document's own folder. A file outside of it, by whatever way "
        "(`..`, a symbolic link, a `file:` address), is not opened: a description from a stranger "
        "could read your disk.",
    ),
    _found(
        "REF-006",
        "References stay off the network",
        "The result of a run would depend on who answers. Keep a copy in the project.",
    ),
    _found(
        "REF-007",
        "A reference leads to what is asked for",
        "A schema stands where a schema is asked for, a response where a response is.",
    ),
    _found(
        "REF-008",
        "References do not go in circles",
        "A reference that leads to a reference and so back to itself stands for nothing. A schema "
        "that contains itself by way of a property is fine.",
    ),
    _found(
        "REF-009",
        "`$id` does not move references",
        "A schema's `$id` is the base of the relative references inside of it (JSON Schema "
        "2020-12, core §8.2.1). Files are found by their paths here, whatever `$id` says; a "
        "reference to an `$id` of the same file is followed.",
        Severity.WARNING,
    ),
)

_LOW: Final = (
    _found(
        "LOW-001",
        "A parameter can be read by OpenAPI 3.0",
        "The server routes by a copy of the document in OpenAPI 3.0. A parameter whose schema "
        "uses what 3.0 cannot say would be read wrongly. So would one whose `content` is "
        "neither JSON nor text: it is taken as JSON.",
    ),
    _found(
        "LOW-002",
        "An operation can be routed by OpenAPI 3.0",
        "3.0 knows the methods get, put, post, delete, options, head, patch and trace. An "
        "operation with another cannot be served.",
    ),
    _found(
        "LOW-003",
        "Security can be checked by OpenAPI 3.0",
        "3.0 has no `mutualTLS`, and a scheme given by address rather than by name.",
    ),
)

RULES: Final[tuple[Rule, ...]] = (*_YAML, *_REF, *_LOW)
