"""Findings as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct

from generator.document.finding import Finding, Severity

_SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_RESULTS_AT_MOST: Final = 25_000


class RuleDescription(Struct, frozen=True):
    """What a report says of the rule behind a code."""

    title: str
    page: str
    severity: Severity = Severity.ERROR


Descriptions = Mapping[str, RuleDescription]
Printer = Callable[[Sequence[Finding], Descriptions], str]


def as_text(findings: Sequence[Finding], _rules: Descriptions) -> str:
    """One line a finding, `file:line:column: severity CODE: message`, and one that counts them."""
    lines = [
        _printable(f"{found.position}: {found.severity.value} {found.code}: {found.message}")
        for found in findings
    ]
    return "\n".join([*lines, _counted(findings)]) + "\n"


def as_json(findings: Sequence[Finding], _rules: Descriptions) -> str:
    """`{"findings": [{code, severity, file, line, column, pointer, message}], "summary": {…}}`."""
    report = {
        "findings": [
            {
                "code": found.code,
                "severity": found.severity.value,
                "file": found.position.file,
                "line": found.position.line,
                "column": found.position.column,
                "pointer": found.pointer,
                "message": found.message,
            }
            for found in findings
        ],
        "summary": {severity.value: count for severity, count in _counts(findings).items()},
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def as_github(findings: Sequence[Finding], rules: Descriptions) -> str:
    """Workflow commands that annotate the lines of a change on GitHub."""
    return "".join(_annotation(found, rules) for found in findings)


def _annotation(found: Finding, rules: Descriptions) -> str:
    title = f"{found.code} {rules[found.code].title}" if found.code in rules else found.code
    properties = {
        "file": found.position.file,
        "line": str(found.position.line),
        "col": str(found.position.column),
        "title": title,
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{found.severity.value} {listed}::{_data(found.message)}\n"


def _data(text: str) -> str:
    """The message of a workflow command: `%` and line ends are escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of a workflow command, which may not hold its separators either."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(findings: Sequence[Finding], rules: Descriptions) -> str:
    """SARIF 2.1.0, for code scanning. A finding keeps its fingerprint when lines move."""
    codes = sorted({found.code for found in findings})
    occurrences: Counter[tuple[str, str, str]] = Counter()
    results = []
    for found in findings[:_SARIF_RESULTS_AT_MOST]:
        key = (found.code, found.position.file, found.pointer)
        results.append(_result(found, codes.index(found.code), occurrences[key]))
        occurrences[key] += 1
    driver = {"name": "fourfold", "rules": [_sarif_rule(code, rules) for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    report = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _sarif_rule(code: str, rules: Descriptions) -> dict[str, Any]:
    rule = rules.get(code)
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.page.split("\n\n")[0].split())},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(found: Finding, rule: int, occurrence: int) -> dict[str, Any]:
    position = found.position
    same = "\0".join((found.code, position.file, found.pointer, str(occurrence)))
    artifact = {"uri": quote(position.file)}
    if not position.file.startswith(("/", "http:", "https:")):
        artifact["uriBaseId"] = "%SRCROOT%"
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity.value,
        "message": {"text": found.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": position.line, "startColumn": position.column},
                },
                "logicalLocations": [{"fullyQualifiedName": found.pointer or "/"}],
            }
        ],
        "partialFingerprints": {
            "fourfold/v1": hashlib.sha256(same.encode("utf-8", "replace")).hexdigest()
        },
    }


PRINTERS: Final[Mapping[str, Printer]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
"""The values of `--format`."""


def _counts(findings: Sequence[Finding]) -> dict[Severity, int]:
    counted = Counter(found.severity for found in findings)
    return {severity: counted[severity] for severity in Severity}


def _counted(findings: Sequence[Finding]) -> str:
    counts = _counts(findings)
    if not findings:
        return "No findings."
    return ", ".join(
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    )


def _printable(text: str) -> str:
    """Text that cannot move the cursor, colour the terminal or turn the reading direction."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in text
    )
