"""The contracts of this project, and documents that others wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document import Finding, Severity
from generator.document.lint.command import lint

PROJECT = Path(__file__).parents[2]
CORPUS = PROJECT.parent / "shared" / "corpus"


@pytest.mark.parametrize("api", ["haleai", "haloagents", "aloha", "leadiosa"])
def test_the_contracts_have_no_findings(api: str) -> None:
    assert lint([PROJECT / "openapi" / api / "openapi.yaml"]) == []


def house_style_errors(findings: list[Finding]) -> set[str]:
    return {
        found.code
        for found in findings
        if found.severity is Severity.ERROR and found.code.startswith(("STY", "VOC", "PRM"))
    }


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public documents is not here")
def test_public_documents_are_not_held_to_the_house_style() -> None:
    paths = [path for path in sorted(CORPUS.iterdir()) if path.suffix in (".yaml", ".json")]

    assert paths
    assert house_style_errors(lint(paths)) <= {"STY-002"}
