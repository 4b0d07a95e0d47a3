"""The formats of findings, as other programs read them."""

from __future__ import annotations

import json

from generator.document import Finding, Severity, position_at
from generator.document.report import PRINTERS, RuleDescription

RULES = {"REF-002": RuleDescription("A title: with, signs", "First\nparagraph.\n\nSecond.")}
FINDINGS = [
    Finding("REF-002", position_at("a b,c.yaml", 3, 7), "100% wrong:\nreally", "/a/b"),
    Finding(
        "STY-001",
        position_at("/abs/é.yaml", 1, 1),
        "Sayé \x1b[31m\u202ethis.",
        "",
        Severity.WARNING,
    ),
]


def test_text_is_one_line_a_finding_that_no_document_can_forge() -> None:
    assert PRINTERS["text"](FINDINGS, RULES) == (
        "a b,c.yaml:3:7: error REF-002: 100% wrong:\\nreally\n"
        "/abs/é.yaml:1:1: warning STY-001: Sayé \\x1b[31m\\u202ethis.\n"
        "1 error, 1 warning\n"
    )
    assert PRINTERS["text"]([], RULES) == "No findings.\n"
    assert PRINTERS["text"](FINDINGS[:1] * 2, RULES).endswith("2 errors\n")


def test_json_says_where_and_counts() -> None:
    report = json.loads(PRINTERS["json"](FINDINGS, RULES))

    assert report["summary"] == {"error": 1, "warning": 1}
    assert report["findings"][0] == {
        "code": "REF-002",
        "severity": "error",
        "file": "a b,c.yaml",
        "line": 3,
        "column": 7,
        "pointer": "/a/b",
        "message": "100% wrong:\nreally",
    }


def test_github_commands_escape_what_would_end_them() -> None:
    first, second = PRINTERS["github"](FINDINGS, RULES).splitlines()

    assert first == (
        "::error file=a b%2Cc.yaml,line=3,col=7,title=REF-002 A title%3A with%2C signs"
        "::100%25 wrong:%0Areally"
    )
    assert second.startswith("::warning file=/abs/é.yaml,line=1,col=1,title=STY-001::")


def test_sarif_locates_and_explains() -> None:
    (run,) = json.loads(PRINTERS["sarif"](FINDINGS, RULES))["runs"]
    rule, other = run["tool"]["driver"]["rules"]
    first, second = run["results"]

    assert rule["shortDescription"]["text"] == "A title: with, signs"
    assert rule["fullDescription"]["text"] == "First paragraph."
    assert other == {"id": "STY-001"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("REF-002", 0, "error")
    assert (second["ruleIndex"], second["level"]) == (1, "warning")
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 7}
    assert place["artifactLocation"] == {"uri": "a%20b%2Cc.yaml", "uriBaseId": "%SRCROOT%"}


def fingerprints(*findings: Finding) -> list[str]:
    (run,) = json.loads(PRINTERS["sarif"](findings, {}))["runs"]
    return [result["partialFingerprints"]["fourfold/v1"] for result in run["results"]]


def test_a_fingerprint_outlives_a_move_of_lines() -> None:
    here = Finding("REF-002", position_at("a.yaml", 3, 7), "Wrong at line 3.", "/a")
    moved = Finding("REF-002", position_at("a.yaml", 9, 7), "Wrong at line 9.", "/a")
    other = Finding("REF-002", position_at("a.yaml", 3, 7), "Wrong at line 3.", "/b")

    assert fingerprints(here) == fingerprints(moved) != fingerprints(other)
    assert len(set(fingerprints(here, here))) == 2
